"""A request that is sent by halves ends after a time, so that nobody holds up a server by it."""

from __future__ import annotations

import time
from http import HTTPStatus

import anyio
import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from icd9_review.notes.intake.limits import PAGE

SILENCE = 30.0
"""Seconds without any byte of a body that is not complete; by judgement."""

SLOWEST = 50_000
"""Bytes a second of a body that is let in to its end, less than the slowest line people have; by
judgement. The longest, a file of 25 MB, may take nine minutes."""

_log = structlog.get_logger(__name__)


class TimelyBodies:
    """ASGI middleware: what comes too slowly is answered by 408, and its connection closed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = _Body(scope, receive)
        answered = False

        async def send_and_note(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.app(scope, body.receive, send_and_note)
        except ClientDisconnect:
            if not body.late:
                raise
        if body.late:
            _log.info("request_late")
            if not answered:
                await _TOO_LATE(scope, receive, send)


class _Body:
    """A request's body as it comes; ``late`` once it was given up."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        length = Headers(scope=scope).get("content-length", "")
        announced = int(length) if length.isascii() and length.isdigit() else 0
        self._until = time.monotonic() + SILENCE + min(announced, PAGE.size) / SLOWEST
        self._receive = receive
        self._complete = False
        self.late = False

    async def receive(self) -> Message:
        """The next part; as if the browser had gone where it does not come in time."""
        if self._complete:  # what comes now is only that the browser goes
            return await self._receive()
        left = min(SILENCE, self._until - time.monotonic())
        with anyio.move_on_after(max(left, 0)):
            message = await self._receive()
            self._complete = not message.get("more_body", False)
            return message
        self.late = self._complete = True
        return {"type": "http.disconnect"}


_TOO_LATE = PlainTextResponse(
    "The request came too slowly and was given up.\n",
    HTTPStatus.REQUEST_TIMEOUT,
    headers={"Connection": "close"},
)
