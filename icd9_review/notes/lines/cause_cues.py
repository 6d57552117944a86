"""The table of cues by which notes tell how an injury came about, ``cause_cues.tsv``.

How a row is written stands at the head of the table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

_NONE = "no"
_CLASS = "class"


class CauseGroup(StrEnum):
    """What happened; of a sentence that has cues of several, the first of this order counts."""

    SUICIDE = "suicide"
    ASSAULT = "assault"
    WEAPON = "weapon"
    TRAFFIC = "traffic"
    POISONING = "poisoning"
    BITE = "bite"
    BURN = "burn"
    MACHINERY = "machinery"
    CUT = "cut"
    FOREIGN = "foreign"
    FALL = "fall"
    STRUCK = "struck"
    EXERTION = "exertion"
    SPORT = "sport"
    NATURE = "nature"
    ACCIDENT = "accident"

    @property
    def rank(self) -> int:
        """Its place in the order."""
        return list(CauseGroup).index(self)


@dataclass(frozen=True, slots=True)
class CauseCue:
    """Words at ``text[start:end]`` that tell of such a thing."""

    start: int
    end: int
    group: CauseGroup


def cause_cues(text: str) -> tuple[CauseCue, ...]:
    """The cues of a text in order and apart; of two at one place the earlier row of the table.

    >>> [(cue.start, cue.group.value) for cue in cause_cues("He slipped on ice. Fell asleep.")]
    [(3, 'fall')]
    """
    return tuple(
        CauseCue(match.start(), match.end(), CauseGroup(match.lastgroup or _NONE))
        for match in _pattern().finditer(text)
        if match.lastgroup != _NONE
    )


@cache
def _pattern() -> re.Pattern[str]:
    """All rows as one pattern, a group for each that is meant; what tells of none goes first."""
    table = (files("icd9_review.notes.lines") / "cause_cues.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and line[0] != "#"][1:]
    classes = {name: f"(?:{members})" for name, sort, members in rows if sort == _CLASS}
    spelt: dict[str, list[str]] = {}
    for group, sort, pattern in rows:
        if sort != _CLASS:
            spelt.setdefault(group, []).append(_spelt(pattern, classes))
    ranked = [_NONE, *CauseGroup]
    named = (f"(?P<{group}>{'|'.join(spelt[group])})" for group in ranked)
    return re.compile(rf"\b(?:{'|'.join(named)})", re.IGNORECASE)


def _spelt(pattern: str, classes: dict[str, str]) -> str:
    for name, members in classes.items():
        pattern = pattern.replace(f"<{name}>", members)
    return read_spaces(pattern)


def read_spaces(pattern: str) -> str:
    """A pattern of a table whose spaces stand for any white space of a line end.

    >>> read_spaces("gun ?shot wound[- ]of")
    'gun\\\\s{0,3}shot\\\\s{1,3}wound[-\\\\s]of'
    """
    whole = pattern.replace("[- ]", r"[-\s]").replace(" ?", r"\s{0,3}")
    return whole.replace(" ", r"\s{1,3}")
