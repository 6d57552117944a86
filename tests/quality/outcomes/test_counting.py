"""Counts go in and out without a rest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.quality.outcomes.counting import (
    RAW,
    SCORE_BINS,
    Sums,
    add_sums,
    bin_of,
    counts_of,
    scores_of,
    tallies_of,
)
from icd9_review.statistics.calibration import reliability_bins
from icd9_review.values import CodeOutcome, Kind, OutcomeCase, OutcomeKind
from tests.statistics.test_proportions import array

keys = st.tuples(st.sampled_from("abc"))
sums = st.dictionaries(keys, st.tuples(st.integers(1, 9), st.integers(0, 9)))
GROUPS = ("65–74", "female", "inpatient", "unknown", "under 2,000", "2–2.9 %")


@given(sums, sums)
def test_what_is_added_and_taken_away_leaves_nothing(first: Sums, second: Sums) -> None:
    found = dict(first)
    add_sums(found, second)
    add_sums(found, second, -1)
    assert found == first


@given(st.integers(0, 10_000))
def test_a_bin_is_that_of_the_statistics(score: int) -> None:
    found = reliability_bins(array(score / 10_000), array(1.0) > 0, bins=SCORE_BINS)
    assert found[bin_of(score)].count == 1


def test_a_case_counts_once_in_each_group_and_each_suggestion_there() -> None:
    accepted = CodeOutcome(
        Kind.DIAGNOSIS, "428.0", OutcomeKind.ACCEPTED, "", "v", True, 6200, 8000, 1
    )
    added = CodeOutcome(Kind.DIAGNOSIS, "401.9", OutcomeKind.ON_TEXT, "", "v", False, None, None, 1)
    case = OutcomeCase(202601, "v", GROUPS, (accepted, added))
    tallies = tallies_of(case)
    assert tallies[202601, "v", "sex", "female"] == (1, 1, 1, 1)
    assert tallies[202601, "v", RAW, "15"] == (0, 1, 1, 1)
    key = (Kind.DIAGNOSIS, "428.0", OutcomeKind.ACCEPTED, "", True, "v", 202601)
    assert counts_of(case)[key] == (1,)
    assert len(counts_of(case)) == 2
    scores = {(Kind.DIAGNOSIS, "428.0", 12, True, "v", 202601): (1, 6200, 6200**2)}
    assert scores_of(case) == scores
    assert counts_of(None) == scores_of(None) == tallies_of(None) == {}
