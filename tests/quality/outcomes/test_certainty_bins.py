"""Reliability and risk from counts by bin, beside the same from every single decision."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.quality.outcomes.certainty_bins import (
    ScoreCount,
    decision_reliability,
    risk_by_bucket,
)
from icd9_review.quality.outcomes.counting import SCORE_BINS, bin_of
from icd9_review.statistics.calibration import expected_calibration_error
from icd9_review.statistics.risk import risk_curve
from icd9_review.values import Kind

decisions = st.lists(st.tuples(st.integers(0, 10_000), st.booleans()), min_size=1, max_size=60)


def counted(found: list[tuple[int, bool]], code: str = "428.0") -> list[ScoreCount]:
    return [
        ScoreCount(Kind.DIAGNOSIS, code, bin_of(score), accepted, 1, score, score * score)
        for score, accepted in found
    ]


@given(decisions)
def test_error_and_brier_score_are_those_of_the_single_decisions(
    found: list[tuple[int, bool]],
) -> None:
    scores = np.array([score / 10_000 for score, _ in found])
    accepted = np.array([accepted for _, accepted in found])
    mine = decision_reliability(counted(found))
    assert mine.ece == pytest.approx(expected_calibration_error(scores, accepted, bins=SCORE_BINS))
    assert mine.brier == pytest.approx(float(np.mean((scores - accepted) ** 2)))
    assert mine.decisions == len(found)


@given(decisions)
def test_the_curve_is_that_of_the_statistics_where_bins_count_as_equally_sure(
    found: list[tuple[int, bool]],
) -> None:
    (bucket,) = risk_by_bucket(counted(found))
    scores = np.array([bin_of(score) / SCORE_BINS for score, _ in found])
    theirs = risk_curve(scores, np.array([not accepted for _, accepted in found]))
    assert [p.kept for p in bucket.curve.points] == pytest.approx([p.kept for p in theirs.points])
    assert [p.risk for p in bucket.curve.points] == pytest.approx([p.risk for p in theirs.points])
    assert bucket.curve.area == pytest.approx(theirs.area)


def test_nothing_is_said_of_no_decision() -> None:
    nothing = decision_reliability([])
    assert (nothing.ece, nothing.brier, nothing.decisions) == (None, None, 0)
    assert risk_by_bucket([]) == ()


def test_a_queue_sorts_where_the_surer_half_is_wrong_less_often_beyond_chance() -> None:
    sure, unsure = [(9_500, True)] * 90 + [(9_500, False)] * 10, [(5_500, False)] * 60
    (falling,) = risk_by_bucket(counted(sure + unsure))
    assert falling.falls is True
    (level,) = risk_by_bucket(counted([(9_500, True), (5_500, True)] * 40))
    assert level.falls is False
    (few,) = risk_by_bucket(counted([(9_500, True)] * 5))
    assert few.falls is None


def test_codes_are_in_the_bucket_of_how_often_they_were_decided_on() -> None:
    rare, common = counted([(9_000, True)] * 9, "401.9"), counted([(9_000, True)] * 50)
    assert [
        (each.bucket, each.codes, each.decisions) for each in risk_by_bucket(rare + common)
    ] == [
        ("1–9 decisions", 1, 9),
        ("50–199", 1, 50),
    ]
