"""Signing in and out: plain pages before the app, one code path for every way.

Each way ends in the same: a person, a new session, its cookie, and a full load of the page one
came for. That a form comes from a page of this app is seen to twice: by its Origin (``origin``)
and by what ties it to the browser (``forms``).
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from icd9_review.errors import SignInRefused
from icd9_review.settings import Settings
from icd9_review.store.people.factor.second_factor import second_factor
from icd9_review.store.people.sessions import end_session, note_activity
from icd9_review.store.people.signing_in import sign_in_by_password
from icd9_review.store.users import users
from icd9_review.ui.serving.sign_in.confirming.request import confirm_routes
from icd9_review.ui.serving.sign_in.cookie import drop_cookie
from icd9_review.ui.serving.sign_in.desk import Visitor, in_thread, passwords, route
from icd9_review.ui.serving.sign_in.factor.code import ask_for_code, code_routes
from icd9_review.ui.serving.sign_in.factor.own import own_factor_routes
from icd9_review.ui.serving.sign_in.forms import (
    LAPSED,
    form_answer,
    form_seal,
    is_ours,
    new_nonce,
    own_place,
    read_fields,
)
from icd9_review.ui.serving.sign_in.openid.provider import provider_routes, sign_out_address
from icd9_review.ui.serving.sign_in.page import (
    PROVIDER,
    SIGN_IN,
    SIGN_OUT,
    STAYING,
    onward,
    page,
    password_form,
    people_form,
    provider_link,
    signed_out_here,
)
from icd9_review.ui.serving.sign_in.password import password_routes
from icd9_review.values import Proof, User


def sign_in_routes() -> list[Route]:
    """The routes that every way of signing in has."""
    return [
        route(SIGN_IN, show_sign_in, "GET"),
        route(SIGN_IN, sign_in, "POST"),
        route(SIGN_OUT, sign_out, "POST"),
        route(STAYING, tell_state, "GET"),
        route(STAYING, stay, "POST"),
        *password_routes(),
        *confirm_routes(),
        *code_routes(),
        *own_factor_routes(),
        *(provider_routes() if Settings().sign_in == "oidc" else ()),
    ]


async def show_sign_in(visitor: Visitor) -> Response:
    """The page that asks who it is; whoever is signed in goes where they wanted to."""
    if await in_thread(visitor.session) is not None and not Settings().chooses:
        return RedirectResponse(visitor.place, status_code=303)
    return await _ask(visitor, visitor.place)


async def sign_in(visitor: Visitor) -> Response:
    """The answer to the form."""
    fields = await read_fields(visitor.request)
    place = own_place(fields.get("place", "/"))
    if Settings().chooses:
        person = await in_thread(lambda: _chosen(visitor, fields.get("person", "")))
        return await in_thread(lambda: visitor.begin(person, Proof.CHOSEN, place))
    if Settings().sign_in != "accounts":
        raise SignInRefused("Nobody signs in by a form here.")
    name = fields.get("name", "")
    if not is_ours(visitor.request, fields):
        return await _ask(visitor, place, name=name, refused=LAPSED)
    try:
        async with passwords:
            person = await in_thread(
                lambda: sign_in_by_password(
                    visitor.database, name, fields.get("password", ""), address=visitor.address
                )
            )
    except SignInRefused as error:
        return await _ask(visitor, place, name=name, refused=str(error))
    if await in_thread(lambda: second_factor(visitor.database, person)) is not None:
        return ask_for_code(visitor, person, place)
    return await in_thread(lambda: visitor.begin(person, Proof.PASSWORD, place))


async def sign_out(visitor: Visitor) -> Response:
    """End the session; every page of it goes with its next action, or within seconds.

    Where a provider knows the person it is told as well. The browser follows a link there: our
    policy lets no form lead elsewhere.
    """
    ticket = await in_thread(lambda: end_session(visitor.database, visitor.token))
    elsewhere = await sign_out_address(ticket, visitor.origin) if ticket else None
    answer: Response = RedirectResponse(SIGN_IN, status_code=303)
    if Settings().sign_in == "proxy":
        answer = HTMLResponse(page("You are signed out here", signed_out_here()))
    elif elsewhere:
        answer = HTMLResponse(page("Signing out", onward(elsewhere)))
    drop_cookie(answer, visitor.origin)
    return answer


async def tell_state(visitor: Visitor) -> Response:
    """How many seconds the session lasts unless the person does something; asking is nothing."""
    found = await in_thread(visitor.session)
    if found is None:
        return JSONResponse({"person": None}, status_code=401)
    now = datetime.now(UTC)
    return JSONResponse(
        {
            "person": found.person.id,
            "idle": round((found.ends - now).total_seconds()),
            "last": round((found.expires - now).total_seconds()),
        }
    )


async def stay(visitor: Visitor) -> Response:
    """The person did something."""
    await in_thread(lambda: note_activity(visitor.database, visitor.token))
    return await tell_state(visitor)


async def _ask(visitor: Visitor, place: str, *, name: str = "", refused: str = "") -> Response:
    way = Settings().sign_in
    nonce = new_nonce(visitor.request)
    seal = form_seal(nonce)
    title = "Sign in"
    if way == "accounts":
        inside = password_form(place, seal, name)
    elif way == "oidc":
        inside = provider_link(f"{PROVIDER}?{urlencode({'place': place})}")
    elif Settings().chooses:
        title = "Who are you?"
        people = await in_thread(lambda: users(visitor.database))
        inside = people_form(people, place, seal)
    else:  # nobody signs in, or a proxy has done it
        return RedirectResponse(place, status_code=303)
    status = 403 if refused else 200
    return form_answer(page(title, inside, refused=refused), nonce, visitor.origin, status=status)


def _chosen(visitor: Visitor, number: str) -> User:
    """Whom somebody chose to be; where that is allowed, whoever is offered."""
    found = next((each for each in users(visitor.database) if str(each.id) == number), None)
    if found is None:
        raise SignInRefused("Nobody can be chosen so.")
    return found
