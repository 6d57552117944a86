"""``/metrics``: the instruments of this process and what waits in the database, for Prometheus.

Read by this machine and by the addresses of ``ICD9_REVIEW_METRICS`` alone. Behind a proxy
everybody would come from the proxy's address, so what a proxy has passed on is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Final

import anyio.to_thread
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from icd9_review.errors import ReviewError
from icd9_review.instruments import REGISTRY
from icd9_review.store.explaining.explanation_queue import pending_explanations
from icd9_review.store.people.presence import count_sessions
from icd9_review.store.scoring.scoring_queue import pending_notes
from icd9_review.ui.services import Services, services
from icd9_review.ui.serving.networks import Network, is_passed_on, is_this_machine, is_within

METRICS: Final = "/metrics"

_CLOSED = "/_stcore/metrics"  # Streamlit's own: sizes of caches and sessions, for everybody


def may_read(scope: Scope, networks: Iterable[Network]) -> bool:
    """Whether a request comes straight from this machine or from one of the networks."""
    address = (scope.get("client") or ("",))[0]
    if is_passed_on(Headers(scope=scope)):
        return False
    return is_this_machine(address) or is_within(address, networks)


def metrics_route(networks: Iterable[Network]) -> Route:
    """Answers whoever may read."""
    stored = CollectorRegistry()
    stored.register(_Stored())

    async def answer(request: Request) -> Response:
        if not may_read(request.scope, networks):
            return PlainTextResponse(
                "Only this machine and the addresses in ICD9_REVIEW_METRICS may read this.\n",
                HTTPStatus.FORBIDDEN,
            )
        text = await anyio.to_thread.run_sync(lambda: _written(stored))
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return Route(METRICS, answer)


class WithoutStreamlitsMetrics:
    """ASGI middleware: Streamlit's own metrics are not there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].rstrip("/") == _CLOSED:
            await PlainTextResponse("Not Found", HTTPStatus.NOT_FOUND)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class _Stored(Collector):
    """What the database says when somebody asks; that it is away is a number, too."""

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # so that registering asks no database

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            found = list(_gauges(services()))
        except ReviewError:
            found = []
        up = float(bool(found))
        yield GaugeMetricFamily("icd9_review_database_up", "Whether the database answers.", up)
        yield GaugeMetricFamily(
            "icd9_review_worker_up",
            "Whether the thread is alive that works for the model.",
            float(_works(services())),
        )
        yield from found


def _works(shared: Services) -> bool:
    return shared.model is not None and not shared.model.worker.join(0)


def _gauges(shared: Services) -> Iterator[GaugeMetricFamily]:
    yield GaugeMetricFamily(
        "icd9_review_sessions",
        "Browsers that act for somebody.",
        float(count_sessions(shared.database)),
    )
    jobs = GaugeMetricFamily(
        "icd9_review_jobs", "Work for the model in use, by state.", labels=["work", "state"]
    )
    if version := shared.model_version:
        for work, found in (
            ("scoring", pending_notes(shared.database, version)),
            ("explaining", pending_explanations(shared.database, version)),
        ):
            for state in ("queued", "running", "failed"):
                jobs.add_metric([work, state], getattr(found, state))
    yield jobs


def _written(stored: CollectorRegistry) -> bytes:
    return generate_latest(REGISTRY) + generate_latest(stored)
