"""What every route of signing in knows of a request, and how all of them answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar, cast

import anyio
import anyio.to_thread
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from icd9_review.errors import ReviewError, SignInRefused
from icd9_review.settings import Settings
from icd9_review.store.database.engine import Database
from icd9_review.store.people.sessions import begin_session, open_session
from icd9_review.store.people.signing_in import record_failure
from icd9_review.ui.services import services
from icd9_review.ui.serving.addresses import is_loopback
from icd9_review.ui.serving.sign_in.client import client_address, describe_browser
from icd9_review.ui.serving.sign_in.cookie import COOKIE, set_cookie, token_of
from icd9_review.ui.serving.sign_in.forms import FormError, own_place
from icd9_review.ui.serving.sign_in.page import SIGN_IN, again_link, page
from icd9_review.ui.serving.sign_in.proxy import proxies
from icd9_review.values import Factor, OpenSession, Proof, SignInFailure, User

_NEEDS_HTTPS = (
    "Who you are is kept over https only. Open the app under https (its address belongs in "
    "ICD9_REVIEW_HOSTS), or on this machine under localhost."
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: a browser with its address, and the session that it has."""

    connection: HTTPConnection

    @property
    def database(self) -> Database:
        return services().database

    @property
    def origin(self) -> str:
        """Scheme and host of the page, as ``SameOrigin`` found it."""
        return str(self.connection.state.origin)

    @property
    def request(self) -> Request:
        return cast(Request, self.connection)

    @property
    def token(self) -> str:
        return token_of(self.connection.cookies.get(COOKIE, ""))

    @property
    def address(self) -> str:
        return client_address(self.connection, proxies(Settings()))

    @property
    def place(self) -> str:
        """Where they want to go afterwards."""
        return own_place(self.connection.query_params.get("place", "/"))

    def tell(self, refused: SignInRefused) -> None:
        """Have the ledger hear of a refusal that it has not heard of."""
        if refused.why:
            record_failure(self.database, SignInFailure(refused.why), address=self.address)

    def session(self) -> OpenSession | None:
        return open_session(self.database, self.token)

    def begin(
        self,
        person: User,
        proof: Proof,
        place: str,
        *,
        factor: Factor | None = None,
        ticket: str | None = None,
    ) -> Response:
        """A new session, its cookie, and the way to a place."""
        answer = RedirectResponse(own_place(place), status_code=303)
        return self.begin_with(answer, person, proof, factor=factor, ticket=ticket)

    def begin_with(
        self,
        answer: Response,
        person: User,
        proof: Proof,
        *,
        factor: Factor | None = None,
        ticket: str | None = None,
    ) -> Response:
        """A new session, whose cookie goes with an answer."""
        token = begin_session(
            self.database,
            person,
            proof,
            former=self.token,
            browser=describe_browser(self.connection.headers.get("user-agent", "")),
            address=self.address,
            factor=factor,
            ticket=ticket,
        )
        set_cookie(answer, token, self.origin)
        return answer


passwords = anyio.Semaphore(2)
"""Passwords that are looked at in the same moment: each takes 64 MB while it lasts."""

Handler = Callable[[Visitor], Awaitable[Response]]
_Found = TypeVar("_Found")


def route(path: str, handler: Handler, method: str) -> Route:
    """A route whose errors are a page with a sentence, and that answers nobody over plain http."""

    async def answer(request: Request) -> Response:
        visitor = Visitor(request)
        if visitor.origin.startswith("http:") and not is_loopback(visitor.origin):
            return _refuse(_NEEDS_HTTPS, 400)
        try:
            return await handler(visitor)
        except FormError as error:
            return _refuse(str(error), 413 if "long" in str(error) else 400)
        except SignInRefused as error:
            return _refuse(str(error), 403)
        except ReviewError as error:
            return _refuse(str(error), 503)

    return Route(path, answer, methods=[method])


async def in_thread(work: Callable[[], _Found]) -> _Found:
    """What waits for the database, beside the loop that answers everybody."""
    return await anyio.to_thread.run_sync(work)


def _refuse(sentence: str, status: int) -> HTMLResponse:
    return HTMLResponse(page("Signing in", again_link(SIGN_IN), refused=sentence), status)
