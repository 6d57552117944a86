"""One forward pass at a time, first come first served.

A pass uses all cores, so two at once only slow each other down. A plain lock would let
the thread that reads a long note take it again and again before a waiting one wakes up.
"""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType


class Turns:
    """A lock that is handed over in the order in which threads asked for it."""

    def __init__(self) -> None:
        self._queue: deque[threading.Event] = deque()
        self._change = threading.Lock()

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

    def _leave(self, turn: threading.Event) -> None:
        with self._change:
            self._queue.remove(turn)
            if self._queue:
                self._queue[0].set()
