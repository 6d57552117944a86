"""Before every page, file and websocket: somebody is signed in, or nothing is answered.

What needs nobody is named; everything else is behind the gate, pages that are added later too.
"""

from __future__ import annotations

from functools import cached_property
from urllib.parse import quote

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.proto.AuthRedirect_pb2 import AuthRedirect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from icd9_review.api.place import is_of_interface
from icd9_review.errors import ReviewError, SignInRefused
from icd9_review.settings import Settings
from icd9_review.store.people.sessions import lacks_factor
from icd9_review.store.people.signing_in import sign_in_by_identity
from icd9_review.ui.serving.networks import is_passed_on, is_this_machine
from icd9_review.ui.serving.origin import ANYWHERE
from icd9_review.ui.serving.sign_in.desk import Visitor, in_thread
from icd9_review.ui.serving.sign_in.factor.required import roles_with_factor
from icd9_review.ui.serving.sign_in.page import (
    CODE,
    FACTOR,
    PASSWORD,
    PROVIDER,
    RETURN,
    SIGN_IN,
    SIGN_OUT,
    STAYING,
    again_link,
    page,
)
from icd9_review.ui.serving.sign_in.proxy import proxy_identity
from icd9_review.ui.serving.watching.metrics import METRICS
from icd9_review.values import OpenSession, Proof, SignInFailure

OPEN = frozenset({SIGN_IN, CODE, PROVIDER, RETURN, SIGN_OUT, STAYING})
"""What whoever is not signed in may ask."""

HOST_CONFIG = "/_stcore/host-config"
"""What Streamlit's front end reads before it opens its websocket, the same for everybody: a page
whose session has ended meanwhile is told so there."""

WATCHED = frozenset({*ANYWHERE, METRICS})
"""What whoever looks after the app asks; each knows for itself whom it answers."""

_OPEN_FILES = "/static/"  # Streamlit's own, the same for everybody
_NOBODY, _REFUSED = 401, 403
_POLICY_VIOLATION = 1008  # RFC 6455, 7.4.1
_LOAD_ANEW = ForwardMsg(auth_redirect=AuthRedirect(url="")).SerializeToString()
"""The address of the page itself: that of the websocket says nothing of it."""

_SINGLE = (
    "This app runs without sign-in (ICD9_REVIEW_SIGN_IN=single), so it answers this machine alone "
    "and no proxy. Set up sign-in to open it to others (docs/admin-guide.md)."
)
_NO_HEADER = (
    "The sign-in of this place names nobody. Open the app at the address that your department "
    "gave out, or tell an administrator."
)


class SignedIn:
    """ASGI middleware: lets through what is open, and what comes with a session."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    @cached_property
    def _settings(self) -> Settings:
        """Read with the first request: the server that asks has started by then."""
        return Settings()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = await self._refusal(HTTPConnection(scope))
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await _turn_away(scope, send, lead=refusal.status_code == _NOBODY)
        else:
            await refusal(scope, receive, send)

    async def _refusal(self, connection: HTTPConnection) -> Response | None:
        path, settings = connection.scope["path"], self._settings
        if path in WATCHED:
            return None
        if settings.sign_in == "single":
            if not _is_this_machine(connection):
                return HTMLResponse(page("Not from here", "", refused=_SINGLE), 403)
            if not settings.choose_user:
                return None
        if _is_open(path):
            return None
        try:
            return await _look(connection, settings)
        except SignInRefused as error:
            return HTMLResponse(page("Sign in", again_link("/"), refused=str(error)), 403)
        except ReviewError as error:
            return HTMLResponse(page("Sign in", again_link("/"), refused=str(error)), 503)


def _is_open(path: str) -> bool:
    """What needs no session; the interface for other programs asks for a token itself."""
    return (
        path in OPEN or path == HOST_CONFIG or path.startswith(_OPEN_FILES) or is_of_interface(path)
    )


async def _look(connection: HTTPConnection, settings: Settings) -> Response | None:
    """None where somebody is signed in; else what is answered."""
    visitor = Visitor(connection)
    found = await in_thread(visitor.session)
    if settings.sign_in == "proxy":
        return await _look_at_header(visitor, found, settings)
    if found is None:
        return _ask(connection, SIGN_IN)
    first = _before_anything_else(found, settings)
    return None if first in ("", connection.scope["path"]) else _ask(connection, first)


def _before_anything_else(found: OpenSession, settings: Settings) -> str:
    """The address of what somebody has to do first; empty for nothing."""
    if found.temporary:
        return PASSWORD
    return FACTOR if lacks_factor(found, roles_with_factor(settings)) else ""


async def _look_at_header(
    visitor: Visitor, found: OpenSession | None, settings: Settings
) -> Response | None:
    """A session lasts as long as the proxy names the same person with every request."""
    identity = proxy_identity(visitor.connection, settings)
    if not identity:
        refused = SignInRefused(_NO_HEADER, SignInFailure.HEADER)
        if _is_page(visitor.connection):  # what a page loads besides says the same again
            await in_thread(lambda: visitor.tell(refused))
        raise refused
    if found is not None and found.identity == identity:
        return None
    if not _is_page(visitor.connection):
        # A browser without a cookie would be led here for ever: each page gives it a new one.
        status = _NOBODY if visitor.token else _REFUSED
        return PlainTextResponse("Nobody is signed in.\n", status)
    database, address = visitor.database, visitor.address
    person = await in_thread(lambda: sign_in_by_identity(database, identity, address=address))
    return await in_thread(lambda: visitor.begin(person, Proof.PROXY, _address(visitor.connection)))


async def _turn_away(scope: Scope, send: Send, *, lead: bool) -> None:
    """No websocket; with ``lead`` the page loads itself anew, and is led to where one signs in.

    A handshake that is refused tells a page nothing, and Streamlit's would try again for ever. So
    it is taken, answered by the one message with which Streamlit leads a browser elsewhere, and
    closed: nothing that was sent is read.
    """
    if lead:
        offered = next(iter(scope["subprotocols"]), None)
        await send({"type": "websocket.accept", "subprotocol": offered})
        await send({"type": "websocket.send", "bytes": _LOAD_ANEW})
    await send({"type": "websocket.close", "code": _POLICY_VIOLATION})


def _ask(connection: HTTPConnection, path: str) -> Response:
    if _is_page(connection):
        return RedirectResponse(f"{path}?place={quote(_address(connection))}", status_code=303)
    return PlainTextResponse("Nobody is signed in.\n", _NOBODY)


def _is_page(connection: HTTPConnection) -> bool:
    """Whether a browser asks for a page of its own, which it may be led away from."""
    scope = connection.scope
    return (
        scope["type"] == "http"
        and Request(scope).method in ("GET", "HEAD")
        and "text/html" in connection.headers.get("accept", "")
    )


def _address(connection: HTTPConnection) -> str:
    """What was asked for, without its host."""
    query = connection.url.query
    return f"{connection.url.path}?{query}" if query else connection.url.path


def _is_this_machine(connection: HTTPConnection) -> bool:
    """Whether a request came in over loopback, from no proxy."""
    if is_passed_on(connection.headers):
        return False
    ends = (connection.scope.get("server"), connection.scope.get("client"))
    return all(end and (end[0] == "localhost" or is_this_machine(end[0])) for end in ends)
