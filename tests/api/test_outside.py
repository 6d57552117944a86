"""The interface among what stands before the pages: reached by a token, and nothing beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from icd9_review.api.application import create_api
from icd9_review.api.outside import ProblemsAlone
from icd9_review.api.place import PLACE
from icd9_review.store.database.engine import Database
from icd9_review.ui.services import Services
from icd9_review.ui.serving.addresses import read_addresses
from icd9_review.ui.serving.origin import SameOrigin
from icd9_review.ui.serving.requests.ids import RequestIds
from icd9_review.ui.serving.sign_in.desk import Visitor
from icd9_review.ui.serving.sign_in.gate import SignedIn
from icd9_review.values import Role
from tests.api.conftest import Program
from tests.api.test_admission import of_kind

Begin = Callable[..., TestClient]


@pytest.fixture
def begin(services: Services, monkeypatch: pytest.MonkeyPatch) -> Begin:
    """The interface beside one page, behind the gate of a way of signing in."""

    def start(sign_in: str, address: str = "127.0.0.1") -> TestClient:
        monkeypatch.setenv("ICD9_REVIEW_SIGN_IN", sign_in)
        monkeypatch.setattr("icd9_review.ui.serving.sign_in.desk.services", lambda: services)
        page = Route("/{path:path}", lambda _: PlainTextResponse("a page"))
        hosts = read_addresses(["localhost"])
        api = create_api(lambda: services, lambda each: Visitor(each).address)
        app = Starlette(
            routes=[Mount(PLACE, api), page],
            middleware=[
                Middleware(RequestIds),
                Middleware(ProblemsAlone),
                Middleware(SameOrigin, addresses=hosts),
                Middleware(SignedIn),
            ],
        )
        return TestClient(app, base_url="http://localhost", client=(address, 1))

    return start


def test_the_interface_is_reached_without_a_session_and_nothing_beside_it(
    begin: Begin, database: Database
) -> None:
    client = begin("accounts", "192.0.2.1")
    program = Program(client, database, Role.CODER)
    assert program.get("/openapi.json").status_code == 200
    assert program.post("/predict", json={"text": "Pneumonia."}).status_code == 200
    for path in ("/api/v1", "/api/v2/", "/api", "/api/v1/%0A/page", "/worklist"):
        answer = client.get(path, headers={"Authorization": f"Bearer {program.token}"})
        assert answer.status_code == 401, path
        assert "a page" not in answer.text


def test_a_page_of_another_site_changes_nothing_without_a_token(
    begin: Begin, database: Database
) -> None:
    client = begin("accounts")
    foreign = {"Origin": "https://evil.example", "Content-Type": "application/json"}
    answer = client.post(f"{PLACE}/predict", content='{"text": "x"}', headers=foreign)
    of_kind(answer, 401, "unauthorized")
    assert "access-control-allow-origin" not in answer.headers


def test_what_is_refused_before_it_is_a_problem_too(begin: Begin, database: Database) -> None:
    outside = begin("single", "192.0.2.1")
    of_kind(outside.get(f"{PLACE}/openapi.json"), 403, "forbidden")
    assert outside.get("/worklist").headers["content-type"].startswith("text/html")
    here = begin("single")
    foreign = {"Host": "evil.example"}
    of_kind(here.get(f"{PLACE}/openapi.json", headers=foreign), 400, "bad-request")
    of_kind(here.get(f"{PLACE}/openapi.json"), 401, "unauthorized")


def test_behind_a_proxy_wrong_tokens_are_counted_by_whom_it_names(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_PROXIES", "127.0.0.1")
    client = begin("accounts")

    def guess(address: str) -> int:
        headers = {"Authorization": "Bearer icd9r_wrong", "X-Forwarded-For": address}
        return client.get(f"{PLACE}/webhooks", headers=headers).status_code

    assert [guess("192.0.2.7") for _ in range(101)][99:] == [401, 429]
    assert guess("192.0.2.8") == 401
