"""How long a body may be, how much all of them together, and how many are worked on at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import anyio
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from icd9_review.api.problems import Problem
from icd9_review.notes.intake.limits import PAGE

LIMITS: Final[Mapping[str, int]] = {"/predict": 2_000_000, "/decisions": 100_000}
"""Bytes of a body where the limit of a file on a page would be more than anything needs: a text of
200,000 characters escaped, a decision with its words."""

HELD: Final = 8 * PAGE.size
"""Bytes of all bodies that a process holds at a time, 200 MB; by judgement: what is made of one
takes a few times as much, and a minute's requests may come at once."""

WORKED_ON: Final = 16
"""Requests with a body that a process works on at a time, the others wait: of the forty threads
that it has, most stay for people; by judgement."""

_LATER: Final = 5.0  # seconds until another body may fit; by judgement


class Bodies:
    """The bodies of the requests that a process answers now."""

    def __init__(self) -> None:
        self._held = 0
        self._places = anyio.CapacityLimiter(WORKED_ON)

    @contextmanager
    def bounded(self, scope: Scope, receive: Receive) -> Iterator[Receive]:
        """A body, until it or all of them are longer than they may be, while it is answered.

        What has come whole waits for its place. Raises Problem, at once where the request says how
        long it is.
        """
        path, headers = scope["path"], Headers(scope=scope)
        most = next((each for end, each in LIMITS.items() if path.endswith(end)), PAGE.size)
        announced = headers.get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced) > most:
            raise _too_large(most)
        taken, whole = 0, False
        request = object()

        async def take() -> Message:
            nonlocal taken, whole
            message = await receive()
            size = len(message.get("body", b""))
            taken += size
            self._held += size
            if taken > most:
                raise _too_large(most)
            if self._held > HELD:
                raise Problem(503, "Other requests fill the memory; wait.", retry_after=_LATER)
            if not whole and not message.get("more_body", False):  # who sends slowly takes no place
                await self._places.acquire_on_behalf_of(request)
                whole = True
            return message

        try:
            yield take
        finally:
            self._held -= taken
            if whole:
                self._places.release_on_behalf_of(request)


def _too_large(most: int) -> Problem:
    return Problem(413, f"A body has {most:,} bytes at most here.")
