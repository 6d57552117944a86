"""What is refused on the way to the interface, by what stands before the pages, in its own form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from icd9_review.api.place import is_of_interface
from icd9_review.api.problems import MEDIA_TYPE, Problem, describe_problem

_WORDS: Final[Mapping[int, str]] = {
    400: "This host name is none of the app's, or the request cannot be read.",
    403: "From here the app answers nobody.",
    408: "The request came too slowly and was given up.",
    500: "Something went wrong; tell an administrator the id of this request.",
}


class ProblemsAlone:
    """ASGI middleware: an error that is no problem becomes one, for requests of other programs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_of_interface(scope["path"]):
            await self.app(scope, receive, send)
            return
        replaced = False

        async def pass_on(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start":
                kind = Headers(raw=message["headers"]).get("content-type")
                replaced = message["status"] >= 400 and kind != MEDIA_TYPE
                if replaced:
                    said = _WORDS.get(message["status"], "The request was refused.")
                    problem = describe_problem(Problem(message["status"], said))
                    await problem(scope, receive, send)
            if not replaced:
                await send(message)

        await self.app(scope, receive, pass_on)
