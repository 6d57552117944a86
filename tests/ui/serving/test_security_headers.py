from __future__ import annotations

import base64
import hashlib

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from icd9_review.ui.serving.addresses import read_addresses
from icd9_review.ui.serving.origin import SameOrigin
from icd9_review.ui.serving.security_headers import (
    INDEX_PAGE,
    SecurityHeaders,
    content_security_policy,
    inline_script_hashes,
)


def answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse("here", headers={"Cache-Control": "public"})


@pytest.fixture
def client() -> TestClient:
    routes = [Route("/", answer), Route("/static/js/index.js", answer)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)]))


def test_only_inline_scripts_are_hashed() -> None:
    page = '<script src="a.js"></script><script>let a = 1 < 2</script><style>b{}</style>'
    digest = hashlib.sha256(b"let a = 1 < 2").digest()
    assert inline_script_hashes(page) == [f"'sha256-{base64.b64encode(digest).decode()}'"]


def test_the_policy_allows_no_other_script_and_no_other_host() -> None:
    policy = content_security_policy(INDEX_PAGE.read_text("utf-8"))
    assert "unsafe-eval" not in policy
    assert "script-src 'self' blob: 'sha256-" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert "http" not in policy
    assert "ws:" not in policy
    assert "*" not in policy


def test_pages_are_not_cached_and_not_framed(client: TestClient) -> None:
    headers = client.get("/").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_hashed_files_may_be_cached(client: TestClient) -> None:
    assert client.get("/static/js/index.js").headers["Cache-Control"] == "public"


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("https://coding.example.org", "max-age=31536000"),
        ("http://coding.example.org", None),
        ("https://localhost", None),
    ],
)
def test_a_browser_that_came_by_https_comes_by_nothing_else(host: str, told: str | None) -> None:
    addresses = Middleware(SameOrigin, addresses=read_addresses([host]))
    app = Starlette(
        routes=[Route("/", answer)], middleware=[Middleware(SecurityHeaders), addresses]
    )
    assert TestClient(app, base_url=host).get("/").headers.get("Strict-Transport-Security") == told
