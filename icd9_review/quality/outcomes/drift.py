"""What has changed between two periods: scores, lengths and words of notes, how frequent codes are.

The population stability index (PSI) compares two distributions over the same cells. That 0.1 is
little and 0.25 much is a rule of thumb of credit scoring (Siddiqi 2006), no test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from icd9_review.statistics.proportions import Proportion
from icd9_review.values import CodeKey

FEWEST_COMPARED: Final = 100
"""Of either period, below which nothing is compared; by judgement: chance alone makes the index
of 20 cells 0.2 then."""
LITTLE: Final = 0.1
MUCH: Final = 0.25
_HALF = 0.5  # added to each cell, so that an empty one has a logarithm; by judgement
_MOVED = 10  # codes that are named; by judgement: what one reads of a table


@dataclass(frozen=True, slots=True)
class Stability:
    """Two distributions over the same cells and their index; None of too few."""

    name: str
    cells: tuple[tuple[str, int, int], ...]
    before: int
    after: int
    psi: float | None


@dataclass(frozen=True, slots=True)
class Moved:
    """In which share of the encounters a code stood in the chart, before and after."""

    key: CodeKey
    before: Proportion
    after: Proportion


def stability(
    name: str, before: Mapping[str, int], after: Mapping[str, int], order: Sequence[str]
) -> Stability:
    """The index of two counts by cell, named in this order.

    >>> found = stability("", {"a": 500, "b": 500}, {"a": 700, "b": 300}, ("a", "b"))
    >>> round(found.psi, 2)
    0.17
    """
    cells = tuple((cell, before.get(cell, 0), after.get(cell, 0)) for cell in order)
    first, second = sum(a for _, a, _ in cells), sum(b for _, _, b in cells)
    if min(first, second) < FEWEST_COMPARED:
        return Stability(name, cells, first, second, None)
    spread = _HALF * len(cells)
    shares = (
        ((a + _HALF) / (first + spread), (b + _HALF) / (second + spread)) for _, a, b in cells
    )
    return Stability(name, cells, first, second, sum((b - a) * log(b / a) for a, b in shares))


def moved_codes(
    before: Mapping[CodeKey, int], after: Mapping[CodeKey, int], cases: tuple[int, int]
) -> tuple[Moved, ...]:
    """The codes whose share changed beyond chance, the largest change first.

    ``cases`` are the encounters of either period. Beyond chance: the intervals do not meet.
    Nothing where either has too few.
    """
    if min(cases) < FEWEST_COMPARED:
        return ()
    pairs = (
        Moved(
            key,
            Proportion(min(before.get(key, 0), cases[0]), cases[0]),
            Proportion(min(after.get(key, 0), cases[1]), cases[1]),
        )
        for key in {*before, *after}
    )
    apart = [e for e in pairs if e.before.high < e.after.low or e.after.high < e.before.low]
    apart.sort(key=lambda each: (-abs(each.after.value - each.before.value), each.key))
    return tuple(apart[:_MOVED])
