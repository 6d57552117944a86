"""Who may ask: only pages of this app, under a name that is its own.

Streamlit 1.67 takes a websocket from any page on localhost, whatever its port, and asks an
outside address for its own when a page comes from elsewhere. It never gets to see either:
what passes here has an Origin that is letter by letter the scheme and host of the page.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from icd9_review.api.place import is_of_interface
from icd9_review.ui.serving.addresses import Addresses

HEALTH = "/_stcore/health"
ANYWHERE = ("/healthz", "/readyz", HEALTH)
"""Answered under any host: who looks after a container calls it by its number."""

_READING = ("GET", "HEAD", "OPTIONS")  # RFC 9110, 9.2.1: methods that change nothing
_POLICY_VIOLATION = 1008  # RFC 6455, 7.4.1
_OVER = {"ws": "http", "wss": "https"}


class SameOrigin:
    """ASGI middleware: other hosts get 400, other origins 403 and no websocket.

    A websocket, and a request that may change something, must name its origin; a browser
    always does. Other programs need none: what they ask goes by a token, and by no cookie.
    """

    def __init__(self, app: ASGIApp, addresses: Addresses) -> None:
        self.app = app
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            scope.setdefault("state", {})["origin"] = page_origin(scope, self._addresses) or ""
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        else:
            await refusal(scope, receive, send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        page = page_origin(scope, self._addresses)
        if page is None:
            if (
                scope["type"] == "http"
                and scope["path"] in ANYWHERE
                and scope["method"] in _READING
            ):
                return None
            return PlainTextResponse(
                "This host name is not one of ICD9_REVIEW_HOSTS.\n", status_code=400
            )
        if scope["type"] == "http" and (
            scope["method"] in _READING or is_of_interface(scope["path"])
        ):
            return None
        if headers.getlist("origin") == [page]:
            return None
        return PlainTextResponse("Only pages of this app may ask this.\n", status_code=403)


def page_origin(scope: Scope, addresses: Addresses) -> str | None:
    """Scheme and host of the page that a request belongs to; None under a foreign host."""
    hosts = Headers(scope=scope).getlist("host")
    scheme: str = scope["scheme"]
    return addresses.origin(hosts[0], _OVER.get(scheme, scheme)) if len(hosts) == 1 else None
