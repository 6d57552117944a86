"""The one cookie of a session: an opaque token with a signature, and nothing else."""

from __future__ import annotations

from starlette.responses import Response

from icd9_review.store.people.sessions import LIFETIME
from icd9_review.ui.serving.addresses import is_plain_here
from icd9_review.ui.serving.sign_in.seal import seal, unseal

COOKIE = "icd9_review_session"
_PURPOSE = "session"


def token_of(kept: str) -> str:
    """The token in what a browser kept; empty where that was not signed here."""
    return unseal(kept, _PURPOSE) if kept else ""


def kept(token: str) -> str:
    """What a browser is to keep of a token."""
    return seal(token, _PURPOSE)


def set_cookie(answer: Response, token: str, origin: str) -> None:
    """Have the browser keep a token: out of reach of scripts, of other sites, and of http."""
    answer.set_cookie(
        COOKIE,
        kept(token),
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=not is_plain_here(origin),
    )


def drop_cookie(answer: Response, origin: str) -> None:
    """Have the browser forget its token."""
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=not is_plain_here(origin))
