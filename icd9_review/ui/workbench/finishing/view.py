"""What is left to look at before an encounter is finalised, as the browser gets it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MissingView:
    """Something to look at again before finalising; ``key`` where it is about a code."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class LookedView:
    """What was looked at for what may be missing, and what was not, in words."""

    at: tuple[str, ...]
    past: tuple[str, ...]
