"""How far a long command is, on standard error."""

from __future__ import annotations

import time
from collections.abc import Callable

import typer

_EVERY = 5.0  # seconds; by judgement: often enough to see that it goes on


class RunningCount:
    """Says every few seconds how many rows there are; nothing of what is over sooner."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told = clock()

    def tell(self, rows: int) -> None:
        """Hears of rows, and says how many where the time has come."""
        if self._clock() - self._told >= _EVERY:
            self._told = self._clock()
            typer.echo(f"{rows:,} rows …", err=True)
