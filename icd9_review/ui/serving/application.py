"""What the app is made of besides its pages, the same for every way of starting.

``streamlit run app.py``, ``uvicorn app:app`` and ``python -m icd9_review serve`` all serve
``st.App`` with these parts, so that none of them is without a protection.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any, Final, TypedDict

import anyio.to_thread
import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route
from streamlit.runtime.pages_manager import PagesManager

from icd9_review.api.application import create_api
from icd9_review.api.outside import ProblemsAlone
from icd9_review.api.place import PLACE
from icd9_review.errors import SettingsError
from icd9_review.logs import keep_threads_plain
from icd9_review.settings import ROOT, Settings
from icd9_review.ui.component_files import files_route
from icd9_review.ui.services import Services, services
from icd9_review.ui.serving.addresses import Addresses, read_addresses
from icd9_review.ui.serving.conversations import OwnConversations
from icd9_review.ui.serving.failures import show_failure
from icd9_review.ui.serving.file_requests import PatientFileHandler, make_files_by
from icd9_review.ui.serving.hardening import check_hardening
from icd9_review.ui.serving.late_requests import run_pages_by
from icd9_review.ui.serving.networks import Network, read_networks
from icd9_review.ui.serving.origin import SameOrigin
from icd9_review.ui.serving.requests.deadlines import TimelyBodies
from icd9_review.ui.serving.requests.ids import RequestIds
from icd9_review.ui.serving.router import PLACES
from icd9_review.ui.serving.security_headers import SecurityHeaders
from icd9_review.ui.serving.sign_in.desk import Visitor
from icd9_review.ui.serving.sign_in.gate import SignedIn
from icd9_review.ui.serving.sign_in.identity import PersonalRunner
from icd9_review.ui.serving.sign_in.routes import sign_in_routes
from icd9_review.ui.serving.sign_in.ways import (
    check_server,
    check_sign_in,
    warn_of_sign_in,
)
from icd9_review.ui.serving.starting import PlainStart
from icd9_review.ui.serving.unknown_addresses import KnownAddresses
from icd9_review.ui.serving.uploads import BoundedUploads, keep_uploads_in_memory
from icd9_review.ui.serving.watching.health import health_routes
from icd9_review.ui.serving.watching.metrics import WithoutStreamlitsMetrics, metrics_route

SCRIPT: Final = ROOT / "app.py"


class Parts(TypedDict):
    """The arguments of ``st.App`` after the script."""

    lifespan: Callable[[st.App], AbstractAsyncContextManager[dict[str, Any]]]
    routes: list[Route | Mount]
    middleware: list[Middleware]
    on_script_error: Callable[[Exception], bool]


def parts(*, own_server: bool = False) -> Parts:
    """The parts under the settings of the environment.

    ``own_server`` says that ``server.serve`` answers, which believes nobody about addresses.
    """
    try:
        addresses, networks, routes = _addresses(), _networks(), sign_in_routes()
    except SettingsError:  # the start will say so; until then nobody is answered
        addresses, networks, routes = Addresses(frozenset(), {}), (), []
    own: list[Route | Mount] = [
        Mount(PLACE, create_api(services, lambda each: Visitor(each).address)),
        Route("/worklist", _to_front_page),
        *routes,
        *health_routes(),
        metrics_route(networks),
        files_route(),
    ]
    paths = {"", *(f"/{place.path}" for place in PLACES), *(route.path for route in own)}
    return Parts(
        lifespan=partial(_lifespan, own_server=own_server),
        routes=own,
        middleware=[
            Middleware(PlainStart),
            Middleware(RequestIds),
            Middleware(SecurityHeaders),
            Middleware(ProblemsAlone),
            Middleware(SameOrigin, addresses=addresses),
            Middleware(WithoutStreamlitsMetrics),
            Middleware(TimelyBodies),
            Middleware(SignedIn),
            Middleware(OwnConversations),
            Middleware(BoundedUploads),
            Middleware(KnownAddresses, paths=paths),
        ],
        on_script_error=show_failure,
    )


@asynccontextmanager
async def _lifespan(_: st.App, *, own_server: bool) -> AsyncGenerator[dict[str, Any], None]:
    """Refuse to serve unprotected; have database, model and worker ready before the first visit."""
    check_hardening()
    _addresses()
    check_sign_in()
    if not own_server:
        check_server(Settings())
    _networks()
    # st.navigation says so too, but not before the first session has run: the first deep link
    # would be answered with "Page not found" in front of the right page.
    PagesManager.uses_pages_directory = False
    run_pages_by(PersonalRunner)
    make_files_by(PatientFileHandler)
    keep_threads_plain()
    keep_uploads_in_memory()
    shared = await anyio.to_thread.run_sync(build_services)
    if shared.problem:
        sys.stderr.write(f"There is no model, so new notes wait. {shared.problem}\n")
    if warning := warn_of_sign_in():
        sys.stderr.write(f"{warning}\n")
    yield {}
    await anyio.to_thread.run_sync(shared.stop)


def build_services() -> Services:
    """The services, built before the first visit. Raises the ReviewError that keeps them away."""
    # What is cached for all sessions is built outside any here: no reason for a warning.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel("ERROR")
    return services()


def _addresses() -> Addresses:
    return read_addresses(Settings().allowed_hosts)


def _networks() -> tuple[Network, ...]:
    return read_networks(Settings().metrics_readers, "ICD9_REVIEW_METRICS")


async def _to_front_page(request: Request) -> RedirectResponse:
    """The worklist is the front page, which Streamlit knows by no other address than the app's."""
    query = request.url.query
    return RedirectResponse(f"/?{query}" if query else "/")
