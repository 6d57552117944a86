"""Every answer has an id, which is ours, and what fails is told by it alone."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from icd9_review.instruments import REQUESTS_FAILED
from icd9_review.logs import configure_logs
from icd9_review.ui.serving.requests.ids import RequestIds, request_id, under_new_id

CANARY = "canary-88fe in the text of a note"


@pytest.fixture(autouse=True)
def logged() -> Iterator[None]:
    configure_logs()
    yield
    structlog.reset_defaults()


async def answer(_: Request) -> Response:
    structlog.get_logger().warning("queue_unreadable")
    return PlainTextResponse(request_id())


async def fail(_: Request) -> Response:
    raise ValueError(CANARY)


async def leave(_: Request) -> Response:
    raise ClientDisconnect


async def talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(request_id())


APP = Starlette(
    routes=[
        Route("/", answer),
        Route("/fail", fail),
        Route("/leave", leave),
        WebSocketRoute("/talk", talk),
    ],
    middleware=[Middleware(RequestIds)],
)


def ask(path: str, **headers: str) -> httpx.Response:
    async def sent() -> httpx.Response:
        transport = httpx.ASGITransport(APP)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.get(path, headers=named)

    return asyncio.run(sent())


def test_every_answer_has_an_id_of_its_own_that_its_log_lines_have_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answers = [ask("/") for _ in range(20)]
    ids = [each.headers["X-Request-ID"] for each in answers]
    assert len(set(ids)) == 20
    assert all(re.fullmatch("[0-9a-f]{12}", each) for each in ids)
    assert [each.text for each in answers] == ids
    lines = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["request"] for line in lines] == ids


def test_what_is_not_found_has_one_too() -> None:
    missing = ask("/nowhere")
    assert (missing.status_code, len(missing.headers["X-Request-ID"])) == (404, 12)


def test_a_websocket_has_one() -> None:
    with TestClient(APP).websocket_connect("/talk") as socket:
        told: dict[bytes, bytes] = dict(socket.extra_headers or [])
        assert told[b"x-request-id"].decode() == socket.receive_text()


@pytest.mark.parametrize("given", ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa"])
def test_a_plain_number_of_a_proxy_is_logged_beside_it(
    capsys: pytest.CaptureFixture[str], given: str
) -> None:
    answered = ask("/", X_Request_ID=given).headers["X-Request-ID"]
    line = json.loads(capsys.readouterr().err)
    assert (line["request"], line["outside"]) == (answered, given)
    assert answered != given


@pytest.mark.parametrize(
    "given", ["", "abc", "JOHN DOE", "4BF92F35", "a" * 33, "00f067aa\tx", "00f067aa, 00f067aa"]
)
def test_anything_else_from_outside_is_dropped(
    capsys: pytest.CaptureFixture[str], given: str
) -> None:
    answered = ask("/", X_Request_ID=given).headers["X-Request-ID"]
    line = json.loads(capsys.readouterr().err)
    assert "outside" not in line
    assert line["request"] == answered


def test_what_fails_is_answered_and_logged_by_its_id_and_not_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = REQUESTS_FAILED._value.get()
    answered = ask("/fail")
    number = answered.headers["X-Request-ID"]
    assert answered.status_code == 500
    assert answered.text == (
        f"Something went wrong. If it happens again, tell an administrator the id {number}.\n"
    )
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["error"], line["request"]) == (
        "request_failed",
        "ValueError",
        number,
    )
    assert "test_ids.py" in line["where"]
    assert "canary" not in str(line)
    assert REQUESTS_FAILED._value.get() == before + 1


def test_a_browser_that_went_away_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AssertionError):  # of the transport, because nobody answered
        ask("/leave")
    assert capsys.readouterr().err == ""


def test_where_nothing_has_an_id_there_is_a_new_one() -> None:
    assert request_id() != request_id()
    with under_new_id() as number:
        assert request_id() == number
    assert request_id() != number
