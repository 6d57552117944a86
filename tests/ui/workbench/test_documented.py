"""What stands in the notes of an encounter, taken together."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.naming.terms import Term, build_phrases
from icd9_review.notes.text.phrases import Phrases
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.workbench.documented import (
    MOST_PLACES,
    found_words,
    naming_places,
    read_words,
    supporting_spans,
    told_sentences,
    what_is_said,
)
from icd9_review.values import (
    Assertion,
    CodeKey,
    CodeState,
    Kind,
    ReviewState,
    Span,
    Verdict,
)
from tests.attributions import NOTE, attribution


@pytest.fixture(scope="module")
def phrases() -> Phrases[Term]:
    return build_phrases(built_in_lists())


def test_mentions_of_all_notes_are_gathered_by_code(phrases: Phrases[Term]) -> None:
    contexts = {
        "n1": NoteContext("Atrial fibrillation. Orthopnea at night."),
        "n2": NoteContext("No atrial fibrillation today. Orthopnea again."),
    }
    known = frozenset({(Kind.DIAGNOSIS, "427.31")})
    found = read_words(contexts, phrases, known)
    spans = found.mentions[Kind.DIAGNOSIS, "427.31"]
    assert [span.note_id for span in spans] == ["n1", "n2"]
    (outside,) = [row for row in found.outside if row.key == (Kind.DIAGNOSIS, "786.02")]
    assert [span.note_id for span in outside.spans] == ["n1", "n2"]
    assert outside.text == "Orthopnea"
    assert outside.assertion is Assertion.PRESENT


def test_words_that_were_typed_are_evidence_else_those_that_name_the_code() -> None:
    contexts = {"n1": NoteContext("CHF. Fluid overload. No pneumonia."), "n2": NoteContext("CHF.")}
    named = [Span("n1", 0, 3), Span("n2", 0, 3)]
    assert found_words(contexts, named, "fluid overload") == (Span("n1", 5, 19),)
    assert found_words(contexts, named, "428") == tuple(named)
    assert found_words(contexts, named, "heart failur") == tuple(named)
    assert found_words(contexts, [], "pneumonia") == ()


def test_what_is_denied_or_anothers_is_no_evidence() -> None:
    contexts = {"n1": NoteContext("No pneumonia.\nFAMILY HISTORY: Asthma in his mother.")}
    for words in ("pneumonia", "asthma"):
        start = contexts["n1"].text.lower().index(words)
        assert found_words(contexts, [Span("n1", start, start + len(words))], words) == ()


def test_what_one_place_says_is_present_is_present() -> None:
    text = "No pneumonia on admission. Later he developed pneumonia."
    contexts = {"n1": NoteContext(text)}
    first, second = text.index("pneumonia"), text.rindex("pneumonia")
    denied, there = Span("n1", first, first + 9), Span("n1", second, second + 9)
    assert what_is_said(contexts, [denied]) is Assertion.NEGATED
    assert what_is_said(contexts, [denied, there]) is Assertion.PRESENT
    assert what_is_said(contexts, [Span("gone", 0, 1)]) is None


def test_faint_and_opposing_words_support_nothing() -> None:
    found = attribution(("fibrillation", 2.0), ("Coumadin", 0.5), ("chest", -2.0))
    (span,) = supporting_spans(NOTE, "n1", found)
    assert NOTE[span.start : span.end] == "fibrillation"


FAILURE = (Kind.DIAGNOSIS, "428.0")


def places(*texts: str, mentions: dict[CodeKey, list[Span]] | None = None) -> list[str]:
    contexts = {f"n{number}": NoteContext(text) for number, text in enumerate(texts)}
    found = naming_places(contexts, mentions or {}, [FAILURE])[FAILURE]
    return [
        f"{span.note_id} {contexts[span.note_id].text[span.start : span.end]}" for span in found
    ]


def test_titles_and_what_clinicians_write_are_found_in_every_document() -> None:
    assert places("CHF.", "No fever.", "Known congestive heart failure.") == [
        "n0 CHF",
        "n2 congestive heart failure",
    ]


def test_of_places_that_overlap_the_longest_is_told() -> None:
    text = "congestive heart failure"
    assert places(text, mentions={FAILURE: [Span("n0", 11, 24), Span("n0", 0, 24)]}) == [
        f"n0 {text}"
    ]


def test_a_code_that_nobody_names_has_no_place() -> None:
    assert places("Asthma.") == []


def test_more_than_anybody_walks_through_are_not_told() -> None:
    assert len(places("CHF. " * 80)) == MOST_PLACES


def accepted(code: str, *evidence: Span) -> CodeState:
    at = datetime(2014, 11, 3, tzinfo=UTC)
    return CodeState(code, Kind.DIAGNOSIS, Verdict.ACCEPTED, None, 1, at, 1, evidence=evidence)


def test_the_words_that_hold_beside_an_unspecified_code_are_told(phrases: Phrases[Term]) -> None:
    text = "Obesity, morbid, without hypoventilation. Chest pain since Monday."
    contexts = {"n1": NoteContext(text)}
    documented = read_words(contexts, phrases, ())
    chest = Span("n1", text.index("Chest"), text.index(" since"))
    codes = accepted("278.00"), accepted("786.50", chest), accepted("584.5")
    state = ReviewState(3, codes, codes)
    found = told_sentences(contexts, state, documented, built_in_lists())
    (obesity,) = found[Kind.DIAGNOSIS, "278.00"]
    assert {"obesity", "morbid"} <= obesity
    assert "hypoventilation" not in obesity
    assert "chest" not in obesity
    assert {"pain", "monday"} <= found[Kind.DIAGNOSIS, "786.50"][0]
    assert (Kind.DIAGNOSIS, "584.5") not in found
