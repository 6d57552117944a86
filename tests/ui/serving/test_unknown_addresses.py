"""Who asks for an address that is no page reads that, and the way out."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from icd9_review.ui.serving.router import PLACES
from icd9_review.ui.serving.unknown_addresses import KnownAddresses


async def _answer(request: Request) -> Response:
    """As Streamlit: the application at every address, and its files."""
    if request.url.path.endswith(".js"):
        return PlainTextResponse("run()")
    status = 500 if request.url.path == "/broken" else 200
    return HTMLResponse("<p>the application</p>", status)


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=[Route("/{path:path}", _answer)])
    return TestClient(KnownAddresses(app, {"", *(f"/{place.path}" for place in PLACES)}))


@pytest.mark.parametrize("path", ["/", "/workbench", "/workbench/", "/what-if?encounter=1"])
def test_a_page_is_shown(client: TestClient, path: str) -> None:
    assert client.get(path).text == "<p>the application</p>"


@pytest.mark.parametrize("path", ["/workbnech", "/workbench/1", "/ledger.html", "/%F0%9F%98%80"])
def test_what_is_no_page_says_so_with_the_way_out(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert 'href="/"' in answer.text
    assert "the application" not in answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_files_and_failures_pass(client: TestClient) -> None:
    assert client.get("/static/js/index.js").text == "run()"
    assert client.get("/broken").text == "<p>the application</p>"
