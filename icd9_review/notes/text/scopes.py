"""Which cues of a sentence reach a span of it.

A sentence is read as units: cues, and the words and marks between them. From the span one looks
back for cues that speak of what follows them, and ahead for those that speak of what precedes
them, until a word ends the scope. Brackets that closed before the span say nothing about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from icd9_review.notes.text.cues import Category, Cue, Direction, Reach, cue_phrases

_FARTHEST = 60
"""Units on either side of a span that are looked at."""

_BEHIND = 8
"""Words before it that a backward cue may speak of."""

_NEAR = 2
_UNIT = re.compile(r"\([-+?]\)|[^\W\d_]/[^\W\d_](?!\w)|\w+(?:['’]\w+)*|[?:,()]|(?<=\s)-(?=\s)")
_CONJUNCTIONS = frozenset({"and", "or", "nor", "plus"})
_ALTERNATIVES = frozenset({"or", "nor"})
_COLONS = frozenset({":", "-"})
_MARKS = frozenset("?:,()-")


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
    words = [match[0].lower().replace("’", "'") for match in matches]
    units: list[Unit] = []
    at = 0
    while at < len(words):
        size, cues = cue_phrases().longest(words, at) or (1, ())
        last = at + size
        units.append(
            Unit(matches[at].start(), matches[last - 1].end(), tuple(words[at:last]), cues)
        )
        at = last
    return tuple(units)


def item_words(units: Sequence[Unit], first: int, last: int) -> tuple[str, ...]:
    """The words from where the list item of ``units[first]`` starts to ``units[last]``."""
    start = _item_start(units, first)
    return tuple(word for unit in units[start : last + 1] for word in unit.words)


def cues_on(units: Sequence[Unit], first: int, last: int) -> Iterator[tuple[Cue, Unit]]:
    """The cues that reach ``units[first]`` to ``units[last]``, nearest first on either side.

    A cue the span itself starts or ends with counts: "history of stroke" is historical.
    """
    inner = first
    while inner < last and units[inner].points(Direction.FORWARD):
        inner += 1
    outer = last
    while outer > inner and units[outer].points(Direction.BACKWARD):
        outer -= 1
    yield from _cues_before(units, inner, outer)
    yield from _cues_behind(units, outer)


def _item_start(units: Sequence[Unit], first: int) -> int:
    at = first
    while at > max(0, first - _FARTHEST) and not _parts_items(units[at - 1]):
        at -= 1
    return at


def _parts_items(unit: Unit) -> bool:
    return bool(unit.cues) or unit.mark in _CONJUNCTIONS or unit.mark in ",(:"


@dataclass(slots=True)
class _Way:
    """What was passed on the way back from a span to a cue."""

    commas: int = 0
    commas_since_cue: int = 0
    words: int = 0
    brackets: int = 0
    verb: bool = False
    cue: bool = False

    def enters_bracket(self, mark: str) -> bool:
        """Counts a mark; whether what follows, reading back, is in closed brackets."""
        if mark == ")":
            self.brackets += 1
        elif mark == "(":
            self.brackets = max(0, self.brackets - 1)
        return self.brackets > 0

    def take(self, unit: Unit) -> None:
        """Passes a unit."""
        self.commas += unit.mark == ","
        self.commas_since_cue += self.cue and unit.mark == ","
        self.words += len(unit.words)
        self.verb = self.verb or unit.is_a(Category.VERB)
        self.cue = self.cue or unit.points(Direction.FORWARD)


def _cues_before(units: Sequence[Unit], first: int, last: int) -> Iterator[tuple[Cue, Unit]]:
    way = _Way()
    for at in range(first - 1, max(-1, first - 1 - _FARTHEST), -1):
        unit = units[at]
        if way.enters_bracket(unit.mark):
            continue
        if unit.is_a(Category.STOP):
            return
        for cue in unit.cues:
            if cue.direction is Direction.FORWARD and _reaches(cue, way, units, first, last):
                yield cue, unit
        way.take(unit)


def _reaches(cue: Cue, way: _Way, units: Sequence[Unit], first: int, last: int) -> bool:
    """Whether a forward cue is felt at a span on the other end of a way.

    A cue and a comma after it end the list that an earlier cue opened: "no fever, possible
    pneumonia". What is told of a relative goes on.
    """
    if cue.category is Category.FAMILY:
        return True
    if way.verb or way.commas_since_cue:
        return False
    if cue.reach is Reach.LIST and way.commas:
        history = cue.category in (Category.HISTORY, Category.HISTORICAL)
        return _is_listed(units, first, last, _CONJUNCTIONS if history else _ALTERNATIVES)
    return cue.reach is Reach.SENTENCE or not way.commas


def _is_listed(units: Sequence[Unit], first: int, last: int, closing: frozenset[str]) -> bool:
    """Whether the span stands in a list that one of these conjunctions closes."""
    start = _item_start(units, first)
    if start and units[start - 1].mark in closing:
        return True
    for unit in units[last + 1 : last + 1 + _FARTHEST]:
        if unit.cues:
            return False
        if unit.mark in closing:
            return True
    return False


@dataclass(slots=True)
class _Ahead:
    """What was passed on the way from a span to a cue behind it."""

    words: int = 0
    marks: set[str] = field(default_factory=set)

    def is_felt(self, cue: Cue) -> bool:
        """Whether a backward cue speaks of the span."""
        listed = not self.marks.isdisjoint(_CONJUNCTIONS)
        if cue.reach is Reach.LIST:
            return "," not in self.marks or listed
        if cue.reach is Reach.NEAR:
            return not self.marks and self.words <= _NEAR
        return "," not in self.marks

    def take(self, unit: Unit) -> None:
        """Passes a unit."""
        if unit.mark in _MARKS or unit.mark in _CONJUNCTIONS:
            self.marks.add(unit.mark)
        else:
            self.words += len(unit.words)


def _cues_behind(units: Sequence[Unit], last: int) -> Iterator[tuple[Cue, Unit]]:
    way = _Ahead()
    for at in range(last + 1, min(len(units), last + 1 + _FARTHEST)):
        unit = units[at]
        if unit.is_a(Category.STOP) or unit.is_a(Category.VERB) or unit.mark == "with":
            return
        for cue in unit.cues:
            answers = cue.direction is Direction.ANSWER and _is_answer(units, at)
            if answers or (cue.direction is Direction.BACKWARD and way.is_felt(cue)):
                yield cue, unit
        way.take(unit)
        if unit.points(Direction.FORWARD) or way.words > _BEHIND:
            return


def _is_answer(units: Sequence[Unit], at: int) -> bool:
    """Whether a unit is all that follows a colon: "Fever: none"."""
    alone = at + 1 == len(units) or units[at + 1].mark in {",", ")"}
    return alone and units[at - 1].mark in _COLONS
