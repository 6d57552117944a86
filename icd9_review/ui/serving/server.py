"""The app served by uvicorn.

``make run``, the container and the browser tests start this; health is answered at ``/healthz``.
"""

from __future__ import annotations

import socket
import sys

import streamlit as st
import uvicorn

from icd9_review.settings import Settings
from icd9_review.ui.serving.addresses import read_addresses
from icd9_review.ui.serving.application import SCRIPT, build_services, parts
from icd9_review.ui.serving.hardening import check_hardening
from icd9_review.ui.serving.networks import read_networks
from icd9_review.ui.serving.requests.connections import TimelyConnection
from icd9_review.ui.serving.sign_in.ways import check_sign_in
from icd9_review.ui.serving.starting import listen

_LARGEST_MESSAGE = 64 * 1024 * 1024
"""Bytes of one message from a browser: a pasted text far over the limit still gets its answer.

By judgement."""

_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104
_NOT_STARTED = 3
"""The exit code that uvicorn itself takes for a start that failed."""


def address_of(host: str, port: int) -> str:
    """What people open: that which listens everywhere is reached on this machine by loopback.

    >>> address_of("0.0.0.0", 8501), address_of("::1", 8501)
    ('http://127.0.0.1:8501', 'http://[::1]:8501')
    """
    name = "127.0.0.1" if host in _EVERYWHERE else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


class _Server(uvicorn.Server):
    """Says where the app is once it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            address = address_of(self.config.host, self.config.port)
            sys.stdout.write(f"ICD-9 Review is at {address} (Ctrl+C ends it)\n")
            sys.stdout.flush()


def serve(*, host: str, port: int) -> None:
    """Serve until interrupted. Raises a ReviewError for whatever the start fails on."""
    check_hardening()
    read_addresses(Settings().allowed_hosts)
    check_sign_in(host)
    read_networks(Settings().metrics_readers, "ICD9_REVIEW_METRICS")
    with listen(host, port) as listener:
        build_services()
        config = uvicorn.Config(
            st.App(SCRIPT, **parts(own_server=True)),
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # who is behind a proxy names the address (addresses.py)
            ws_max_size=_LARGEST_MESSAGE,
            http=TimelyConnection,
        )
        server = _Server(config)
        server.run(sockets=[listener])
    if not server.started:  # the server has said why
        sys.exit(_NOT_STARTED)
