"""Which cues of a sentence reach a span of it.

From the span one looks back over the units of its sentence for cues that speak of what follows
them, and ahead for those that speak of what precedes them, until a word ends the scope.
Brackets that closed before the span say nothing about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from icd9_review.notes.text.cues import (
    Category,
    Cue,
    Direction,
    Reach,
    is_event,
    is_lasting,
    is_operation,
)
from icd9_review.notes.text.enumerations import is_still_listed
from icd9_review.notes.text.units import Unit

_FARTHEST = 60
"""Units on either side of a span that are looked at."""

_BEHIND = 8
"""Words before it that a backward cue may speak of."""

_NEAR = 2  # words to a cue whose reach is "near", as the head of ``cues.tsv`` says; by judgement
_CONJUNCTIONS = frozenset({"and", "or", "nor", "plus"})
_ALTERNATIVES = frozenset({"or", "nor"})
_PARTING = frozenset({",", *_CONJUNCTIONS})
_PARTED = 2  # places where three items of a list are parted
_MARKS = frozenset("?:,()-")
_BEFORE_A_CONDITION = "for of from in to with w against given about on regarding following"
_PREPOSITIONS = frozenset(_BEFORE_A_CONDITION.split())
"""Words behind which the thing that is denied is told of: "no medication for gout"."""

_REASONS = frozenset({"given", "as", "when", "that"})
"""Words behind which a reason is told: "concern for sepsis given that pressure is low"."""

_EXAMPLES = frozenset({"including", "include", "includes"})
"""Words behind which examples of what is denied are told, each of them denied."""


def item_words(units: Sequence[Unit], first: int, last: int) -> tuple[str, ...]:
    """The words from where the list item of ``units[first]`` starts to ``units[last]``."""
    start = _item_start(units, first)
    return tuple(word for unit in units[start : last + 1] for word in unit.words)


def cues_on(units: Sequence[Unit], first: int, last: int) -> Iterator[tuple[Cue, Unit]]:
    """The cues that reach ``units[first]`` to ``units[last]``, nearest first on either side.

    A cue the span itself starts or ends with counts: "history of stroke" is historical.
    """
    inner = first
    while inner < last and _opens(units[inner]):
        inner += 1
    outer = last
    while outer > inner and units[outer].points(Direction.BACKWARD):
        outer -= 1
    yield from _cues_before(units, inner, outer)
    yield from _cues_behind(units, first, outer)


def opens_list(units: Sequence[Unit], cue: Unit) -> bool:
    """Whether a list of three things or more stands behind a cue: "history of A, B and C".

    Its last two are parted by a conjunction: "of A and B, left side" lists two.
    """
    if not cue.points(Direction.FORWARD):
        return False
    marks = [unit.mark for unit in units if unit.start >= cue.end]
    partings = [
        set(group) for parting, group in groupby(marks, key=_PARTING.__contains__) if parting
    ]
    return len(partings) >= _PARTED and not partings[-1].isdisjoint(_CONJUNCTIONS)


def _opens(unit: Unit) -> bool:
    """Whether a span's first unit is a cue of the rest; "non" is a part of a name there."""
    return any(
        cue.direction is Direction.FORWARD and cue.reach is not Reach.NEXT for cue in unit.cues
    )


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
    preposition: bool = False
    accompanied: bool = False
    borne: bool = False
    """Whether a bearer took a denial from before it upon itself."""

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
        self.cue = self.cue or _opens(unit)
        self.borne = self.borne or self._is_borne_by(unit)
        self.preposition = unit.mark not in _EXAMPLES and (
            self.preposition or not _PREPOSITIONS.isdisjoint(unit.words)
        )
        self.accompanied = self.accompanied or unit.mark in ("with", "w")

    def _is_borne_by(self, unit: Unit) -> bool:
        """Whether a unit takes a denial before it upon itself: a treatment for, a change of."""
        preposition = self.preposition or unit.words[-1] in _PREPOSITIONS
        return preposition and not self.commas and unit.is_a(Category.BEARER)


def _cues_before(units: Sequence[Unit], first: int, last: int) -> Iterator[tuple[Cue, Unit]]:
    behind = units[last + 1 : last + 2]
    way = _Way(borne=bool(behind) and behind[0].is_a(Category.COMPOUND))
    for at in range(first - 1, max(-1, first - 1 - _FARTHEST), -1):
        unit = units[at]
        if way.enters_bracket(unit.mark):
            continue
        if unit.is_a(Category.STOP):
            return
        for cue in unit.cues:
            if cue.direction is Direction.FORWARD and _reaches(cue, at, way, units, first, last):
                yield cue, unit
        way.take(unit)


def _reaches(cue: Cue, at: int, way: _Way, units: Sequence[Unit], first: int, last: int) -> bool:
    """Whether the forward cue ``units[at]`` is felt at a span on the other end of a way.

    A cue and a comma after it end the list that an earlier cue opened: "no fever, possible
    pneumonia". What is told of a relative goes on.
    """
    if cue.category is Category.FAMILY:
        return True
    if cue.category is Category.OTHER and cue.reach is Reach.SENTENCE:
        return not way.commas or _is_listed(units, first, last, _CONJUNCTIONS)
    if cue.reach is Reach.CLAUSE:
        return not way.commas
    if way.verb or way.commas_since_cue or (way.borne and cue.category is Category.NEGATED):
        return False
    if cue.reach is Reach.ITEMS:
        return is_still_listed(units[at : first + _FARTHEST], 0, first - at)
    if cue.reach is Reach.LIST and way.commas:
        history = cue.category in (Category.HISTORY, Category.HISTORICAL)
        return _is_listed(units, first, last, _CONJUNCTIONS if history else _ALTERNATIVES)
    return cue.reach is Reach.SENTENCE or (
        not way.commas and _is_near(cue.reach, at, way, units, first, last)
    )


def _is_near(
    reach: Reach, at: int, way: _Way, units: Sequence[Unit], first: int, last: int
) -> bool:
    """Whether a cue of short reach is felt at a span of the same item."""
    if reach is Reach.NEXT:
        return at == first - 1
    if reach is Reach.PHRASE:
        return not way.preposition
    if reach is Reach.STATUS:
        words = [word for unit in units[first : last + 1] for word in unit.words]
        treated = way.preposition and is_lasting(words)
        return is_operation(words) or not (way.accompanied or treated)
    return True


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
    event: bool = False
    onset: bool = False
    chance: bool = False
    """Whether a chance of the span is told before it and its reason was not passed."""

    def is_felt(self, cue: Cue) -> bool:
        """Whether a backward cue speaks of the span."""
        listed = not self.marks.isdisjoint(_CONJUNCTIONS)
        if cue.category is Category.HISTORY and self.onset and not self.event:
            return False
        if cue.category is Category.LOW and not self.chance:
            return False
        if cue.reach is Reach.NEXT:
            return not self.marks and not self.words
        if cue.reach is Reach.LAST and not self.words:
            return True
        if cue.reach is Reach.LIST:
            return "," not in self.marks or listed
        if cue.reach is Reach.NEAR:
            return not self.marks and self.words <= _NEAR
        return "," not in self.marks

    def take(self, unit: Unit) -> None:
        """Passes a unit."""
        self.onset = self.onset or unit.is_a(Category.ONSET)
        self.chance = self.chance and _REASONS.isdisjoint(unit.words)
        if unit.mark in _MARKS or unit.mark in _CONJUNCTIONS:
            self.marks.add(unit.mark)
        else:
            self.words += len(unit.words)


def _cues_behind(units: Sequence[Unit], first: int, last: int) -> Iterator[tuple[Cue, Unit]]:
    words = [word for unit in units[first : last + 1] for word in unit.words]
    way = _Ahead(
        event=is_event(words),
        onset=_has_before(units, first, Category.ONSET),
        chance=_has_before(units, first, Category.CHANCE),
    )
    for at in range(last + 1, min(len(units), last + 1 + _FARTHEST)):
        unit = units[at]
        if unit.is_a(Category.STOP) or unit.is_a(Category.VERB) or unit.mark == "with":
            return
        for cue in unit.cues:
            if cue.reach is Reach.LAST and not _ends_item(units, at):
                continue
            if cue.direction is Direction.BACKWARD and way.is_felt(cue):
                yield cue, unit
        way.take(unit)
        if unit.points(Direction.FORWARD) or way.words > _BEHIND:
            return


def _ends_item(units: Sequence[Unit], at: int) -> bool:
    """Whether a unit is the last of its item: "gout likely, fever", not "gout likely in toe"."""
    return at + 1 == len(units) or units[at + 1].mark in ",()"


def _has_before(units: Sequence[Unit], first: int, category: Category) -> bool:
    """Whether a cue is the last before a span in its item: "diagnosed with gout last year"."""
    for unit in reversed(units[max(0, first - _FARTHEST) : first]):
        if unit.is_a(category):
            return True
        if unit.cues or unit.mark == ",":
            return False
    return False
