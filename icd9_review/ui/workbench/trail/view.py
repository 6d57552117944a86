"""The trail as the browser gets it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrailStepView:
    """An event by its number: when, who, what they did, and why."""

    number: int
    when: str
    who: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class TrailView:
    """What was done to an encounter, in order; at ``story`` stands how it was after each step."""

    story: str
    steps: tuple[TrailStepView, ...]
