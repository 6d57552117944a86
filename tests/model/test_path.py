"""The sum along the path: exact for polynomials, additive, and finer where it is wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.model.path import WHOLE, Integral, Part, Segment, cut_path


def part(segment: Segment, *shares: float, change: float, points: int = 4) -> Part:
    return Part(segment, np.array(shares), change, points)


@given(
    st.floats(0, 0.9),
    st.floats(0.05, 1),
    st.integers(1, 8),
    st.lists(st.floats(-5, 5), min_size=1, max_size=16),
)
def test_so_many_points_are_exact_for_polynomials_of_less_than_twice_the_degree(
    start: float, length: float, count: int, coefficients: list[float]
) -> None:
    segment = Segment(start, start + length)
    polynomial = np.polynomial.Polynomial(coefficients[: 2 * count])
    whole = polynomial.integ()
    total = segment.weights(count) @ polynomial(np.array(segment.points(count)))
    assert total == pytest.approx(whole(segment.end) - whole(segment.start), abs=1e-6)


@given(st.integers(1, 20))
def test_a_cut_path_reaches_from_end_to_end_without_a_gap(count: int) -> None:
    segments = cut_path(count)
    assert (segments[0].start, segments[-1].end, len(segments)) == (0.0, 1.0, count)
    assert [one.end for one in segments[:-1]] == [one.start for one in segments[1:]]


def test_errors_of_parts_may_cancel_in_the_whole() -> None:
    first, second = WHOLE.halves
    integral = Integral((part(first, 1.0, 1.5, change=2.0), part(second, 1.0, 0.5, change=2.0)))
    assert (integral.delta, integral.change, integral.points) == (0.0, 4.0, 8)
    assert integral.shares.tolist() == [2.0, 2.0]


def test_the_worst_part_gives_way_to_its_halves_and_the_others_stay() -> None:
    first, second = WHOLE.halves
    good, bad = part(first, 1.0, change=1.0), part(second, 3.0, change=1.0)
    integral = Integral((good, bad))
    assert integral.worst == second
    finer = [part(half, 0.5, change=0.5) for half in reversed(second.halves)]
    refined = integral.refine(finer)
    assert [one.segment for one in refined.parts] == [first, *second.halves]
    assert refined.parts[0] is good
    assert (refined.delta, refined.points) == (0.0, 12)


@pytest.mark.parametrize("share", [math.nan, math.inf])
def test_what_is_no_number_has_no_bound_and_is_the_worst(share: float) -> None:
    first, second = WHOLE.halves
    integral = Integral((part(first, 5.0, change=1.0), part(second, share, change=1.0)))
    assert integral.delta == math.inf
    assert integral.worst == second


def test_a_logit_that_does_not_change_is_not_divided_by() -> None:
    assert Integral((part(WHOLE, 1e-9, change=0.0),)).delta == pytest.approx(1e-3)
