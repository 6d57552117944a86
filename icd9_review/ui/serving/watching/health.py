"""Whether the process answers (``/healthz``), and whether it can do its work (``/readyz``).

Whoever reaches the port may ask, so the answers are words of a closed set: no path, version,
name or message.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from icd9_review.errors import ReviewError
from icd9_review.store.database.migrations import newest_revision, revision
from icd9_review.ui.services import Services, services

_HEALTH: Final = "/healthz"
_READINESS: Final = "/readyz"
_LATELY = 1.0  # seconds that an answer holds; by judgement: anybody may ask, however often
_PATIENCE = 5.0  # seconds for the database; by judgement: who asks gives up about then


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether requests can be answered, and in a word each how database and model are."""

    ready: bool
    database: str
    model: str


NO_ANSWER: Final = Readiness(False, "does not answer", "not looked at")


def look(shared: Services) -> Readiness:
    """How database and model are now.

    Without a model the app shows what is stored and takes decisions: it is ready.
    """
    model = "loaded" if shared.model else "none: the folder cannot be used (the log says why)"
    try:
        with shared.database.read() as session:
            here = revision(session)
    except ReviewError:
        return Readiness(False, "does not answer", model)
    if here != newest_revision():
        return Readiness(False, "is at another revision than the program", model)
    return Readiness(True, "answers", model)


class _Watch:
    """The last look, taken again when it is old; one at a time, however many ask."""

    def __init__(self, ask: Callable[[], Readiness]) -> None:
        self._ask = ask
        self._turn = anyio.Lock()
        self._thread = anyio.CapacityLimiter(1)  # one that hangs is not joined by others
        self._found = NO_ANSWER
        self._until = 0.0

    async def readiness(self) -> Readiness:
        async with self._turn:
            if time.monotonic() >= self._until:
                self._found = await self._look()
                self._until = time.monotonic() + _LATELY
            return self._found

    async def _look(self) -> Readiness:
        with anyio.move_on_after(_PATIENCE):
            return await anyio.to_thread.run_sync(
                self._ask, abandon_on_cancel=True, limiter=self._thread
            )
        return NO_ANSWER


def health_routes(ask: Callable[[], Readiness] = lambda: look(services())) -> list[Route]:
    """The routes of both questions."""
    watch = _Watch(ask)

    async def answer_health(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def answer_readiness(_: Request) -> Response:
        found = await watch.readiness()
        said = {"ready": found.ready, "database": found.database, "model": found.model}
        status = HTTPStatus.OK if found.ready else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse(said, status)

    return [Route(_HEALTH, answer_health), Route(_READINESS, answer_readiness)]
