"""The second step of signing in: a code besides the password."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from icd9_review.errors import SignInRefused
from icd9_review.store.people.factor.second_factor import prove_factor
from icd9_review.ui.serving.sign_in.desk import Visitor, in_thread, route
from icd9_review.ui.serving.sign_in.factor.passed import (
    PassedPassword,
    drop_passed,
    keep_passed,
    passed_password,
)
from icd9_review.ui.serving.sign_in.factor.screens import code_form
from icd9_review.ui.serving.sign_in.forms import (
    LAPSED,
    form_answer,
    form_seal,
    is_ours,
    new_nonce,
    own_place,
    read_fields,
)
from icd9_review.ui.serving.sign_in.page import CODE, SIGN_IN, page
from icd9_review.ui.serving.sign_in.seal import derived_key
from icd9_review.values import Proof, User

_PURPOSE = "second factor"


def code_routes() -> list[Route]:
    """The second form and its answer."""
    return [route(CODE, show_code_form, "GET"), route(CODE, sign_in_by_code, "POST")]


def factor_key() -> bytes:
    """What secrets of second factors are encrypted with."""
    return derived_key(_PURPOSE)


def ask_for_code(visitor: Visitor, person: User, place: str) -> Response:
    """The way to the second form for whoever showed this person's password just now."""
    answer = RedirectResponse(f"{CODE}?place={quote(place)}", status_code=303)
    passed = PassedPassword(person.id, datetime.now(UTC))
    keep_passed(answer, visitor.request, passed, visitor.origin)
    return answer


async def show_code_form(visitor: Visitor) -> Response:
    """The form, for a browser that showed a password a moment ago."""
    if passed_password(visitor.request) is None:
        return _from_the_beginning(visitor.place)
    return _code_page(visitor, visitor.place)


async def sign_in_by_code(visitor: Visitor) -> Response:
    """The answer to the form: a session, which begins here and not before."""
    fields = await read_fields(visitor.request)
    place = own_place(fields.get("place", "/"))
    passed = passed_password(visitor.request)
    if passed is None:
        return _from_the_beginning(place)
    if not is_ours(visitor.request, fields):
        return _code_page(visitor, place, refused=LAPSED)
    try:
        return await in_thread(lambda: _begin(visitor, passed, fields.get("code", ""), place))
    except SignInRefused as error:
        return _code_page(visitor, place, refused=str(error))


def _begin(visitor: Visitor, passed: PassedPassword, code: str, place: str) -> Response:
    person, factor = prove_factor(
        visitor.database,
        passed.person,
        code,
        key=factor_key(),
        password_at=passed.at,
        address=visitor.address,
    )
    answer = visitor.begin(person, Proof.PASSWORD, place, factor=factor)
    drop_passed(answer, visitor.origin)
    return answer


def _from_the_beginning(place: str) -> Response:
    return RedirectResponse(f"{SIGN_IN}?place={quote(place)}", status_code=303)


def _code_page(visitor: Visitor, place: str, *, refused: str = "") -> Response:
    nonce = new_nonce(visitor.request)
    html = page("One more step", code_form(place, form_seal(nonce)), refused=refused)
    return form_answer(html, nonce, visitor.origin, status=403 if refused else 200)
