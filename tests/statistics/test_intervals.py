"""Intervals are those of drawing the notes again, and the same for the same seed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.statistics import intervals
from icd9_review.statistics.intervals import Bootstrap, Ratio

PARTS = np.array([1, 0, 3, 2, 5])
WHOLES = np.array([2, 1, 3, 4, 6])


def test_the_value_is_the_ratio_of_the_sums() -> None:
    found = Bootstrap(draws=10).intervals({"f": Ratio(PARTS, WHOLES)})["f"]
    assert found.value == 11 / 16


def test_an_interval_is_that_of_notes_drawn_one_by_one() -> None:
    rng = np.random.default_rng(1)
    drawn = [rng.integers(0, 5, 5) for _ in range(4000)]
    slow = [PARTS[notes].sum() / WHOLES[notes].sum() for notes in drawn]
    found = Bootstrap(draws=4000).intervals({"f": Ratio(PARTS, WHOLES)})["f"]
    assert (found.low, found.high) == pytest.approx(np.percentile(slow, [2.5, 97.5]), abs=0.03)


@given(st.integers(0, 9))
def test_the_same_seed_gives_the_same_interval(seed: int) -> None:
    ratios = {"f": Ratio(PARTS, WHOLES)}
    assert Bootstrap(20, seed).intervals(ratios) == Bootstrap(20, seed).intervals(ratios)


def test_draws_in_portions_are_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "_CELLS", 15)
    sizes = [len(times) for times in Bootstrap(draws=10)._times(5)]
    assert sizes == [3, 3, 3, 1]


def test_a_mean_is_over_the_notes_that_have_a_value() -> None:
    values = np.array([0.5, np.nan, 1.0])
    found = Bootstrap(draws=50).intervals({"m": Ratio.mean(values)})["m"]
    assert found.value == 0.75
    assert 0.5 <= found.low <= found.high <= 1.0


def test_what_is_not_defined_has_no_interval() -> None:
    none = np.zeros(3)
    found = Bootstrap(draws=5).intervals({"f": Ratio(none, none)})["f"]
    assert all(math.isnan(value) for value in (found.value, found.low, found.high))


def test_notes_that_are_all_alike_leave_nothing_open() -> None:
    found = Bootstrap().intervals({"f": Ratio(np.full(30, 1), np.full(30, 4))})["f"]
    assert (found.low, found.value, found.high) == (0.25, 0.25, 0.25)
