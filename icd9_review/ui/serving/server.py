"""The app as an ASGI application, served by uvicorn.

``make run``, the container and the browser tests start this; health is answered at
``/_stcore/health``. ``streamlit run app.py`` serves the same pages without the
headers, for one person on the loopback address.
"""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from streamlit.runtime.pages_manager import PagesManager

from icd9_review.settings import ROOT, Settings
from icd9_review.ui.services import services
from icd9_review.ui.serving.failures import show_failure
from icd9_review.ui.serving.hardening import check_hardening
from icd9_review.ui.serving.late_requests import pass_over_late_requests
from icd9_review.ui.serving.security_headers import SecurityHeaders

_LARGEST_MESSAGE = 64 * 1024 * 1024
"""Bytes of one message from a browser: a pasted text far over the limit still gets its answer."""


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncGenerator[dict[str, Any], None]:
    """Refuse to serve unprotected; have database, model and worker ready before the first visit."""
    check_hardening()
    # st.navigation says so too, but not before the first session has run: the first deep link
    # would be answered with "Page not found" in front of the right page.
    PagesManager.uses_pages_directory = False
    pass_over_late_requests()
    # What is cached for all sessions is built here, outside any: no reason for a warning.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel("ERROR")
    shared = await anyio.to_thread.run_sync(services)
    yield {}
    await anyio.to_thread.run_sync(shared.stop)


def create_app(settings: Settings) -> st.App:
    """The ASGI application: only requests for the hosts of the settings are answered."""
    return st.App(
        ROOT / "app.py",
        lifespan=_lifespan,
        on_script_error=show_failure,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(settings.allowed_hosts)),
        ],
    )


app = create_app(Settings())


class _Server(uvicorn.Server):
    """Says where the app is once it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            address = f"http://{self.config.host}:{self.config.port}"
            sys.stdout.write(f"ICD-9 Review is at {address} (Ctrl+C ends it)\n")
            sys.stdout.flush()


def serve(*, host: str, port: int) -> None:
    """Serve until interrupted. Raises SettingsError where protecting settings are missing."""
    check_hardening()
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws_max_size=_LARGEST_MESSAGE,
    )
    _Server(config).run()
