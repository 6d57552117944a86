"""Before every request: who asks, how often they may, and how much they send.

Nothing is answered without a token, no address and no description either. Cookies count for
nothing here, so that no page of another site can ask in somebody's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import anyio.to_thread
import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from icd9_review.api.bodies import Bodies
from icd9_review.api.problems import Problem, describe_problem, problem_of, unforeseen
from icd9_review.api.surroundings import Surroundings
from icd9_review.errors import ReviewError
from icd9_review.instruments import REQUESTS_FAILED
from icd9_review.logs import passed_lines
from icd9_review.settings import Settings
from icd9_review.store.callers.pace import MOST_COST, count_guess, take_turn
from icd9_review.store.callers.tokens import Caller, find_caller

COSTS: Final[Mapping[str, int]] = {"/predict": MOST_COST, "/icd9-suggestions": MOST_COST}
"""What counts for several requests, by the end of its address; by judgement: a prediction takes
about as long as ten looks."""

_REALM: Final = 'Bearer realm="icd9-review"'
_log = structlog.get_logger(__name__)


class Admitted:
    """ASGI middleware: a token, a turn, a body of bounded size, and an answer whatever happens.

    ``address_of`` says where a request comes from, whatever proxies have passed it on.
    """

    def __init__(
        self,
        app: ASGIApp,
        surroundings: Callable[[], Surroundings],
        address_of: Callable[[HTTPConnection], str],
    ) -> None:
        self.app = app
        self._workplace = surroundings
        self._address_of = address_of
        self._bodies = Bodies()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        answered = False

        async def send_and_note(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            scope.setdefault("state", {})["caller"] = await self._admit(scope)
            with self._bodies.bounded(scope, receive) as take:
                await self.app(scope, take, send_and_note)
        except ClientDisconnect:
            raise
        except Exception as error:
            problem = _what_went_wrong(error)
            if not answered:
                await describe_problem(problem)(scope, receive, send)

    async def _admit(self, scope: Scope) -> Caller:
        token = _token(Headers(scope=scope))
        address = self._address_of(HTTPConnection(scope))
        path = scope["path"]
        cost = next((each for end, each in COSTS.items() if path.endswith(end)), 1)
        return await anyio.to_thread.run_sync(lambda: self._look(token, address, cost))

    def _look(self, token: str | None, address: str, cost: int) -> Caller:
        if not token:
            raise Problem(
                401, "Send a token: Authorization: Bearer …", headers={"WWW-Authenticate": _REALM}
            )
        database = self._workplace().database
        caller = find_caller(database, token)
        if caller is None:
            if (wait := count_guess(database, address)) is not None:
                raise _too_many(wait)
            known = {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'}
            raise Problem(401, "This token does not count, or not any more.", headers=known)
        if (wait := take_turn(database, caller, Settings().api_rate, cost)) is not None:
            raise _too_many(wait)
        return caller


def _what_went_wrong(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, ReviewError):
        return problem_of(error)
    REQUESTS_FAILED.inc()  # its message may quote a note
    _log.error("request_failed", error=type(error).__name__, where=passed_lines(error))
    return unforeseen()


def _too_many(wait: timedelta) -> Problem:
    seconds = wait.total_seconds()
    return Problem(429, "Too many requests; wait as long as Retry-After says.", retry_after=seconds)


def _token(headers: Headers) -> str | None:
    given = headers.getlist("authorization")
    scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    return token.strip() if scheme.lower() == "bearer" else None
