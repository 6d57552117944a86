"""Causes of injury among the lines of the workbench, and below the edit that misses one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.edits import check_chart
from icd9_review.model.reading.predictor import load_predictor
from icd9_review.notes.text.phrases import Phrases
from icd9_review.review.chart import chart_of
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.reference import Reference
from icd9_review.ui.workbench.lines.causes import cause_words, chart_causes, offer_causes
from icd9_review.ui.workbench.lines.finder import LineFinder
from icd9_review.ui.workbench.lines.presenting import present_chart_lines, uncoded_lines
from icd9_review.ui.workbench.lines.view import LineView
from icd9_review.ui.workbench.marking import mark_notes
from icd9_review.values import (
    CareSetting,
    CodeState,
    Encounter,
    Kind,
    Note,
    OfferUse,
    Origin,
    ReviewState,
    Sex,
    Span,
    Verdict,
)
from tests.indexes import built_in_index

NOW = datetime(2014, 3, 17, 14, 2, tzinfo=UTC)
TEXT = (
    "HPI: She tripped over a rug in her kitchen and was brought here.\n"
    "FINAL DIAGNOSES: Hip fracture.\n"
)
WORDS = "She tripped over a rug in her kitchen"
NOTES = (Note("n1", "e1", "Note 1", TEXT, 1, "0" * 64),)
CONTEXTS = {"n1": NoteContext(TEXT)}
ENCOUNTER = Encounter("e1", 1, CareSetting.INPATIENT, 60, Sex.FEMALE, None, None, NOW, NOTES)


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference("1", built_in_lists(), built_in_index(), Phrases({}))


def state_of(*codes: str) -> ReviewState:
    held = tuple(
        CodeState(code, Kind.DIAGNOSIS, Verdict.ACCEPTED, None, 1, NOW, 1, origin=Origin.ADDED)
        for code in codes
    )
    return ReviewState(9, held, accepted=held)


def present(reference: Reference, state: ReviewState) -> tuple[LineView, ...]:
    causes = chart_causes(NOTES, CONTEXTS, state, ())
    marked = mark_notes(NOTES, CONTEXTS, {}, {}, {}, {}, causes)
    return present_chart_lines(marked.lines, ENCOUNTER, state, {}, reference, LineFinder())


def test_a_cause_stands_behind_the_lines_with_its_codes(reference: Reference) -> None:
    listed, cause = present(reference, state_of("820.8"))
    assert (listed.kind, listed.hits) == ("diagnosis", ())
    assert (cause.kind, cause.title, cause.text) == ("cause", "Cause of injury", WORDS)
    assert (cause.state, cause.span) == ("open", ("n1", 5, 5 + len(WORDS)))
    codes = [(hit.code, hit.further) for hit in cause.hits]
    assert ("E885.9", False) in codes
    assert codes[-1] == ("E849.0", True)


def test_without_an_injury_no_cause_is_asked_for(reference: Reference) -> None:
    assert [view.kind for view in present(reference, state_of("401.9"))] == ["diagnosis"]


def test_a_cause_is_coded_by_its_e_code_and_left_before_signing_until_then(
    reference: Reference,
) -> None:
    state = state_of("820.8")
    assert Span("n1", 5, 5 + len(WORDS)) in uncoded_lines(present(reference, state), state)
    cause = present(reference, state_of("820.8", "E885.9"))[-1]
    assert (cause.state, cause.codes) == ("coded", ("diagnosis:E885.9",))


def test_the_edit_that_misses_a_cause_offers_what_the_notes_tell(reference: Reference) -> None:
    state = state_of("820.8")
    lines = present(reference, state)
    edits = tuple(check_chart(chart_of(ENCOUNTER, state, {}, {}), reference.lists))
    offered = [edit for edit in offer_causes(edits, lines) if edit.number == 23]
    assert [edit.use for edit in offered] == [OfferUse.ADD]
    assert offered[0].offers[:1] == ("E885.9",)
    assert tuple(offer_causes(edits, ())) == edits
    assert cause_words(lines, (Kind.DIAGNOSIS, "E885.9")) == (Span("n1", 5, 5 + len(WORDS)),)


def test_while_the_model_is_busy_the_index_answers_and_it_is_asked_again(
    reference: Reference, tiny_model_folder: Path
) -> None:
    predictor = load_predictor(tiny_model_folder)
    finder = LineFinder()
    (line,) = CONTEXTS["n1"].causes
    with predictor.turns:
        waiting = finder.causes(reference, predictor, line)
    assert waiting.found == finder.causes(reference, None, line).found
    assert finder.causes(reference, predictor, line) is finder.causes(reference, predictor, line)
