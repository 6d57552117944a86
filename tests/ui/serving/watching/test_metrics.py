"""Metrics are read by this machine and named addresses, and have no word of a patient."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from icd9_review.instruments import DECISIONS_STORED
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.people.sessions import begin_session
from icd9_review.store.scoring.scores import register_model
from icd9_review.ui.reference import References
from icd9_review.ui.services import Services
from icd9_review.ui.serving.networks import read_networks
from icd9_review.ui.serving.watching import metrics
from icd9_review.ui.serving.watching.metrics import (
    WithoutStreamlitsMetrics,
    may_read,
    metrics_route,
)
from tests.encounters import add_encounter, coders, make_model

LISTED = read_networks(["10.1.0.0/16", "192.0.2.7", "2001:db8::/32"], "ICD9_REVIEW_METRICS")


def scope(client: str | None, *headers: tuple[str, str]) -> dict[str, Any]:
    named = [(name.lower().encode(), value.encode()) for name, value in headers]
    return {"type": "http", "client": client and (client, 4711), "headers": named}


@pytest.mark.parametrize(
    "client", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "10.1.2.3", "2001:db8::5"]
)
def test_this_machine_and_listed_addresses_may_read(client: str) -> None:
    assert may_read(scope(client), LISTED)


@pytest.mark.parametrize("client", ["10.2.0.1", "192.0.2.8", "::ffff:10.2.0.1", "", "testclient"])
def test_nobody_else_may(client: str) -> None:
    assert not may_read(scope(client), LISTED)


def test_who_has_no_address_may_not() -> None:
    assert not may_read(scope(None), LISTED)


@given(st.ip_addresses())
def test_by_itself_only_loopback_may_read(address: Any) -> None:
    mapped = getattr(address, "ipv4_mapped", None) or address
    assert may_read(scope(str(address)), ()) == mapped.is_loopback


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-IP"]
)
def test_what_a_proxy_passes_on_is_refused(header: str) -> None:
    for value in ("", "127.0.0.1", "for=127.0.0.1"):
        assert not may_read(scope("127.0.0.1", (header, value)), LISTED)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[[Services], dict[str, float]]:
    """What is read of an app with these services: numbers by name and sorted labels."""

    def read(shared: Services) -> dict[str, float]:
        monkeypatch.setattr(metrics, "services", lambda: shared)
        found = fetch("/metrics", "127.0.0.1")
        assert found.status_code == 200
        assert found.headers["content-type"].startswith("text/plain")
        return {
            sample.name
            + "".join(f" {each}" for _, each in sorted(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(found.text)
            for sample in family.samples
        }

    return read


def fetch(path: str, client: str) -> httpx.Response:
    async def answer() -> httpx.Response:
        below = Route("/{path:path}", lambda _: PlainTextResponse("Streamlit's"))
        app = Starlette(
            routes=[metrics_route(()), below], middleware=[Middleware(WithoutStreamlitsMetrics)]
        )
        transport = httpx.ASGITransport(app, client=(client, 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser:
            return await browser.get(path)

    return asyncio.run(answer())


def test_a_stranger_reads_nothing(shown: object) -> None:
    answer = fetch("/metrics", "192.0.2.1")
    assert answer.status_code == 403
    assert "icd9_review_" not in answer.text


def test_streamlits_own_metrics_are_closed() -> None:
    for path in ("/_stcore/metrics", "/_stcore/metrics/", "/_stcore/%6Detrics"):
        assert fetch(path, "127.0.0.1").status_code == 404
    assert fetch("/_stcore/health", "127.0.0.1").text == "Streamlit's"


def test_what_waits_is_read_from_the_database(
    database: Database, shown: Callable[[Services], dict[str, float]]
) -> None:
    model = make_model()
    register_model(database, model)
    add_encounter(database, titles=("One", "Two"), version=model.version)
    begin_session(database, coders(database)[0])

    class InUse(Services):
        model_version = model.version

    found = shown(InUse(database, References(database), None))
    assert found["icd9_review_database_up"] == 1
    assert found["icd9_review_worker_up"] == 0
    assert found["icd9_review_sessions"] == 1
    assert found["icd9_review_jobs queued scoring"] == 2
    assert found["icd9_review_jobs failed explaining"] == 0
    assert found["icd9_review_decisions_stored_total accept"] >= 0
    assert "process_resident_memory_bytes" in found
    assert not any(name.endswith("_created") for name in found)


def test_a_database_that_is_away_is_a_number_and_the_rest_is_told(
    shown: Callable[[Services], dict[str, float]],
) -> None:
    DECISIONS_STORED.labels("accept").inc()
    away = open_database("postgresql://coder:secret@127.0.0.1:1/none")
    found = shown(Services(away, References(away), None))
    assert found["icd9_review_database_up"] == 0
    assert found["icd9_review_decisions_stored_total accept"] >= 1
    assert "icd9_review_sessions" not in found
