"""Figures of steadiness, as plain values: what stayed of the lists, and how far codes moved."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from icd9_review.statistics.intervals import Bootstrap, Interval, Ratio
from icd9_review.values import Suggestion

LEAST_MOVE = 0.5
"""Points a code moves at least to count as moved: what rounds to a percent that people read."""

_POINTS = 100  # of a probability
_HIGH = 95  # percentile


@dataclass(frozen=True, slots=True)
class Compared:
    """The list of a note (given by its place) beside that of the same note changed.

    ``before`` counts its suggestions, ``both`` those in both lists, ``either`` those in one or
    the other. ``moves`` are of the codes in either, in points of the shown probability.
    """

    note: int
    before: int
    both: int
    either: int
    moves: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ListFigures:
    """Lists of ``notes`` readings beside those of the notes as they are.

    ``share``: codes in both lists per code in either (their Jaccard index, pooled). ``kept``:
    per suggestion of the note as it is. Moves are in points of the shown probability.
    """

    notes: int
    both: int
    either: int
    share: Interval
    kept: Interval
    median_move: float
    high_move: float


@dataclass(frozen=True, slots=True)
class OutsideMove:
    """A code from outside a struck sentence: how far its shown probability moved, in points.

    ``crossed`` says that it is in one of the two lists alone, ``by_verdict`` that its window is
    read as before and the judge says otherwise of it: then it moved by no points.
    """

    points: float
    crossed: bool
    by_verdict: bool

    @property
    def moved(self) -> bool:
        """Whether people see its probability move, or cross its threshold."""
        return self.points >= LEAST_MOVE or (self.crossed and not self.by_verdict)


@dataclass(frozen=True, slots=True)
class StrikeFigures:
    """Codes whose window holds nothing of a struck sentence: how many of them moved.

    They are those that reach their threshold on either side, demoted or not. ``turned`` are
    further ones, that the judge demotes on one side alone and that moved by no points.
    ``crossed`` came into the list or left it, by either.
    """

    notes: int
    strikes: int
    codes: int
    moved: int
    turned: int
    crossed: int
    share: Interval
    median_move: float
    high_move: float


@dataclass(frozen=True, slots=True)
class SteadinessFigures:
    """Of ``notes`` notes: all changes together, each by itself, and struck sentences."""

    notes: int
    seed: int
    all: ListFigures
    changes: Mapping[str, ListFigures]
    strikes: StrikeFigures


def compare_lists(note: int, before: Sequence[Suggestion], after: Sequence[Suggestion]) -> Compared:
    """Every label before and after, in any order; a label that either lacks counts as 0."""
    first, second = _shown(before), _shown(after)
    suggested, then = _suggested(before), _suggested(after)
    either = suggested | then
    moves = (_POINTS * abs(second.get(code, 0.0) - first.get(code, 0.0)) for code in sorted(either))
    return Compared(note, len(suggested), len(suggested & then), len(either), tuple(moves))


def summarise_lists(compared: Sequence[Compared], bootstrap: Bootstrap) -> ListFigures:
    """The figures over comparisons; intervals are drawn over notes."""
    moves = [move for each in compared for move in each.moves]
    both, either = [each.both for each in compared], [each.either for each in compared]
    notes = [each.note for each in compared]
    return ListFigures(
        notes=len(compared),
        both=sum(both),
        either=sum(either),
        share=_ratio(both, either, notes, bootstrap),
        kept=_ratio(both, [each.before for each in compared], notes, bootstrap),
        median_move=_percentile(moves, 50),
        high_move=_percentile(moves, _HIGH),
    )


def summarise_strikes(
    moves: Sequence[tuple[int, Sequence[OutsideMove]]], bootstrap: Bootstrap
) -> StrikeFigures:
    """From the note of every strike and the codes from outside it."""
    every = [move for _, some in moves for move in some]
    moved = [sum(each.moved for each in some) for _, some in moves]
    notes, points = [note for note, _ in moves], [each.points for each in every]
    return StrikeFigures(
        notes=len(set(notes)),
        strikes=len(moves),
        codes=len(every),
        moved=sum(moved),
        turned=sum(each.by_verdict for each in every),
        crossed=sum(each.crossed for each in every),
        share=_ratio(moved, [len(some) for _, some in moves], notes, bootstrap),
        median_move=_percentile(points, 50),
        high_move=_percentile(points, _HIGH),
    )


def _shown(suggestions: Sequence[Suggestion]) -> dict[str, float]:
    return {each.code: each.shown for each in suggestions}


def _suggested(suggestions: Sequence[Suggestion]) -> frozenset[str]:
    return frozenset(each.code for each in suggestions if each.suggested)


def _ratio(
    parts: Sequence[int], wholes: Sequence[int], notes: Sequence[int], bootstrap: Bootstrap
) -> Interval:
    if not notes:
        return Interval(math.nan, math.nan, math.nan)
    _, places = np.unique(notes, return_inverse=True)
    ratio = Ratio(np.bincount(places, weights=parts), np.bincount(places, weights=wholes))
    return bootstrap.intervals({"share": ratio})["share"]


def _percentile(values: Sequence[float], at: float) -> float:
    return float(np.percentile(values, at)) if values else math.nan
