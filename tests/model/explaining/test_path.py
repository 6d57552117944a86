"""The sum along the path: exact for polynomials, additive, and finer where it is wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.model.explaining.path import WHOLE, Integral, Part, Segment, cut_path

FIRST, SECOND = WHOLE.halves
LOGITS = {0.0: 1.0, 0.5: 3.0, 1.0: 5.0}


def part(segment: Segment, *shares: float) -> Part:
    return Part(segment, np.array(shares))


@given(st.integers(1, 20))
def test_a_cut_path_reaches_from_end_to_end_without_a_gap(count: int) -> None:
    segments = cut_path(count)
    assert (segments[0].start, segments[-1].end, len(segments)) == (0.0, 1.0, count)
    assert [one.end for one in segments[:-1]] == [one.start for one in segments[1:]]


@given(st.integers(3, 20))
def test_segments_are_shortest_in_the_middle_of_the_path(count: int) -> None:
    lengths = [one.end - one.start for one in cut_path(count)]
    assert lengths[: count // 2] == sorted(lengths[: count // 2], reverse=True)
    assert lengths == pytest.approx(lengths[::-1])
    assert max(lengths) > 1 / count > min(lengths)


def test_errors_of_parts_may_cancel_in_the_whole() -> None:
    parts = (part(FIRST, 1.0, 1.5), part(SECOND, 1.0, 0.5))
    integral = Integral(parts, change=4.0)
    assert (integral.delta, integral.points, integral.ends) == (0.0, 2, (0.0, 0.5, 1.0))
    assert integral.shares.tolist() == [2.0, 2.0]
    assert [one.error(LOGITS) for one in parts] == [0.5, 0.5]


def test_the_worst_part_gives_way_to_its_halves_and_the_others_stay() -> None:
    good, bad = part(FIRST, 2.0), part(SECOND, 4.0)
    integral = Integral((good, bad), change=4.0)
    assert integral.worst(LOGITS, 9) == (SECOND,)
    finer = [part(half, 1.0) for half in reversed(SECOND.halves)]
    refined = integral.refine([SECOND], finer)
    assert [one.segment for one in refined.parts] == [FIRST, *SECOND.halves]
    assert refined.parts[0] is good
    assert (refined.delta, refined.points) == (0.0, 3)


@pytest.mark.parametrize("share", [math.nan, math.inf])
def test_what_is_no_number_has_no_bound_and_is_the_worst(share: float) -> None:
    integral = Integral((part(FIRST, 5.0), part(SECOND, share)), change=4.0)
    assert integral.delta == math.inf
    assert integral.worst(LOGITS, 9) == (SECOND,)


def test_segments_with_half_the_largest_error_are_as_bad_as_the_worst() -> None:
    thirds = [Segment(0.0, 0.2), Segment(0.2, 0.5), Segment(0.5, 1.0)]
    parts = tuple(part(one, share) for one, share in zip(thirds, (0.9, 1.5, 4.0), strict=True))
    integral = Integral(parts, change=4.0)
    logits = {0.0: 1.0, 0.2: 2.0, 0.5: 3.0, 1.0: 5.0}  # errors 0.1, 0.5 and 2
    assert integral.worst(logits, 9) == (thirds[2],)
    logits = {0.0: 1.0, 0.2: 3.0, 0.5: 6.0, 1.0: 8.0}  # errors 1.1, 1.5 and 2
    assert integral.worst(logits, 9) == (thirds[2], thirds[1], thirds[0])
    assert integral.worst(logits, 2) == (thirds[2], thirds[1])


def test_a_logit_that_does_not_change_is_not_divided_by() -> None:
    assert Integral((part(WHOLE, 1e-9),), change=0.0).delta == pytest.approx(1e-3)
