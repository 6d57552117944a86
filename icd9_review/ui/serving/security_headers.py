"""Security headers on every HTTP answer.

Streamlit's front end starts with one inline script in its index page; the policy
allows exactly that script by its hash, and nothing else inline. Components come as
``blob:`` modules, styles are set inline by the front end.
"""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from icd9_review.ui.component_files import KEPT_FOR_GOOD
from icd9_review.ui.serving.addresses import is_loopback

_HTTPS_ALONE = "max-age=31536000"  # seconds, a year (OWASP ASVS 5.0, 3.4.1); of this host alone

INDEX_PAGE = Path(streamlit.__file__).parent / "static" / "index.html"


class _InlineScripts(HTMLParser):
    """Collects the text of script elements that have no ``src``."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and not any(name == "src" for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts.append(data)


def inline_script_hashes(page: str) -> list[str]:
    """CSP source expressions (``'sha256-…'``) of the inline scripts of an HTML page."""
    parser = _InlineScripts()
    parser.feed(page)
    digests = (hashlib.sha256(script.encode()).digest() for script in parser.scripts)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def content_security_policy(page: str) -> str:
    """The policy for the app whose index page is ``page``: nothing from elsewhere."""
    scripts = " ".join(["'self'", "blob:", *inline_script_hashes(page)])
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self' data:",
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class SecurityHeaders:
    """ASGI middleware: the policy, no framing, no referrer elsewhere, and no caching of answers;
    of an address that is https, that it is never anything else.

    Files under ``/static`` and `component_files` carry a content hash in their names and hold
    no data of patients: they keep the caching headers that they come with.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._headers = {
            "Content-Security-Policy": content_security_policy(INDEX_PAGE.read_text("utf-8")),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            # Under "no-referrer" a browser would call the origin of our own forms null.
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        cacheable = scope["path"].startswith("/static/")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                if not cacheable and headers.get("Cache-Control") != KEPT_FOR_GOOD:
                    headers["Cache-Control"] = "no-store"
                origin = scope.get("state", {}).get("origin", "")  # as SameOrigin found it
                if origin.startswith("https:") and not is_loopback(origin):
                    headers["Strict-Transport-Security"] = _HTTPS_ALONE
            await send(message)

        await self.app(scope, receive, send_with_headers)
