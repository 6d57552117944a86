"""Corrected intervals are those of scipy, and what draws cannot tell is not said."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import bootstrap

from icd9_review.statistics.resampling import bca_interval


@dataclass(frozen=True, slots=True)
class Variance:
    """Of numbers that may count any number of times: skewed, so that correction matters."""

    numbers: npt.NDArray[np.float64]

    @property
    def units(self) -> int:
        return len(self.numbers)

    def of(self, times: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        count = times.sum(1)
        mean = times @ self.numbers / count
        return np.asarray(times @ self.numbers**2 / count - mean**2)

    def without_each(self) -> npt.NDArray[np.float64]:
        return self.of(1 - np.eye(self.units))


def test_an_interval_is_that_of_scipy() -> None:
    """But for the draws themselves: many of them leave two per cent of the width."""
    numbers = np.random.default_rng(3).exponential(size=60)
    known = bootstrap(
        (numbers,), np.var, n_resamples=40_000, method="BCa", rng=np.random.default_rng(1)
    ).confidence_interval
    found = bca_interval(Variance(numbers), draws=40_000)
    width = known.high - known.low
    assert (found.low, found.high) == pytest.approx((known.low, known.high), abs=0.02 * width)
    assert found.value == pytest.approx(np.var(numbers))


def test_the_same_seed_gives_the_same_interval() -> None:
    figure = Variance(np.arange(12.0))
    assert bca_interval(figure, seed=4) == bca_interval(figure, seed=4)
    assert bca_interval(figure, seed=4) != bca_interval(figure, seed=5)


def test_where_no_draw_differs_there_is_no_interval() -> None:
    found = bca_interval(Variance(np.ones(12)))
    assert found.value == 0
    assert math.isnan(found.low)
    assert math.isnan(found.high)


@pytest.mark.parametrize("units", [1, 9])
def test_a_few_units_have_no_interval(units: int) -> None:
    assert math.isnan(bca_interval(Variance(np.arange(float(units)))).low)


@dataclass(frozen=True, slots=True)
class Flat(Variance):
    """Without any one of its units it is the same."""

    def without_each(self) -> npt.NDArray[np.float64]:
        return np.ones(self.units)


def test_what_cannot_be_corrected_goes_by_percentiles() -> None:
    figure, draws = Flat(np.arange(12.0)), 500
    times = np.random.default_rng(0).multinomial(12, np.full(12, 1 / 12), draws).astype(float)
    found = bca_interval(figure, draws=draws)
    assert (found.low, found.high) == pytest.approx(np.quantile(figure.of(times), [0.025, 0.975]))
