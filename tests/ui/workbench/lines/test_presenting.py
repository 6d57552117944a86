"""The chart lines of an encounter, and what became of each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.notes.text.phrases import Phrases
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.reference import Reference
from icd9_review.ui.workbench.lines.finder import LineFinder
from icd9_review.ui.workbench.lines.presenting import present_chart_lines, present_needless
from icd9_review.ui.workbench.lines.view import LineView
from icd9_review.ui.workbench.marking import mark_notes
from icd9_review.values import (
    CareSetting,
    CodeState,
    Encounter,
    Event,
    EventKind,
    Kind,
    NeedlessLine,
    Note,
    Origin,
    ReviewState,
    Sex,
    Span,
    Verdict,
)
from tests.indexes import built_in_index

NOW = datetime(2014, 3, 17, 14, 2, tzinfo=UTC)
TEXT = (
    "ADMITTING DIAGNOSIS: Dyspnea.\n"
    "DISCHARGE DIAGNOSES:\n1. Weak heart.\n2. Hypertension.\n3. No pneumonia.\n"
    "PROCEDURES: Colonoscopy.\n"
)
NOTES = (Note("n1", "e1", "Note 1", TEXT, 1, "0" * 64),)
CONTEXTS = {"n1": NoteContext(TEXT)}


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference("1", built_in_lists(), built_in_index(), Phrases({}))


def present(
    reference: Reference,
    *codes: CodeState,
    admitting: str | None = None,
    setting: CareSetting = CareSetting.INPATIENT,
) -> list[LineView]:
    marked = mark_notes(NOTES, CONTEXTS, {}, {}, {}, {})
    encounter = Encounter("e1", 1, setting, 60, Sex.MALE, None, None, NOW, NOTES)
    state = ReviewState(9, codes, accepted=codes, admitting=admitting)
    views = present_chart_lines(marked.lines, encounter, state, {}, reference, LineFinder())
    (note,) = marked.notes
    for view in views:
        assert "".join(note.pieces[view.first : view.last + 1]) == view.text
        assert TEXT[view.span[1] : view.span[2]] == view.text
    return list(views)


def accepted(code: str, words: str = "", kind: Kind = Kind.DIAGNOSIS) -> CodeState:
    start = TEXT.index(words)
    spans = (Span("n1", start, start + len(words)),) if words else ()
    return CodeState(
        code, kind, Verdict.ACCEPTED, None, 1, NOW, 1, origin=Origin.ADDED, evidence=spans
    )


def test_every_line_of_an_untouched_chart_that_needs_a_code_is_open(reference: Reference) -> None:
    assert [(each.text, each.state) for each in present(reference)] == [
        ("Dyspnea", "open"),
        ("Weak heart", "open"),
        ("Hypertension", "open"),
        ("No pneumonia", "needless"),
        ("Colonoscopy", "open"),
    ]


def test_lines_are_coded_by_evidence_by_name_and_by_what_the_search_finds(
    reference: Reference,
) -> None:
    views = present(
        reference,
        accepted("428.0", "heart"),
        accepted("401.9"),
        accepted("45.23", kind=Kind.PROCEDURE),
        admitting="786.05",
    )
    assert [(each.state, each.codes) for each in views] == [
        ("coded", ("diagnosis:786.05",)),
        ("coded", ("diagnosis:428.0",)),
        ("coded", ("diagnosis:401.9",)),
        ("needless", ()),
        ("coded", ("procedure:45.23",)),
    ]


def test_a_sibling_is_named_as_such(reference: Reference) -> None:
    view = present(reference, accepted("402.10"), accepted("405.99"), admitting="786.09")[0]
    assert (view.state, view.codes) == ("near", ("diagnosis:786.09",))
    assert view.remark == "sibling of 786.05, which its words find"


def test_an_outpatient_has_no_procedures_to_code(reference: Reference) -> None:
    views = present(reference, setting=CareSetting.OUTPATIENT)
    assert [(each.state, each.remark) for each in views][-1] == (
        "needless",
        "procedures are coded for inpatients only",
    )
    assert views[0].state == "needless"


def test_a_line_knows_which_codes_code_it_and_under_which_heading_it_stands(
    reference: Reference,
) -> None:
    found = {(each.kind, each.title) for each in present(reference)}
    assert found == {
        ("admitting", "Admitting diagnosis"),
        ("diagnosis", "Discharge diagnoses"),
        ("procedure", "Procedures"),
    }


def test_what_somebody_said_needs_no_code_has_its_place_among_the_verdicts() -> None:
    verdicts = [
        Event("e1", sequence, EventKind.ADDED, 1, {}, 1, NOW, str(sequence), "", "")
        for sequence in (2, 7)
    ]
    lines = (NeedlessLine(Span("n1", 3, 9), 2, NOW, 4), NeedlessLine(Span("n1", 12, 15), 1, NOW, 9))
    stacks = {(Kind.DIAGNOSIS, "428.0"): verdicts}
    views = present_needless(ReviewState(9, (), needless=lines), stacks, {1: "Ana", 2: "Ben"}, 1)
    assert [(each.span, each.actor, each.own, each.after) for each in views] == [
        (("n1", 3, 9), "Ben", False, 1),
        (("n1", 12, 15), "Ana", True, 2),
    ]


SEVERAL = "FINAL DIAGNOSES:\n1. Peripheral vascular disease, bilateral carotid artery stenosis.\n"


def test_a_line_of_two_conditions_says_which_of_them_has_no_code(reference: Reference) -> None:
    line = partly(reference, "443.9")
    assert (line.state, line.codes) == ("partly", ("diagnosis:443.9",))
    assert line.remark == "1 of 2: no code for “bilateral carotid artery stenosis”"
    assert partly(reference, "433.10").remark.endswith("“Peripheral vascular disease”")
    assert partly(reference, "443.9", "433.10").state == "coded"


def partly(reference: Reference, *codes: str) -> LineView:
    """The line of two conditions where these codes stand in the chart, by their numbers alone."""
    notes = (Note("n1", "e1", "Note 1", SEVERAL, 1, "0" * 64),)
    marked = mark_notes(notes, {"n1": NoteContext(SEVERAL)}, {}, {}, {}, {})
    held = tuple(accepted(code) for code in codes)
    encounter = Encounter("e1", 1, CareSetting.INPATIENT, 60, Sex.MALE, None, None, NOW, notes)
    state = ReviewState(9, held, accepted=held)
    (view,) = present_chart_lines(marked.lines, encounter, state, {}, reference, LineFinder())
    return view
