"""The reason of a proposal reads beside its code."""

from __future__ import annotations

import pytest

from icd9_review.notes.lines.kinds import LineKind
from icd9_review.review.principal.proposing import Proposal
from icd9_review.ui.workbench.principal.proposals import describe_reason
from icd9_review.values import CareSetting

INPATIENT, OUTPATIENT = CareSetting.INPATIENT, CareSetting.OUTPATIENT


@pytest.mark.parametrize(
    ("kind", "place", "setting", "told"),
    [
        (LineKind.FINAL, 0, INPATIENT, "first of the final diagnoses"),
        (LineKind.FINAL, 1, INPATIENT, "second of the final diagnoses"),
        (LineKind.FINAL, 6, INPATIENT, "seventh of the final diagnoses"),
        (LineKind.FINAL, 10, INPATIENT, "line 11 of the final diagnoses"),
        (LineKind.PRINCIPAL, 0, INPATIENT, "first of the principal diagnoses"),
        (LineKind.ADMITTING, 0, INPATIENT, "first of the admitting diagnoses"),
        (LineKind.REASON, 0, INPATIENT, "reason for admission"),
        (LineKind.REASON, 0, OUTPATIENT, "reason for the visit"),
        (LineKind.COMPLAINT, 0, OUTPATIENT, "chief complaint"),
        (LineKind.PLANNED, 0, OUTPATIENT, "first of the assessment"),
        (LineKind.PROBLEMS, 0, OUTPATIENT, "first of the problem list"),
        (LineKind.ASSESSMENT, 2, OUTPATIENT, "third of the assessment"),
    ],
)
def test_a_reason_says_which_line_of_which_list(
    kind: LineKind, place: int, setting: CareSetting, told: str
) -> None:
    assert describe_reason(Proposal("428.0", kind, place, "II"), setting) == told


def test_a_line_before_it_that_has_no_code_is_named() -> None:
    proposal = Proposal("530.81", LineKind.FINAL, 1, "II", uncoded="Goldenhar syndrome")
    expected = "second of the final diagnoses; no code yet for “Goldenhar syndrome”"
    assert describe_reason(proposal, INPATIENT) == expected


def test_what_goes_before_the_line_says_why() -> None:
    proposal = Proposal("042", LineKind.FINAL, 0, "I.C.1.a.2.a", words="goes before")
    assert describe_reason(proposal, INPATIENT) == "goes before (first of the final diagnoses)"
