"""One's own second factor: set up, renewed or taken away, and new recovery codes.

Each asks for the password, as a change of the password does; only whoever showed it a moment ago
and has to set up a second factor before anything else is not asked again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from icd9_review.errors import InputError, SignInRefused
from icd9_review.settings import Settings
from icd9_review.store.people.factor.one_time_codes import new_secret
from icd9_review.store.people.factor.second_factor import (
    remove_factor,
    set_recovery_codes,
    set_up_factor,
)
from icd9_review.store.people.sessions import lacks_factor
from icd9_review.store.people.signing_in import sign_in_by_password
from icd9_review.ui.serving.sign_in.desk import Visitor, in_thread, passwords, route
from icd9_review.ui.serving.sign_in.factor.code import factor_key
from icd9_review.ui.serving.sign_in.factor.required import roles_with_factor
from icd9_review.ui.serving.sign_in.factor.screens import (
    CODES,
    REMOVAL,
    confirm_form,
    recovery_codes_list,
    set_up_form,
)
from icd9_review.ui.serving.sign_in.forms import (
    LAPSED,
    form_answer,
    form_seal,
    is_of_browser,
    is_ours,
    new_nonce,
    own_place,
    read_fields,
)
from icd9_review.ui.serving.sign_in.page import FACTOR, SIGN_IN, page
from icd9_review.ui.serving.sign_in.seal import seal, unseal
from icd9_review.values import Factor, OpenSession, Proof

_PURPOSE = "secret to be set up"
_SECONDS = 900  # from the picture to the code of the app: as long as a session that lies still
_FRESH = timedelta(minutes=5)  # a password shown so long ago is asked for again; by judgement

_SET_UP = "Set up a second factor"
_RENEW = "Renew the second factor"
_NEW_CODES = "New recovery codes"
_REMOVE = "Take the second factor away"
_HOW_CODES = "You get ten new recovery codes. Those you have count no more."
_HOW_REMOVE = "From then on your password alone lets you in. Every other session of yours ends."
_MUST = "Your role must have a second factor here. You can renew it instead."
_NONE = "You have no second factor."


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks for one of these pages, and what the form on it said, where it was sent."""

    visitor: Visitor
    found: OpenSession
    place: str
    fields: dict[str, str] = field(default_factory=dict)


_Show = Callable[[_Asked, str], Response]
_Do = Callable[[_Asked], Response]


def own_factor_routes() -> list[Route]:
    """Three forms, each with its answer."""
    return [
        *_form(FACTOR, _set_up_page, _set_up),
        *_form(CODES, _codes_page, _new_codes),
        *_form(REMOVAL, _removal_page, _remove),
    ]


def asks_password(found: OpenSession, *, lacking: bool, now: datetime) -> bool:
    """Whether the password has to be shown once more."""
    return not lacking or now - found.proved >= _FRESH


def _form(path: str, show: _Show, do: _Do) -> list[Route]:
    """A page with a form for whoever signed in by a password, and its answer."""

    async def get(visitor: Visitor) -> Response:
        found = await _owner(visitor)
        return show(_Asked(visitor, found, visitor.place), "") if found else _sign_in()

    async def post(visitor: Visitor) -> Response:
        fields = await read_fields(visitor.request)
        found = await _owner(visitor)
        if found is None:
            return _sign_in()
        asked = _Asked(visitor, found, own_place(fields.get("place", "/")), fields)
        try:
            if not is_ours(visitor.request, fields):
                raise InputError(LAPSED)
            await _check_password(asked)
            return await in_thread(lambda: do(asked))
        except (InputError, SignInRefused) as error:
            return show(asked, str(error))

    return [route(path, get, "GET"), route(path, post, "POST")]


async def _owner(visitor: Visitor) -> OpenSession | None:
    """The session of whoever came by a password; None for everybody else."""
    found = await in_thread(visitor.session)
    by_password = found is not None and found.proof is Proof.PASSWORD
    return found if by_password and Settings().sign_in == "accounts" else None


async def _check_password(asked: _Asked) -> None:
    """Raises SignInRefused where the password is asked for and another one was typed."""
    if not _asks_password(asked.found):
        return
    visitor, name = asked.visitor, asked.found.person.name
    password = asked.fields.get("password", "")
    async with passwords:
        await in_thread(
            lambda: sign_in_by_password(visitor.database, name, password, address=visitor.address)
        )


def _set_up_page(asked: _Asked, refused: str) -> Response:
    """The secret stays the same until its code has come: the app may have scanned it already."""
    nonce = new_nonce(asked.visitor.request)
    secret = _sent_secret(asked) or new_secret()
    inside = set_up_form(
        asked.place,
        form_seal(nonce),
        secret=secret,
        sealed=seal(f"{asked.found.person.id}|{nonce}|{secret}", _PURPOSE),
        name=asked.found.person.name,
        asks_password=_asks_password(asked.found),
        must=_lacks(asked.found),
    )
    title = _RENEW if asked.found.has_factor else _SET_UP
    return _answer(asked, page(title, inside, refused=refused), nonce, refused)


def _set_up(asked: _Asked) -> Response:
    secret, person = _sent_secret(asked), asked.found.person
    if not secret:
        raise InputError(LAPSED)
    code = "".join(asked.fields.get("code", "").split())
    codes = set_up_factor(asked.visitor.database, person, secret, code, key=factor_key())
    answer = _shown_once(asked, codes)
    return asked.visitor.begin_with(answer, person, Proof.PASSWORD, factor=Factor.CODE)


def _codes_page(asked: _Asked, refused: str) -> Response:
    return _confirm(asked, CODES, _NEW_CODES, _HOW_CODES, refused)


def _new_codes(asked: _Asked) -> Response:
    _refuse_without(asked.found)
    return _shown_once(asked, set_recovery_codes(asked.visitor.database, asked.found.person))


def _removal_page(asked: _Asked, refused: str) -> Response:
    return _confirm(asked, REMOVAL, _REMOVE, _HOW_REMOVE, refused)


def _remove(asked: _Asked) -> Response:
    _refuse_without(asked.found)
    person, visitor = asked.found.person, asked.visitor
    if person.role in roles_with_factor(Settings()):
        raise InputError(_MUST)
    remove_factor(visitor.database, person, by=person, keep=visitor.token)
    return RedirectResponse(asked.place, status_code=303)


def _refuse_without(found: OpenSession) -> None:
    if not found.has_factor:
        raise InputError(_NONE)


def _confirm(asked: _Asked, action: str, title: str, words: str, refused: str) -> Response:
    nonce = new_nonce(asked.visitor.request)
    inside = confirm_form(action, words, title, asked.place, form_seal(nonce))
    return _answer(asked, page(title, inside, refused=refused), nonce, refused)


def _shown_once(asked: _Asked, codes: tuple[str, ...]) -> Response:
    inside = recovery_codes_list(codes, asked.found.person.name, asked.place)
    return HTMLResponse(page("Your recovery codes", inside))


def _answer(asked: _Asked, html: str, nonce: str, refused: str) -> Response:
    return form_answer(html, nonce, asked.visitor.origin, status=403 if refused else 200)


def _sent_secret(asked: _Asked) -> str:
    """The secret that was shown to this person in this browser; empty for any other."""
    shown = unseal(asked.fields.get("secret", ""), _PURPOSE, seconds=_SECONDS)
    person, _, rest = shown.partition("|")
    browser, _, secret = rest.partition("|")
    ours = is_of_browser(asked.visitor.request, browser)
    return secret if ours and person == str(asked.found.person.id) else ""


def _asks_password(found: OpenSession) -> bool:
    return asks_password(found, lacking=_lacks(found), now=datetime.now(UTC))


def _lacks(found: OpenSession) -> bool:
    return lacks_factor(found, roles_with_factor(Settings()))


def _sign_in() -> Response:
    return RedirectResponse(SIGN_IN, status_code=303)
