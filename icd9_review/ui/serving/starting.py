"""A start that fails is one sentence: what is wrong and the way out, whoever is the launcher."""

from __future__ import annotations

import errno
import os
import socket
import sys

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from icd9_review.errors import ReviewError, SettingsError


class PlainStart:
    """ASGI middleware: in place of the traceback that Starlette hands to the server.

    The message of an error that nobody foresaw may quote a note: only its class is told.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_plainly(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                message = {**message, "message": describe_failure(sys.exc_info()[1])}
            await send(message)

        await self.app(scope, receive, send_plainly if scope["type"] == "lifespan" else send)


def describe_failure(error: BaseException | None) -> str:
    """Why the app does not start, on one line."""
    if isinstance(error, ReviewError):
        return " ".join(str(error).split())
    return f"The app could not start for a reason nobody foresaw ({type(error).__name__})."


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens, taken before anything costly is built. Raises SettingsError.

    Who connects meanwhile waits until the app is there.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SettingsError(_describe_refusal(error, host, port)) from None
    try:
        if os.name == "posix":  # elsewhere it would let two programs have one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise SettingsError(_describe_refusal(error, host, port)) from None
    return listener


def _describe_refusal(error: OSError, host: str, port: int) -> str:
    other = port + 1 if port < 65535 else port - 1
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is taken, perhaps by this program; end the other one, or take "
            f"another port (make run PORT={other}, or serve --port {other})."
        )
    return (
        f"Nothing can listen on port {port} of {host} ({error.strerror}); --host takes an address "
        "of this machine, --port one that you may use."
    )
