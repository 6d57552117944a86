"""Only pages of the app may change something or open a websocket."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from icd9_review.ui.serving.addresses import read_addresses
from icd9_review.ui.serving.origin import ANYWHERE, SameOrigin
from tests.hostile import shortly

PAGE = "http://localhost:8501"
FOREIGN = [
    "http://localhost:8502",
    "http://localhost",
    "https://localhost:8501",
    "http://127.0.0.1:8501",
    "http://evil.example",
    "http://localhost:8501.evil.example",
    "http://localhost:8501/",
    "http://LOCALHOST:8501",
    "HTTP://localhost:8501",
    "http://localhost:8501, http://localhost:8501",
    "null",
    "",
    "file://",
]
CHANGING = ["POST", "PUT", "PATCH", "DELETE", "TRACE", "STRANGE"]


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    """The app behind: answers everything, so that what is refused was refused before it."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await PlainTextResponse("here")(scope, receive, send)


APP = SameOrigin(inner, read_addresses(["localhost", "https://coding.example.org"]))


def ask(method: str, *headers: tuple[str, str], path: str = "/_stcore/upload_file/a/b") -> int:
    async def answer() -> int:
        transport = httpx.ASGITransport(APP)
        async with httpx.AsyncClient(transport=transport, base_url=PAGE) as client:
            return (await client.request(method, path, headers=list(headers))).status_code

    return asyncio.run(answer())


def open_socket(
    *headers: tuple[str, str], scheme: str = "ws", host: str = "localhost:8501"
) -> Message:
    """What the server is told to do with a websocket."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    scope: dict[str, Any] = {
        "type": "websocket",
        "scheme": scheme,
        "path": "/_stcore/stream",
        "headers": [(b"host", host.encode())]
        + [(name.encode(), value.encode("latin-1")) for name, value in headers],
    }
    asyncio.run(APP(scope, receive, send))
    (told,) = sent
    return told


@pytest.mark.parametrize("method", CHANGING)
def test_what_may_change_something_needs_the_origin_of_the_page(method: str) -> None:
    assert ask(method, ("Origin", PAGE)) == 200
    assert ask(method) == 403


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_origin_changes_nothing_and_opens_no_websocket(origin: str) -> None:
    assert ask("PUT", ("Origin", origin)) == 403
    assert open_socket(("origin", origin)) == {"type": "websocket.close", "code": 1008}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_needs_no_origin(method: str) -> None:
    assert ask(method) == 200
    assert ask(method, ("Origin", "http://evil.example")) == 200


def test_a_websocket_is_opened_by_the_page_alone() -> None:
    assert open_socket(("origin", PAGE))["type"] == "websocket.accept"
    assert open_socket()["type"] == "websocket.close"
    twice = (("origin", PAGE), ("origin", PAGE))
    assert open_socket(*twice)["type"] == "websocket.close"
    assert open_socket(("origin", PAGE), scheme="wss")["type"] == "websocket.close"
    secure = ("origin", "https://localhost:8501")
    assert open_socket(secure, scheme="wss")["type"] == "websocket.accept"


def test_behind_a_proxy_the_page_is_where_the_setting_says() -> None:
    host = "coding.example.org"
    assert open_socket(("origin", f"https://{host}"), host=host)["type"] == "websocket.accept"
    for wrong in (f"http://{host}", f"https://{host}:443", "https://localhost:8501", PAGE):
        assert open_socket(("origin", wrong), host=host)["type"] == "websocket.close"


@pytest.mark.parametrize("header", ["X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded"])
def test_no_header_of_a_proxy_is_believed(header: str) -> None:
    for value in ("https", "evil.example", "proto=https;host=evil.example"):
        for origin in ("https://localhost:8501", "https://evil.example"):
            assert ask("PUT", ("Origin", origin), (header, value)) == 403


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:8501:1", ""])
def test_a_foreign_host_is_not_answered(host: str) -> None:
    assert ask("GET", ("Host", host), path="/") == 400
    assert ask("PUT", ("Host", host), ("Origin", f"http://{host}")) == 400
    assert open_socket(("origin", f"http://{host}"), host=host)["type"] == "websocket.close"


def test_health_is_answered_under_any_host_and_changes_nothing() -> None:
    for path in ANYWHERE:
        assert ask("GET", ("Host", "10.0.0.7:8501"), path=path) == 200
        assert ask("POST", ("Host", "10.0.0.7:8501"), path=path) == 400
    assert ask("GET", ("Host", "10.0.0.7:8501"), path="/metrics") == 400


BEHIND = "https://coding.example.org"
LIKE_IT = st.one_of(
    st.sampled_from(
        [
            *(
                "https://coding.example.org.",
                "https://coding.example.org:443",
                "//coding.example.org",
            ),
            *(
                "https://coding.example.org@evil.example",
                "https://coding.example.org#",
                "wss://coding",
            ),
            *("https://evil.example?https://coding.example.org", "https://xcoding.example.org"),
            *(
                "https://coding.example.org\t",
                "https://coding.example.org\x00",
                "https://coding。example",
            ),
        ]
    ),
    st.tuples(st.integers(0, len(BEHIND)), st.integers(0, 2), st.text(max_size=3)).map(
        lambda cut: BEHIND[: cut[0]] + cut[2] + BEHIND[cut[0] + cut[1] :]
    ),
)


@shortly(200)
@given(LIKE_IT, st.sampled_from(["ws", "wss"]), st.sampled_from(["https", "http", "evil.example"]))
def test_behind_a_proxy_no_origin_but_the_public_one_opens_a_websocket(
    origin: str, scheme: str, said: str
) -> None:
    forged = [(name, said) for name in ("x-forwarded-proto", "x-forwarded-host", "forwarded")]
    told = open_socket(
        ("origin", origin.encode("utf-8", "replace").decode("latin-1")),
        *forged,
        scheme=scheme,
        host="coding.example.org",
    )
    assert told["type"] == ("websocket.accept" if origin == BEHIND else "websocket.close")
