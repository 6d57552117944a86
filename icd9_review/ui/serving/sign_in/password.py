"""Another password: because one wants to, or because somebody else set the present one."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from icd9_review.errors import InputError, SignInRefused
from icd9_review.settings import Settings
from icd9_review.store.people.accounts import set_password
from icd9_review.store.people.signing_in import sign_in_by_password
from icd9_review.ui.serving.sign_in.desk import Visitor, in_thread, passwords, route
from icd9_review.ui.serving.sign_in.forms import (
    LAPSED,
    form_answer,
    form_seal,
    is_ours,
    new_nonce,
    own_place,
    read_fields,
)
from icd9_review.ui.serving.sign_in.page import PASSWORD, SIGN_IN, new_password_form, page
from icd9_review.values import OpenSession, Proof

_UNLIKE = "The two new passwords are not the same."
_SAME = "The new password is the present one; take another."


def password_routes() -> list[Route]:
    """The page and its answer."""
    return [route(PASSWORD, show_password, "GET"), route(PASSWORD, change_password, "POST")]


async def show_password(visitor: Visitor) -> Response:
    """The page, for whoever signed in by a password."""
    found = await in_thread(visitor.session)
    if found is None or found.proof is not Proof.PASSWORD:
        return RedirectResponse(SIGN_IN, status_code=303)
    return _page(visitor, visitor.place, temporary=found.temporary)


async def change_password(visitor: Visitor) -> Response:
    """Keep the new password; every other session of the person ends, and this one begins anew."""
    found = await in_thread(visitor.session)
    if found is None or Settings().sign_in != "accounts":
        return RedirectResponse(SIGN_IN, status_code=303)
    fields = await read_fields(visitor.request)
    place = own_place(fields.get("place", "/"))
    try:
        if not is_ours(visitor.request, fields):
            raise InputError(LAPSED)
        await _change(visitor, found, fields)
    except (InputError, SignInRefused) as error:
        return _page(visitor, place, temporary=found.temporary, refused=str(error))
    return await in_thread(
        lambda: visitor.begin(found.person, Proof.PASSWORD, place, factor=found.factor)
    )


async def _change(visitor: Visitor, found: OpenSession, fields: dict[str, str]) -> None:
    present, password = fields.get("present", ""), fields.get("password", "")
    if password != fields.get("again", ""):
        raise InputError(_UNLIKE)
    if password == present:
        raise InputError(_SAME)
    person, database = found.person, visitor.database
    async with passwords:
        await in_thread(
            lambda: sign_in_by_password(database, person.name, present, address=visitor.address)
        )
        await in_thread(
            lambda: set_password(database, person, password, by=person, keep=visitor.token)
        )


def _page(visitor: Visitor, place: str, *, temporary: bool, refused: str = "") -> Response:
    nonce = new_nonce(visitor.request)
    inside = new_password_form(place, form_seal(nonce))
    title = "Choose a password of your own" if temporary else "Change your password"
    html = page(title, inside, refused=refused)
    return form_answer(html, nonce, visitor.origin, status=403 if refused else 200)
