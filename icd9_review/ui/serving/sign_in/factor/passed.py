"""What stands between the password and the second factor: that this browser showed the password.

It lets nobody in. A sealed cookie says whose password it was and when; it lapses after a few
minutes, holds for the browser whose form it came from, and not after another password was set.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from icd9_review.ui.serving.addresses import is_plain_here
from icd9_review.ui.serving.sign_in.forms import FORM_COOKIE, is_of_browser
from icd9_review.ui.serving.sign_in.seal import seal, unseal

PASSED_COOKIE = "icd9_review_passed"

_PURPOSE = "passed the password"
_SECONDS = 300  # to find the telephone; by judgement, ten codes of the app


@dataclass(frozen=True, slots=True)
class PassedPassword:
    """Whose password was shown, and when."""

    person: int
    at: datetime


def keep_passed(answer: Response, request: Request, passed: PassedPassword, origin: str) -> None:
    """Have the browser whose form it was keep it for a few minutes."""
    value = f"{passed.person}|{passed.at.timestamp()}|{request.cookies.get(FORM_COOKIE, '')}"
    answer.set_cookie(
        PASSED_COOKIE,
        seal(value, _PURPOSE),
        max_age=_SECONDS,
        httponly=True,
        samesite="lax",
        secure=not is_plain_here(origin),
    )


def passed_password(request: Request) -> PassedPassword | None:
    """Whose password this browser showed; None where it did not, or too long ago."""
    value = unseal(request.cookies.get(PASSED_COOKIE, ""), _PURPOSE, seconds=_SECONDS)
    if not value:
        return None
    person, at, browser = value.split("|", 2)
    if not is_of_browser(request, browser):
        return None
    return PassedPassword(int(person), datetime.fromtimestamp(float(at), UTC))


def drop_passed(answer: Response, origin: str) -> None:
    """Have the browser forget it: it has served its turn."""
    answer.delete_cookie(
        PASSED_COOKIE, httponly=True, samesite="lax", secure=not is_plain_here(origin)
    )
