"""An address that is no page: said on a page of ours.

Streamlit answers every address with its application, which then shows its own words over the
front page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from icd9_review.ui.serving.sign_in.page import page

_NOT_FOUND: Final = HTMLResponse(
    page(
        "There is no such page",
        "<p>This address is none of the app's. It may have been typed or copied in part.</p>"
        '<p><a class="button" href="/">Go to the worklist</a></p>',
    ),
    404,
)


class KnownAddresses:
    """ASGI middleware: HTML of an address that is not among ``paths`` becomes the page above.

    ``paths`` are whole, each with its slash; files are no HTML and pass, and so do answers that are
    no success.
    """

    def __init__(self, app: ASGIApp, paths: Iterable[str]) -> None:
        self.app = app
        self._paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].rstrip("/") in self._paths:
            await self.app(scope, receive, send)
            return
        replaced = False

        async def pass_on(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start":
                replaced = _is_html(message)
                if replaced:
                    await _NOT_FOUND(scope, receive, send)
            if not replaced:
                await send(message)

        await self.app(scope, receive, pass_on)


def _is_html(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == 200 and kind.startswith("text/html")
