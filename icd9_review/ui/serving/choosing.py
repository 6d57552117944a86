"""Choosing a person: a plain form, a route that answers it, and the page loaded anew.

A script run cannot set a cookie; a route can. That the form comes from a page of this app is
seen to before (``origin``). What a later sign-in adds is the proof; the session stays the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import parse_qs, urlsplit

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from icd9_review.errors import StoreError
from icd9_review.settings import Settings
from icd9_review.store.people.sessions import LIFETIME, begin_session
from icd9_review.store.users import users
from icd9_review.ui.services import services
from icd9_review.ui.serving.addresses import Addresses, is_loopback
from icd9_review.ui.serving.identity import COOKIE
from icd9_review.ui.serving.origin import page_origin
from icd9_review.values import User

CHOICE = "/session"
_NEEDS_HTTPS = (
    "Who you are is kept over https only. Open the app under https (its address belongs in "
    "ICD9_REVIEW_HOSTS), or on this machine under localhost.\n"
)
_LONGEST_FORM = 8192  # bytes: an address of ours and a number, many times over


def choice_form(people: Iterable[User], place: str) -> str:
    """The HTML of a button for each person; ``place`` is the address to come back to."""
    buttons = "".join(
        f'<button type="submit" name="person" value="{person.id}">{escape(person.name)}'
        f"<span>{escape(person.role.value)}</span></button>"
        for person in people
    )
    return (
        f'<form class="people" method="post" action="{CHOICE}">'
        f'<input type="hidden" name="place" value="{escape(place)}">{buttons}</form>'
    )


def choice_route(addresses: Addresses) -> Route:
    """Answers the form: a new session, its cookie, and the way back."""

    async def choose(request: Request) -> Response:
        origin = page_origin(request.scope, addresses) or ""
        if origin.startswith("http:") and not is_loopback(origin):
            return PlainTextResponse(_NEEDS_HTTPS, status_code=400)
        fields = await _fields(request)
        if fields is None:
            return PlainTextResponse("This form is too long.\n", status_code=413)
        former = request.cookies.get(COOKIE, "")
        try:
            token = await anyio.to_thread.run_sync(_begin, fields.get("person", ""), former)
        except StoreError as error:
            return PlainTextResponse(f"{error}\n", status_code=503)
        if token is None:
            return PlainTextResponse("Nobody can be chosen so.\n", status_code=400)
        answer = RedirectResponse(own_place(fields.get("place", "")), status_code=303)
        answer.set_cookie(
            COOKIE,
            token,
            max_age=int(LIFETIME.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=not is_loopback(origin),
        )
        return answer

    return Route(CHOICE, choose, methods=["POST"])


def own_place(asked: str) -> str:
    """An address within this app, whatever was asked for: never a way to somewhere else."""
    try:
        parts = urlsplit(asked)
    except ValueError:
        return "/"
    strange = "\\" in asked or not asked.isprintable() or not asked.isascii()
    if strange or parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return "/"
    return "/" if asked.startswith("//") else asked


async def _fields(request: Request) -> dict[str, str] | None:
    """The first value of each field; None for more than such a form can hold."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            return None
    return {name: values[0] for name, values in parse_qs(body.decode("latin-1")).items()}


def _begin(number: str, former: str) -> str | None:
    """The token of a new session; None where nobody may be chosen, or nobody is this number."""
    if not Settings().choose_user:
        return None
    database = services().database
    person = next((each for each in users(database) if str(each.id) == number), None)
    return begin_session(database, person, former=former) if person else None
