"""Whether a line is coded, and why it may need no code."""

from __future__ import annotations

import pytest

from icd9_review.naming.lines.accounts import LineAccount, LineState, account_for
from icd9_review.naming.lines.coders import Coder, Link
from icd9_review.notes.lines.chart_lines import ChartLine, chart_lines
from icd9_review.notes.lines.kinds import LineKind
from icd9_review.values import Kind

CODED = Coder((Kind.DIAGNOSIS, "486"), Link.NAMED)
SIBLING = Coder((Kind.DIAGNOSIS, "486"), Link.NEAR, "481")


def only(text: str) -> ChartLine:
    (found,) = chart_lines(text)
    return found


def said(
    text: str, *given: Coder, inpatient: bool = True, others: str = "", admitting: bool = False
) -> LineAccount:
    line = only(text)
    kinds = {line.kind, *(LineKind(each) for each in others.split("|") if each)}
    return account_for(line, given, inpatient=inpatient, kinds=kinds, admitting=admitting)


def test_a_line_with_a_code_is_coded_and_one_with_a_sibling_is_near() -> None:
    assert said("FINAL DIAGNOSES: Pneumonia.", CODED) == LineAccount(LineState.CODED, (CODED,))
    near = said("FINAL DIAGNOSES: Pneumonia.", SIBLING)
    assert near == LineAccount(LineState.NEAR, (SIBLING,))
    assert said("FINAL DIAGNOSES: Pneumonia.").state is LineState.OPEN


def test_a_denied_line_needs_no_code_whatever_stands_in_the_chart() -> None:
    assert said("FINAL DIAGNOSES: No pneumonia.", CODED) == LineAccount(
        LineState.NEEDLESS, reason="denied: needs no code"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("IMPRESSION: History of stroke.", "history: a V code, or none"),
        ("IMPRESSION: Mother had asthma.", "family history: a V code, or none"),
        ("IMPRESSION: Normal chest.", "a normal finding"),
    ],
)
def test_what_is_over_or_of_others_or_normal_says_so(text: str, reason: str) -> None:
    assert said(text) == LineAccount(LineState.NEEDLESS, reason=reason)


def test_history_with_its_v_code_is_coded() -> None:
    assert said("IMPRESSION: History of stroke.", CODED).state is LineState.CODED


def test_an_uncertain_diagnosis_is_coded_for_inpatients_alone() -> None:
    assert said("IMPRESSION: Possible gout.").state is LineState.OPEN
    assert said("IMPRESSION: Possible gout.", inpatient=False).state is LineState.NEEDLESS


def test_procedures_are_coded_for_inpatients_alone() -> None:
    assert said("PROCEDURES: Colonoscopy.").state is LineState.OPEN
    assert said("PROCEDURES: Colonoscopy.", inpatient=False).state is LineState.NEEDLESS


def test_the_reason_of_a_visit_needs_a_code_where_nothing_was_found() -> None:
    assert said("CHIEF COMPLAINT: Fever.").state is LineState.OPEN
    found = said("CHIEF COMPLAINT: Fever.", others="impression", inpatient=False)
    assert found.state is LineState.NEEDLESS


def test_why_a_patient_came_says_the_admitting_diagnosis_where_nothing_else_does() -> None:
    text = "REASON FOR ADMISSION: Syncope."
    assert said(text, others="final diagnoses").state is LineState.OPEN
    assert said(text, admitting=True) == LineAccount(
        LineState.NEEDLESS, reason="the admitting diagnosis is set"
    )
    named = said(text, others="final diagnoses|admitting diagnosis")
    assert named.reason == "reason for coming: the diagnoses say what was found"
    complaint = said("CHIEF COMPLAINT: Fainted.", others="final diagnoses|reason for admission")
    assert complaint.state is LineState.NEEDLESS


def test_a_preoperative_diagnosis_gives_way_to_the_postoperative_one() -> None:
    assert said("PREOP DIAGNOSIS: Gallstones.").state is LineState.OPEN
    after = said("PREOP DIAGNOSIS: Gallstones.", others="postoperative diagnoses")
    assert after.state is LineState.NEEDLESS


def test_an_admitting_diagnosis_is_set_once() -> None:
    assert said("ADMITTING DIAGNOSIS: Fever.", others="final diagnoses").state is LineState.OPEN
    assert said("ADMITTING DIAGNOSIS: Fever.", admitting=True).state is LineState.NEEDLESS
