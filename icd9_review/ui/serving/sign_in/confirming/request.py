"""The route by which the question before signing is answered.

A password passes through here alone: it is in no state of a page, and nothing keeps it. That the
request comes from the chart of this person is seen to by its Origin (``origin``) and by what ties
it to session and chart (``signer``). Answers are JSON, for the script of the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from icd9_review.errors import ReviewError, SignInRefused, StoreError
from icd9_review.settings import Settings
from icd9_review.store.deciding.confirmations import confirm_signer, is_asked
from icd9_review.store.people.signing_in import prove_by_password
from icd9_review.ui.serving.sign_in.confirming.signer import is_of_this_chart
from icd9_review.ui.serving.sign_in.desk import Visitor, in_thread, passwords, route
from icd9_review.ui.serving.sign_in.forms import FormError, read_fields
from icd9_review.ui.serving.sign_in.openid.provider import leave_to_confirm
from icd9_review.ui.serving.sign_in.page import CONFIRM
from icd9_review.values import Confirmation, OpenSession, Proof

_NOBODY = "You are signed out. Sign in again to go on; nothing is lost."
_STRANGE = "This page had lapsed, so nothing was signed. Load it anew and sign again."
_NOT_ASKED = "Nobody is asked here who they are before they sign. Load the page anew."


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which chart is to be signed, and the decision that will."""

    encounter: str
    key: str


def confirm_routes() -> list[Route]:
    """The route, for every way in which somebody can show who they are."""
    return [route(CONFIRM, confirm, "POST")]


async def confirm(visitor: Visitor) -> Response:
    """That the signer has shown who they are, or where they can; else a sentence."""
    found = await in_thread(visitor.session)
    if found is None:
        return JSONResponse({"refused": _NOBODY}, 401)
    try:
        return await _confirm(visitor, found)
    except StoreError as error:
        return JSONResponse({"refused": str(error)}, 503)
    except (ReviewError, FormError) as error:
        return JSONResponse({"refused": str(error)}, 403)


async def _confirm(visitor: Visitor, found: OpenSession) -> Response:
    fields = await read_fields(visitor.request)
    asked = _Asked(fields.get("encounter", ""), fields.get("key", ""))
    if not is_of_this_chart(fields.get("seal", ""), visitor.token, asked.encounter):
        raise SignInRefused(_STRANGE)
    if not is_asked():
        raise SignInRefused(_NOT_ASKED)
    if Settings().sign_in == "oidc":
        return await leave_to_confirm(visitor, asked.encounter, asked.key)
    password = fields.get("password", "")
    async with passwords:
        await in_thread(lambda: _by_password(visitor, found, asked, password))
    return JSONResponse({"confirmed": True})


def _by_password(visitor: Visitor, found: OpenSession, asked: _Asked, password: str) -> None:
    prove_by_password(visitor.database, found.person, password, address=visitor.address)
    confirm_signer(
        visitor.database,
        asked.encounter,
        asked.key,
        found.person,
        Confirmation(Proof.PASSWORD, datetime.now(UTC)),
        token=visitor.token,
    )
