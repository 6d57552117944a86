"""Audits in words."""

from __future__ import annotations

import math

import pytest

from icd9_review.quality.accuracy import accuracy_figures, count_audit
from icd9_review.quality.audit import compare_codes
from icd9_review.quality.audit_rules import STATUS_OF_AUDIT
from icd9_review.quality.audit_words import (
    CAUSE_WORDS,
    CONFIDENCE_WORDS,
    describe_accuracy_share,
    describe_difference,
    describe_figures,
    describe_target,
)
from icd9_review.statistics.intervals import Interval
from icd9_review.values import AuditStatus, Confidence, DifferenceCause
from tests.quality.test_audit import side

NONE = Interval(math.nan, math.nan, math.nan)


def test_every_cause_confidence_and_state_has_words() -> None:
    assert set(CAUSE_WORDS) == set(DifferenceCause)
    assert set(CONFIDENCE_WORDS) == set(Confidence)
    assert set(STATUS_OF_AUDIT) == set(AuditStatus)


def test_a_difference_names_both_codes() -> None:
    found = compare_codes(side("428.0Y 486 401.9Y"), side("428.20 401.9 250.00"))
    assert sorted(map(describe_difference, found.differences)) == [
        "250.00 added",
        "428.0 revised to 428.20",
        "486 deleted",
        "POA of 401.9 changed from Y to none",
        "principal 428.0 changed to 428.20",
    ]


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (Interval(0.8333, 0.71, 0.925), "83.3 % (71.0–92.5)"),
        (Interval(1.0, math.nan, math.nan), "100.0 %"),
        (NONE, "–"),
    ],
)
def test_a_share_has_its_interval(share: Interval, told: str) -> None:
    assert describe_accuracy_share(share) == told


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (Interval(0.97, 0.96, 0.99), "reached"),
        (Interval(0.97, 0.93, 0.99), "reached, within the interval"),
        (Interval(0.94, 0.90, 0.97), "missed, within the interval"),
        (Interval(0.9, 0.85, 0.94), "missed"),
        (NONE, "too few audits to say"),
        (Interval(1.0, 1.0, 1.0), "reached, interval not known"),
        (Interval(0.5, 0.5, 0.5), "missed"),
    ],
)
def test_a_target_within_the_interval_says_so(share: Interval, told: str) -> None:
    assert describe_target(share, 0.95, 10) == told
    assert describe_target(share, 0.95, 9) == "too few audits to say"


def test_figures_are_a_line_each() -> None:
    count = count_audit(compare_codes(side("428.0 486"), side("428.0")), inpatient=True)
    lines = describe_figures(accuracy_figures([count]), 0.95)
    assert lines[0] == "audits: 1, codes of the reviewer: 1"
    assert lines[1] == "code over code: 100.0 %, too few audits to say"
    assert lines[3].startswith("kept: 50.0 %")
    assert lines[-1] == "added 0, deleted 1, revised 0, re-sequenced 0"
