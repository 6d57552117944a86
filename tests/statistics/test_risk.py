"""Risk of the surest suggestions is a mean of what was wrong among them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.statistics.risk import risk_curve

SUGGESTIONS = st.lists(st.tuples(st.sampled_from([0.5, 0.6, 0.7, 0.9]), st.booleans()), min_size=1)


@given(SUGGESTIONS)
def test_each_point_counts_what_is_at_least_as_sure(given: list[tuple[float, bool]]) -> None:
    sure, wrong = (np.array(column) for column in zip(*given, strict=True))
    found = risk_curve(sure, wrong)
    for point in found.points:
        kept = sure >= point.threshold
        assert point.kept == pytest.approx(kept.mean())
        assert point.risk == pytest.approx(wrong[kept].mean())
    assert found.points[-1].kept == 1.0
    assert found.area == pytest.approx(
        np.mean([wrong[sure >= probability].mean() for probability in sure])
    )


def test_the_risk_at_a_share_is_that_of_the_first_point_that_keeps_so_many() -> None:
    found = risk_curve(np.array([0.9, 0.8, 0.8, 0.5]), np.array([False, True, False, True]))
    assert [found.risk_at(kept) for kept in (0.2, 0.25, 0.5, 1.0)] == [0, 0, 1 / 3, 0.5]


def test_nothing_has_no_risk() -> None:
    found = risk_curve(np.array([]), np.array([], dtype=np.bool_))
    assert found.points == ()
    assert math.isnan(found.area)
    assert math.isnan(found.risk_at(0.5))
