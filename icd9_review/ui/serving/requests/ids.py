"""Every request has an id: in its answer, in what is logged of it, and in what people read.

It is made here and random, so it says nothing of who asked for what. What a proxy in front
calls the request is logged beside it where it can be nothing but a number.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars, get_contextvars

from icd9_review.instruments import REQUESTS_FAILED
from icd9_review.logs import passed_lines

HEADER: Final = "X-Request-ID"
_BYTES = 6  # random bytes of an id: twelve digits are read out over the telephone; by judgement
_PLAIN = re.compile(r"[0-9a-f]{8,32}", re.ASCII)  # up to a trace id of W3C Trace Context
_ANSWERS = ("http.response.start", "websocket.accept")
_log = structlog.get_logger(__name__)


@contextmanager
def under_new_id(**more: str) -> Iterator[str]:
    """A new id, in the log as long as the block runs."""
    number = secrets.token_hex(_BYTES)
    with bound_contextvars(request=number, **more):
        yield number


def request_id() -> str:
    """The id of what is being done in this thread; a new one where nothing has any."""
    number = get_contextvars().get("request")
    if isinstance(number, str):
        return number
    with under_new_id() as number:
        return number


class RequestIds:
    """ASGI middleware: gives ids, and answers for whatever fails behind it.

    The message of an error that nobody foresaw may quote a note: the log gets its class and the
    lines of code, the browser gets the id.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        with under_new_id(**_called_outside(scope)) as number:
            answered = False

            async def send_with_id(message: Message) -> None:
                nonlocal answered
                if message["type"] in _ANSWERS:
                    answered = True
                    message = {**message, "headers": list(message.get("headers", []))}
                    MutableHeaders(scope=message)[HEADER] = number
                await send(message)

            try:
                await self.app(scope, receive, send_with_id)
            except ClientDisconnect:  # there is nobody to answer
                return
            except Exception as error:
                REQUESTS_FAILED.inc()
                _log.error("request_failed", error=type(error).__name__, where=passed_lines(error))
                if answered or scope["type"] == "websocket":
                    raise
                await _apology(number)(scope, receive, send_with_id)


def _apology(number: str) -> PlainTextResponse:
    return PlainTextResponse(
        f"Something went wrong. If it happens again, tell an administrator the id {number}.\n",
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def _called_outside(scope: Scope) -> dict[str, str]:
    given = Headers(scope=scope).getlist(HEADER)
    plain = len(given) == 1 and _PLAIN.fullmatch(given[0])
    return {"outside": given[0]} if plain else {}
