"""Ratios of two sums over units that were sampled, known by their sums alone.

The units are drawn, not what is counted in them: the codes of an encounter are right or wrong
together. With sums of squares and products a database can add up, the interval needs no unit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from icd9_review.statistics.intervals import Interval
from icd9_review.statistics.proportions import Proportion, Z

_NAN = math.nan


class RatioSums(NamedTuple):
    """Of (part, whole) of each unit the sums: of both, of their squares, of their product."""

    units: int = 0
    part: int = 0
    whole: int = 0
    part_squares: int = 0
    products: int = 0
    whole_squares: int = 0

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> RatioSums:
        """The sums of these units.

        >>> RatioSums.of([(1, 2), (3, 4)])
        RatioSums(units=2, part=4, whole=6, part_squares=10, products=14, whole_squares=20)
        """
        given = list(pairs)
        return cls(
            len(given),
            sum(part for part, _ in given),
            sum(whole for _, whole in given),
            sum(part * part for part, _ in given),
            sum(part * whole for part, whole in given),
            sum(whole * whole for _, whole in given),
        )


def share_interval(sums: RatioSums) -> Interval:
    """A ratio whose parts are parts of the wholes, with its 95 % interval; NaN of nothing.

    On the scale of log-odds (Cochran 1977, chapter 6, with Student's quantile). At 0 and 1 no unit
    differs: there it is Wilson's, as if each unit had been one observation.

    >>> found = share_interval(RatioSums.of([(1, 2), (2, 2), (0, 2), (1, 2)] * 10))
    >>> found.value, round(found.low, 3), round(found.high, 3)
    (0.5, 0.387, 0.613)
    """
    value, error = _ratio(sums)
    if math.isnan(value):
        return Interval(_NAN, _NAN, _NAN)
    if not 0 < value < 1:
        end = Proportion(sums.units if value else 0, sums.units)
        return Interval(value, end.low, end.high)
    odds, side = math.log(value / (1 - value)), error / (value * (1 - value))
    low, high = (1 / (1 + math.exp(-(odds + each))) for each in (-side, side))
    return Interval(value, low, high)


def rate_interval(sums: RatioSums) -> Interval:
    """Any other ratio of sums that are not negative, on the scale of logarithms; NaN of nothing.

    >>> found = rate_interval(RatioSums.of([(30, 2), (50, 2), (40, 1)] * 10))
    >>> found.value, round(found.low, 1), round(found.high, 1)
    (24.0, 21.0, 27.4)
    """
    value, error = _ratio(sums)
    if math.isnan(value) or value <= 0:
        return Interval(value, _NAN, _NAN)
    factor = math.exp(error / value)
    return Interval(value, value / factor, value * factor)


def middle_interval(counts: Iterable[tuple[int, int]]) -> Interval:
    """The median of (value, how many), with the 95 % interval of its ranks; NaN of nothing.

    >>> middle_interval((second, 1) for second in range(1, 101))
    Interval(value=50.5, low=40, high=61)
    """
    ordered = sorted(counts)
    whole = sum(count for _, count in ordered)
    if not whole:
        return Interval(_NAN, _NAN, _NAN)
    value = (_at(ordered, (whole - 1) // 2) + _at(ordered, whole // 2)) / 2
    reach = Z * math.sqrt(whole) / 2
    low, high = math.floor(whole / 2 - reach), math.ceil(whole / 2 + reach)
    if low < 1 or high >= whole:
        return Interval(value, _NAN, _NAN)
    return Interval(value, _at(ordered, low - 1), _at(ordered, high))


def difference_interval(one: Interval, other: Interval) -> Interval:
    """One figure less another of other units, with its 95 % interval.

    By what both intervals leave open (Zou and Donner 2008): exact intervals stay so at their ends.

    >>> found = difference_interval(Interval(0.8, 0.7, 0.9), Interval(0.5, 0.4, 0.6))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (0.3, 0.16, 0.44)
    """
    value = one.value - other.value
    low = value - math.hypot(one.value - one.low, other.high - other.value)
    high = value + math.hypot(one.high - one.value, other.value - other.low)
    return Interval(value, low, high)


def _ratio(sums: RatioSums) -> tuple[float, float]:
    """The ratio, and half of its interval on its own scale."""
    if sums.units < 2 or not sums.whole:
        return (sums.part / sums.whole if sums.whole else _NAN), _NAN
    value = sums.part / sums.whole
    away = sums.part_squares - 2 * value * sums.products + value**2 * sums.whole_squares
    spread = max(away, 0.0) * sums.units / (sums.units - 1)
    return value, _quantile(sums.units - 1) * math.sqrt(spread) / sums.whole


def _quantile(freedom: int) -> float:
    """Student's for 95 %, by the expansion of Fisher and Cornish (1960)."""
    return Z + (Z**3 + Z) / (4 * freedom) + (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * freedom**2)


def _at(ordered: list[tuple[int, int]], place: int) -> int:
    for value, count in ordered:
        place -= count
        if place < 0:
            return value
    raise IndexError(place)
