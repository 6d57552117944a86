"""The reason of a proposal reads beside its code."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.notes.lines.kinds import LineKind
from icd9_review.review.principal.proposing import Proposal
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.workbench.lines.view import LineView
from icd9_review.ui.workbench.principal.proposals import (
    FirstLineView,
    PrincipalView,
    ProposalView,
    describe_reason,
    present_principal,
)
from icd9_review.ui.workbench.volumes import Offered
from icd9_review.values import (
    CareSetting,
    CodeState,
    Encounter,
    Kind,
    NeedlessLine,
    Note,
    Origin,
    ReviewState,
    Sex,
    Span,
    Verdict,
)

NOW = datetime(2014, 3, 17, 14, 2, tzinfo=UTC)
TEXT = "DISCHARGE DIAGNOSES:\n1. Weak kidneys.\n2. Gout.\n"
FIRST = (TEXT.index("Weak"), TEXT.index("kidneys.") + len("kidneys"))
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


def test_what_comes_after_a_line_that_says_what_was_done_is_called_a_guess() -> None:
    proposal = Proposal("300.00", LineKind.FINAL, 1, "II", passed="Status post knee replacement")
    assert describe_reason(proposal, INPATIENT) == (
        "a guess: second of the final diagnoses; no code of “Status post knee replacement” before "
        "it may be principal"
    )


def test_rehabilitation_is_proposed_with_its_words_or_as_the_code_that_is_there() -> None:
    text = (
        "HPI: She was admitted for rehabilitation.\n"
        "FINAL DIAGNOSES:\n1. Status post knee replacement.\n2. Gout.\n"
    )
    found = propose_for(text, accepted("274.9"))
    assert [each.code for each in found] == ["V57.89", "274.9"]
    ((_, start, end),) = found[0].spans
    assert text[start:end] == "admitted for rehabilitation"
    there = propose_for(text, accepted("274.9"), accepted("V57.1"))
    assert [(each.code, each.spans) for each in there[:1]] == [("V57.1", ())]


def propose_for(text: str, *codes: CodeState) -> tuple[ProposalView, ...]:
    note = Note("n1", "e1", "Note 1", text, 1, "0" * 64)
    encounter = Encounter("e1", 1, INPATIENT, 60, Sex.MALE, None, None, NOW, (note,))
    state = ReviewState(9, codes, accepted=codes)
    view = present_principal(
        *(encounter, state, Offered((), ()), {"n1": NoteContext(text)}, {}, {}),
        *(built_in_lists(), ()),
    )
    return view.proposals


def present(
    *codes: CodeState, coded: tuple[str, ...] = (), needless: bool = False
) -> PrincipalView:
    """What is shown of a stay whose first final diagnosis has no code by its own words."""
    note = Note("n1", "e1", "Note 1", TEXT, 1, "0" * 64)
    encounter = Encounter("e1", 1, INPATIENT, 60, Sex.MALE, None, None, NOW, (note,))
    span = ("n1", *FIRST)
    said = (NeedlessLine(Span(*span), 1, NOW, 1),) if needless else ()
    state = ReviewState(9, codes, accepted=codes, needless=said)
    line = LineView(
        f"n1:{FIRST[0]}", 0, 0, 0, span, "diagnosis", "", "", "open", coded, "", final=True
    )
    spans = {(code.kind, code.code): code.evidence for code in codes}
    return present_principal(
        encounter,
        state,
        Offered((), ()),
        {"n1": NoteContext(TEXT)},
        spans,
        {},
        built_in_lists(),
        [line],
    )


def accepted(code: str, words: str = "") -> CodeState:
    start = TEXT.index(words)
    evidence = (Span("n1", start, start + len(words)),) if words else ()
    return CodeState(
        code,
        Kind.DIAGNOSIS,
        Verdict.ACCEPTED,
        None,
        1,
        NOW,
        1,
        origin=Origin.ADDED,
        evidence=evidence,
    )


def test_the_line_that_is_to_be_coded_first_is_named_whatever_was_accepted() -> None:
    found = present(accepted("274.9", "Gout"))
    which = "first of the final diagnoses"
    assert found.first_line == FirstLineView(f"n1:{FIRST[0]}", which, "Weak kidneys")
    assert [each.code for each in found.proposals] == ["274.9"]


def test_a_code_by_other_words_than_its_own_is_that_of_the_line_and_proposed_for_it() -> None:
    found = present(accepted("274.9", "Gout"), accepted("585.9"), coded=("diagnosis:585.9",))
    assert found.first_line is None
    assert [each.code for each in found.proposals] == ["585.9", "274.9"]


def test_where_somebody_said_that_the_line_needs_no_code_the_next_one_leads() -> None:
    found = present(accepted("274.9", "Gout"), needless=True)
    assert found.first_line is None
    assert present(needless=True).first_line == FirstLineView(
        f"n1:{TEXT.index('Gout')}", "second of the final diagnoses", "Gout"
    )
