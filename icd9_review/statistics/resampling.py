"""Intervals of figures that are no ratio of sums, by drawing what was sampled anew.

Bias-corrected and accelerated bootstrap (Efron 1987; Efron and Tibshirani 1993, chapter 14). A
draw is how often each unit counts, so that a figure is worked out for many draws at once. All that
belongs to a unit, as the codes of an encounter by several people, is drawn together (cluster
bootstrap).
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Protocol

import numpy as np
import numpy.typing as npt

from icd9_review.statistics.intervals import BOOTSTRAP_DRAWS, Interval

_TAILS = (0.025, 0.975)
_FEWEST = 10  # units that are drawn from; by judgement: draws of fewer repeat each other
_NORMAL = NormalDist()
_Floats = npt.NDArray[np.float64]


class Resampled(Protocol):
    """A figure over units that may count any number of times."""

    @property
    def units(self) -> int:
        """How many there are."""

    def of(self, times: _Floats) -> _Floats:
        """The figure of each draw; ``times`` of shape (draws, units), NaN where not defined."""

    def without_each(self) -> _Floats:
        """The figure without each of the units, of shape (units,)."""


def bca_interval(figure: Resampled, *, draws: int = BOOTSTRAP_DRAWS, seed: int = 0) -> Interval:
    """A figure with its 95 % interval.

    By the percentiles alone where correction is not possible: no unit makes a difference, or all
    draws lie on one side. NaN at both ends for fewer than ten units, and where no draw differs:
    what was seen then says nothing of what was not.
    """
    units = figure.units
    value = float(figure.of(np.ones((1, units)))[0])
    if units < _FEWEST or math.isnan(value):
        return Interval(value, math.nan, math.nan)
    times = np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), draws)
    drawn = figure.of(times.astype(np.float64))
    drawn = drawn[~np.isnan(drawn)]
    if not drawn.size or np.ptp(drawn) < 1e-12:
        return Interval(value, math.nan, math.nan)
    low, high = np.quantile(drawn, _corrected(value, drawn, figure.without_each()))
    return Interval(value, float(low), float(high))


def _corrected(value: float, drawn: _Floats, without: _Floats) -> tuple[float, float]:
    """Which shares of the draws lie below the ends."""
    below = float((drawn < value).mean() + (drawn <= value).mean()) / 2
    away = without[~np.isnan(without)].mean() - without[~np.isnan(without)]
    spread = float((away**2).sum())
    if not 0 < below < 1 or spread < 1e-18:
        return _TAILS
    bias = _NORMAL.inv_cdf(below)
    acceleration = float((away**3).sum()) / (6 * spread**1.5)
    low, high = (_shifted(_NORMAL.inv_cdf(tail), bias, acceleration) for tail in _TAILS)
    return low, high


def _shifted(side: float, bias: float, acceleration: float) -> float:
    moved = bias + side
    return _NORMAL.cdf(bias + moved / (1 - acceleration * moved))
