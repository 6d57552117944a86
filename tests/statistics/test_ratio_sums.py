"""Ratios of sums over units, from sums alone: worked examples, ends, and how often they hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.statistics.intervals import Interval
from icd9_review.statistics.proportions import Proportion
from icd9_review.statistics.ratio_sums import (
    RatioSums,
    difference_interval,
    middle_interval,
    rate_interval,
    share_interval,
)

CHARTS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: (min(pair), max(pair))),
    max_size=30,
)


def as_interval(share: Proportion) -> Interval:
    return Interval(share.value, share.low, share.high)


def test_the_difference_of_two_shares_is_that_of_newcombe() -> None:
    """Newcombe 1998, method 10: 56 of 70 less 48 of 80."""
    found = difference_interval(as_interval(Proportion(56, 70)), as_interval(Proportion(48, 80)))
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_of_one_observation_a_unit_a_share_is_near_wilsons() -> None:
    found = share_interval(RatioSums.of([(1, 1)] * 300 + [(0, 1)] * 100))
    wilson = Proportion(300, 400)
    assert (found.low, found.high) == pytest.approx((wilson.low, wilson.high), abs=0.003)


@given(CHARTS, CHARTS)
def test_sums_of_two_lots_are_those_of_all(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    one, other = RatioSums.of(first), RatioSums.of(second)
    assert tuple(a + b for a, b in zip(one, other, strict=True)) == RatioSums.of(first + second)


@given(CHARTS)
def test_a_share_lies_within_its_interval_and_that_between_none_and_all(
    charts: list[tuple[int, int]],
) -> None:
    found = share_interval(RatioSums.of(charts))
    if not math.isnan(found.low):
        assert -1e-9 <= found.low <= found.value + 1e-9
        assert found.value - 1e-9 <= found.high <= 1 + 1e-9


@given(CHARTS)
def test_what_is_left_out_of_a_share_has_the_same_interval_turned_round(
    charts: list[tuple[int, int]],
) -> None:
    found = share_interval(RatioSums.of(charts))
    rest = share_interval(RatioSums.of((whole - part, whole) for part, whole in charts))
    if not math.isnan(found.low) and 0 < found.value < 1:
        assert (1 - rest.high, 1 - rest.low) == pytest.approx((found.low, found.high))


def test_where_no_unit_differs_it_is_as_if_each_had_been_one_observation() -> None:
    found = share_interval(RatioSums.of([(5, 5)] * 20))
    assert (found.value, found.low) == (1.0, Proportion(20, 20).low)


def test_of_nothing_and_of_one_unit_nothing_is_said() -> None:
    assert math.isnan(share_interval(RatioSums()).value)
    assert math.isnan(share_interval(RatioSums.of([(1, 2)])).low)
    assert math.isnan(rate_interval(RatioSums.of([(0, 2), (0, 1)])).low)
    assert math.isnan(middle_interval([]).value)
    assert math.isnan(middle_interval([(30, 5)]).low)


def test_intervals_hold_what_is_true_in_about_95_of_100_studies() -> None:
    """Charts of 1 to 15 codes, each with a recall of its own around 0.8; 40 charts a study."""
    draws = np.random.default_rng(7)
    held = {"share": 0, "rate": 0, "middle": 0}
    studies = 600
    for _ in range(studies):
        wholes = draws.integers(1, 16, 40)
        parts = draws.binomial(wholes, draws.beta(8, 2, 40))
        seconds = np.round(np.exp(draws.normal(math.log(300), 0.6, 40))).astype(int)
        share = share_interval(RatioSums.of(zip(parts.tolist(), wholes.tolist(), strict=True)))
        rate = rate_interval(RatioSums.of((each, 1) for each in seconds.tolist()))
        middle = middle_interval((each, 1) for each in seconds.tolist())
        held["share"] += share.low <= 0.8 <= share.high
        held["rate"] += rate.low <= 300 * math.exp(0.18) <= rate.high
        held["middle"] += middle.low <= 300 <= middle.high
    assert {
        name: 0.925 <= count / studies <= 0.985 for name, count in held.items()
    } == dict.fromkeys(held, True)
