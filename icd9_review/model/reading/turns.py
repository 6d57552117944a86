"""One forward pass at a time, first come first served, but for a person who waits.

A pass uses all cores, so two at once only slow each other down. A plain lock would let
the thread that reads a long note take it again and again before a waiting one wakes up.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType


class Turns:
    """A lock that is handed over in the order in which threads asked for it."""

    def __init__(self) -> None:
        self._queue: deque[threading.Event] = deque()
        self._change = threading.Lock()
        self._ahead = 0  # how many right behind the one whose turn it is were let go ahead

    def __len__(self) -> int:
        """How many threads have or await their turn."""
        return len(self._queue)

    def __enter__(self) -> None:
        turn = threading.Event()
        with self._change:
            self._queue.append(turn)
            if len(self._queue) == 1:
                turn.set()
        try:
            turn.wait()
        except BaseException:
            self._leave(turn)
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._leave(self._queue[0])

    @contextmanager
    def ahead(self, patience: float) -> Iterator[bool]:
        """A turn before all that wait, for something short that a person waits for.

        Gives whether it came within ``patience`` seconds; without it nothing may be passed
        through the model. The pass that is under way is not interrupted.
        """
        turn = threading.Event()
        with self._change:
            if self._queue:
                self._ahead += 1
                self._queue.insert(self._ahead, turn)
            else:
                self._queue.append(turn)
                turn.set()
        try:
            yield turn.wait(patience)
        finally:
            self._leave(turn)

    def _leave(self, turn: threading.Event) -> None:
        with self._change:
            place = self._queue.index(turn)
            del self._queue[place]
            if place:
                self._ahead -= place <= self._ahead
            elif self._queue:
                self._ahead -= self._ahead > 0
                self._queue[0].set()
