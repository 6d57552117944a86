"""The routes of signing in behind the guards that stand before them, and a browser for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import unescape
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from icd9_review.store.database.engine import Database
from icd9_review.store.people import passwords
from icd9_review.store.people.accounts import add_account, set_password
from icd9_review.store.users import system_user
from icd9_review.ui.serving.addresses import read_addresses
from icd9_review.ui.serving.origin import SameOrigin
from icd9_review.ui.serving.sign_in import desk
from icd9_review.ui.serving.sign_in.gate import SignedIn
from icd9_review.ui.serving.sign_in.routes import sign_in_routes
from icd9_review.values import Role, User

PAGE = "http://localhost:8501"
PUBLIC = "https://coding.example.org"
ADDRESSES = read_addresses(["localhost", "ward.example.org", PUBLIC])
PASSWORD = "four words make one"
LOOPBACK = ("127.0.0.1", 50_000)

Start = Callable[..., TestClient]


async def _page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"the page {request.url.path}")


async def _stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("the stream")
    await socket.close()


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are kept as in earnest, but for how long it takes."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    monkeypatch.setattr(passwords, "_of_nobody", lambda: quick.hash("nobody"))


@pytest.fixture
def start(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts the guards and routes under the settings that are given, before any page there is."""
    monkeypatch.setattr(desk, "services", lambda: SimpleNamespace(database=sqlite))
    opened: list[TestClient] = []

    def begin(client: tuple[str, int] = LOOPBACK, base: str = PAGE, **settings: str) -> TestClient:
        for name, value in settings.items():
            monkeypatch.setenv(f"ICD9_REVIEW_{name.upper()}", value)
        app = Starlette(
            routes=[
                *sign_in_routes(),
                WebSocketRoute("/_stcore/stream", _stream),
                Route("/{path:path}", _page, methods=["GET", "POST"]),
            ],
            middleware=[
                Middleware(SameOrigin, addresses=ADDRESSES),
                Middleware(SignedIn),
                # As Streamlit has it: it reads its own session again as it answers.
                Middleware(SessionMiddleware, secret_key="of Streamlit"),
            ],
        )
        made = TestClient(
            app,
            base_url=base,
            follow_redirects=False,
            client=client,
            headers={"Accept": "text/html"},
        )
        opened.append(made.__enter__())
        return made

    yield begin
    for each in opened:
        each.__exit__(None, None, None)


@pytest.fixture
def ana(sqlite: Database) -> User:
    """A coder with a password of her own."""
    person = add_account(sqlite, "Ana Ruiz", Role.CODER, by=system_user(sqlite))
    set_password(sqlite, person, PASSWORD, by=person)
    return person


def send(client: TestClient, path: str, origin: str = PAGE, **fields: str) -> httpx2.Response:
    """A form as a browser sends it, to the page that it stands on."""
    return client.post(f"{origin}{path}", data=fields, headers={"Origin": origin})


def hidden(answer: httpx2.Response, name: str) -> str:
    """The value of a hidden field of a form."""
    return unescape(answer.text.partition(f'name="{name}" value="')[2].partition('"')[0])


def sign_in(
    client: TestClient, name: str, password: str, *, place: str = "/", origin: str = PAGE
) -> httpx2.Response:
    """Open the page, fill in the form, send it."""
    form = client.get(f"{origin}/sign-in", params={"place": place})
    seal, kept = hidden(form, "seal"), hidden(form, "place")
    fields = {"name": name, "password": password, "seal": seal, "place": kept}
    return send(client, "/sign-in", origin, **fields)


def place_of(answer: httpx2.Response) -> tuple[str, dict[str, Any]]:
    """Where an answer leads: path and query."""
    parts = urlsplit(answer.headers["location"])
    return parts.path, parse_qs(parts.query)
