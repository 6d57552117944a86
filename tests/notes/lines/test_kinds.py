"""Which sections list what is to be coded."""

from __future__ import annotations

import pytest

from icd9_review.notes.lines.kinds import LineKind, line_kind


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("DISCHARGE DIAGNOSES", LineKind.FINAL),
        ("Final Diagnosis", LineKind.FINAL),
        ("DIAGNOSES ON DISCHARGE", LineKind.FINAL),
        ("PRINCIPAL DISCHARGE DIAGNOSIS", LineKind.PRINCIPAL),
        ("SECONDARY DISCHARGE DIAGNOSES", LineKind.SECONDARY),
        ("ADMITTING DX", LineKind.ADMITTING),
        ("DIAGNOSES ON ADMISSION", LineKind.ADMITTING),
        ("PRE-OP DX", LineKind.PREOPERATIVE),
        ("PREOPERATIVE DIAGNOSIS", LineKind.PREOPERATIVE),
        ("POSTPROCEDURE DIAGNOSES", LineKind.POSTOPERATIVE),
        ("AXIS I", LineKind.DIAGNOSES),
        ("ACTIVE PROBLEM LIST", LineKind.PROBLEMS),
        ("A/P", LineKind.PLANNED),
        ("IMPRESSION AND PLAN", LineKind.PLANNED),
        ("ASSESSMENT & PLAN", LineKind.PLANNED),
        ("ASSESSMENT", LineKind.ASSESSMENT),
        ("CLINICAL IMPRESSION", LineKind.IMPRESSION),
        ("REASON FOR ADMISSION", LineKind.REASON),
        ("CC", LineKind.COMPLAINT),
        ("OPERATIONS PERFORMED", LineKind.PROCEDURES),
        ("TITLE OF THE OPERATION", LineKind.PROCEDURES),
        ("Motivo [Discharge diagnosis]", LineKind.FINAL),
    ],
)
def test_a_title_says_what_its_section_lists(title: str, kind: LineKind) -> None:
    assert line_kind(title) is kind


@pytest.mark.parametrize(
    "title",
    [
        "",
        "PLAN",
        "PAST MEDICAL HISTORY",
        "PAST SURGICAL HISTORY",
        "PREVIOUS OPERATIONS",
        "PROCEDURE IN DETAIL",
        "DESCRIPTION OF OPERATION",
        "INDICATIONS FOR PROCEDURE",
        "DIFFERENTIAL DIAGNOSES",
        "RESOLVED PROBLEMS",
        "HISTORY OF PRESENT ILLNESS",
        "FAMILY HISTORY",
        "DATE OF PROCEDURE",
    ],
)
def test_what_tells_or_lists_something_else_has_no_lines(title: str) -> None:
    assert line_kind(title) is None
