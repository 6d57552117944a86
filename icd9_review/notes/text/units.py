"""A sentence as units: the cues of the table, and the words and marks between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from icd9_review.notes.text.cues import (
    Category,
    Cue,
    Direction,
    Reach,
    cue_phrases,
    is_telling,
    whose,
)

_UNIT = re.compile(
    r"\(\?\)|[^\W\d_]/[^\W\d_](?!\w)|\b(?i:non)(?=[^\W\d_]{5})|\w+(?:['’‘ʼ′´`]\w+)*|[?:,()∅]"
    r"|(?<=\s)-(?=\s)"
)
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ′´`", "'"))
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
_A_YEAR = "#year"
_A_NUMBER = "#number"
_ZERO = "#zero"
_COUNTS = re.compile(r"0[ ](?!(?:to|of|at|on|in|for|and|or|out)\b)(?=[^\W\d_])", re.IGNORECASE)
"""A 0 before what it counts: "0 edema", but not "0.5 cm", "0/10", "0 to 1", "0 at rest"."""

_OPENING = 12  # characters looked back for what may stand before a count: words are shorter
_OPENS = re.compile(
    r"(?:\A\s*|[\n(]\s*|(?:[,:;.-]|\b(?:with|has|had|is|are|was|were|and|but|shows?|ext|abd))\s+)\Z",
    re.IGNORECASE,
)
"""Before a 0 that counts something; "stage 0", "P 0" and "score 0" are values."""

_RELATIVE = frozenset({"who", "whose"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A word, a mark or a cue at ``text[start:end]``, with its lower-case words."""

    start: int
    end: int
    words: tuple[str, ...]
    cues: tuple[Cue, ...] = ()

    def is_a(self, category: Category) -> bool:
        """Whether this is a cue of the category."""
        return any(cue.category is category for cue in self.cues)

    def points(self, direction: Direction) -> bool:
        """Whether this is a cue that speaks in the direction."""
        return any(cue.direction is direction for cue in self.cues)

    @property
    def mark(self) -> str:
        """Its first word, by which marks and conjunctions are told."""
        return self.words[0]


def read_units(text: str, start: int, end: int) -> tuple[Unit, ...]:
    """The units of ``text[start:end]``; their offsets are those of the text."""
    matches = list(_UNIT.finditer(text, start, end))
    words = [match[0].lower().translate(_APOSTROPHES) for match in matches]
    looked_up = [
        _looked_up(word, text, match.start()) for word, match in zip(words, matches, strict=True)
    ]
    units: list[Unit] = []
    at = 0
    while at < len(words):
        size, cues = cue_phrases().longest(looked_up, at) or (1, ())
        last = at + size
        units.append(
            Unit(matches[at].start(), matches[last - 1].end(), tuple(words[at:last]), cues)
        )
        at = last
    return tuple(_with_relative_clauses(units))


def _looked_up(word: str, text: str, start: int) -> str:
    """The word at ``text[start:]`` as the table has it: a year or a number is one word there."""
    if _YEAR.fullmatch(word):
        return _A_YEAR
    if word == "0" and _is_count(text, start):
        return _ZERO
    return _A_NUMBER if word.isdigit() else word


def _is_count(text: str, start: int) -> bool:
    """Whether a 0 says how many there are of what follows it."""
    before = max(0, start - _OPENING), start
    return bool(_COUNTS.match(text, start) and _OPENS.search(text, *before))


def _with_relative_clauses(units: Sequence[Unit]) -> Iterator[Unit]:
    """The units, "who" being a cue where it goes on about a person: "her mother, who has …"."""
    for at, unit in enumerate(units):
        before = at - 2 if at > 1 and units[at - 1].mark == "," else at - 1
        person = whose(units[before].words[-1]) if at and unit.mark in _RELATIVE else None
        after = units[at + 1].words[:1] if at + 1 < len(units) else ()
        if person is None or is_telling(after):
            yield unit
        else:
            yield replace(unit, cues=(Cue(person, Direction.FORWARD, Reach.SENTENCE),))
