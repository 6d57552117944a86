"""Intervals of shares, beside published ones and by property."""

from __future__ import annotations

from math import isnan

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.statistics.proportions import Proportion


def array(*values: float) -> npt.NDArray[np.float64]:
    return np.array(values)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, table I: method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_are_those_of_the_literature(
    part: int, whole: int, low: float, high: float
) -> None:
    share = Proportion(part, whole)
    assert (round(share.low, 4), round(share.high, 4)) == (low, high)


@given(st.integers(0, 500), st.integers(1, 500))
def test_an_interval_holds_its_share_and_stays_within_what_is_possible(
    part: int, more: int
) -> None:
    share = Proportion(part, part + more)
    assert -1e-12 <= share.low <= share.value + 1e-12 <= share.high + 2e-12 <= 1 + 3e-12


def test_of_nothing_there_is_no_share() -> None:
    assert all(
        isnan(v) for v in (Proportion(0, 0).value, Proportion(0, 0).low, Proportion(0, 0).high)
    )
