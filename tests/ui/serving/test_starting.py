"""A start that fails is one sentence."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import Message

from icd9_review.errors import ReviewError, SettingsError, StoreError
from icd9_review.ui.serving.starting import PlainStart, listen

CANARY = "canary-19c2 in the text of a note"


def start(error: Exception) -> Message:
    """What an application whose start fails so tells its server."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None, None]:
        raise error
        yield

    async def run() -> None:
        app = Starlette(lifespan=lifespan, middleware=[Middleware(PlainStart)])
        await app({"type": "lifespan"}, receive, send)

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(message: Message) -> None:
        told.append(message)

    told: list[Message] = []
    with pytest.raises(type(error)):
        asyncio.run(run())
    (message,) = told
    assert message["type"] == "lifespan.startup.failed"
    return message


@pytest.mark.parametrize("error", [StoreError("The database\nis away."), SettingsError("No.")])
def test_an_error_raised_on_purpose_is_its_own_sentence(error: ReviewError) -> None:
    assert start(error)["message"] == str(error).replace("\n", " ")


def test_an_error_nobody_foresaw_is_told_by_its_class_alone() -> None:
    message = start(ValueError(CANARY))["message"]
    assert "ValueError" in message
    assert "canary" not in message
    assert "\n" not in message


def test_a_port_that_is_taken_is_said_before_anything_else() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(SettingsError, match=f"{port}.* taken.*PORT={port + 1}"):
            listen("127.0.0.1", port)
    listen("127.0.0.1", port).close()


def test_an_address_that_is_not_this_machines_is_said() -> None:
    with pytest.raises(SettingsError, match="Nothing can listen on port 8501"):
        listen("192.0.2.1", 8501)


def test_who_connects_early_waits() -> None:
    with listen("127.0.0.1", 0) as listener:
        socket.create_connection(listener.getsockname(), timeout=5).close()
