"""What is sent by halves ends after a time: seen from a raw socket in front of a real server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import anyio
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from icd9_review.ui.serving.requests import connections, deadlines
from icd9_review.ui.serving.requests.connections import TimelyConnection
from icd9_review.ui.serving.requests.deadlines import TimelyBodies
from tests.ports import free_port

SHORT = 0.4  # seconds of each bound in these tests
UNHURRIED = 4 * SHORT


async def take(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())} bytes\n")


async def refuse(_: Request) -> Response:
    return PlainTextResponse("not here\n", status_code=403)


async def think(_: Request) -> Response:
    await anyio.sleep(UNHURRIED)
    return PlainTextResponse("thought\n")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server whose bounds are short."""
    routes = [
        Route("/take", take, methods=["POST"]),
        Route("/refuse", refuse, methods=["POST"]),
        Route("/think", think),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(TimelyBodies)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connections, "OWED", SHORT)
        patch.setattr(deadlines, "SILENCE", SHORT)
        patch.setattr(deadlines, "SLOWEST", 10)
        with running(app) as found:
            yield found


@contextmanager
def running(app: Starlette) -> Iterator[int]:
    port = free_port()
    config = uvicorn.Config(
        app, port=port, http=TimelyConnection, log_level="error", timeout_keep_alive=30
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield port
    server.should_exit = True
    thread.join()


def talk(
    port: int, first: bytes, *, trickle: bytes = b"", patience: float = 10
) -> tuple[bytes, float]:
    """What the server says until it closes, and after how long; ``trickle`` is sent byte by byte,
    each within any bound."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=0.1) as line:
        line.sendall(first)
        said, left = b"", iter(trickle)
        while time.monotonic() - began < patience:
            try:
                line.sendall(bytes(islice(left, 1)))
                heard = line.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                break
            if not heard:
                break
            said += heard
        return said, time.monotonic() - began


HEADERS = b"POST /take HTTP/1.1\r\nHost: localhost\r\n"
BODY = HEADERS + b"Content-Length: 5\r\n\r\n"


@pytest.mark.parametrize("first", [b"", b"PO", HEADERS, HEADERS + b"X-Long: "])
def test_headers_that_do_not_come_end_the_connection(port: int, first: bytes) -> None:
    said, seconds = talk(port, first)
    assert said == b""
    assert SHORT * 0.9 <= seconds < UNHURRIED


def test_headers_that_come_byte_by_byte_end_it_too(port: int) -> None:
    said, seconds = talk(port, b"GET /", trickle=b"a" * 1000)
    assert said == b""
    assert seconds < UNHURRIED


def test_a_body_that_stops_is_answered_and_its_connection_closed(port: int) -> None:
    said, seconds = talk(port, BODY + b"12")
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in said.lower()
    assert SHORT * 0.9 <= seconds < UNHURRIED


def test_a_body_that_trickles_is_given_up_although_it_is_never_silent(port: int) -> None:
    long = HEADERS + b"Content-Length: 8\r\n\r\n"  # at 10 bytes a second it may take 1.2 s
    said, seconds = talk(
        port, HEADERS + b"Transfer-Encoding: chunked\r\n\r\n", trickle=b"1\r\na\r\n" * 99
    )
    assert said.startswith(b"HTTP/1.1 408 ")
    assert seconds < UNHURRIED
    said, _ = talk(port, long, trickle=b"12345678", patience=1.5)
    assert b"8 bytes" in said


def test_a_body_that_trickles_behind_its_answer_ends(port: int) -> None:
    long = b"POST /refuse HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
    said, seconds = talk(port, long, trickle=b"a" * 1000)
    assert said.startswith(b"HTTP/1.1 403 ")
    assert seconds < UNHURRIED


def test_a_second_request_on_a_connection_is_held_to_the_same(port: int) -> None:
    said, seconds = talk(port, BODY + b"12345" + b"GET / HT", trickle=b"T" * 1000)
    assert said.count(b"HTTP/1.1 ") == 1
    assert b"5 bytes" in said
    assert seconds < UNHURRIED


def test_an_answer_may_take_as_long_as_it_needs(port: int) -> None:
    request = b"GET /think HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    said, seconds = talk(port, request)
    assert b"thought" in said
    assert seconds > UNHURRIED * 0.9
