"""When a second coder is asked for, and what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class GroupLevel(StrEnum):
    """What is taken together as a group of codes."""

    CATEGORY = "category"
    CHAPTER = "chapter"


@dataclass(frozen=True, slots=True)
class SecondRule:
    """A second coder is asked for where a pair's positive agreement on a group is below ``least``.

    ``fewest`` encounters of the pair have to have the group; no more than ``per_day`` within 24
    hours and ``per_week`` within seven days are asked for. Nobody is while it is not ``active``.
    The numbers are by judgement.
    """

    active: bool = False
    level: GroupLevel = GroupLevel.CATEGORY
    least: float = 0.6
    fewest: int = 5
    per_day: int = 2
    per_week: int = 6


@dataclass(frozen=True, slots=True)
class SecondCoding:
    """An encounter that a second coder was asked for, and whether both have signed it.

    ``encounter`` is the short name of the encounter, ``twin`` that of the second coder's, ``group``
    what it was asked for; empty where somebody chose it by hand. ``waits`` counts open queries of
    the twin, which no physician sees.
    """

    encounter_id: str
    encounter: str
    twin_id: str
    twin: str
    coder: int
    group: str
    asked: datetime
    signed: bool
    waits: int = 0
