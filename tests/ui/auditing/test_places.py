"""Where the notes speak of a code: whole words around what names it, in one line."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.naming.terms import Term, fold_words
from icd9_review.notes.text.phrases import Phrases
from icd9_review.outline.sections import sections
from icd9_review.ui.auditing.places import ChartPlaces, places_by_code, quote_place
from icd9_review.values import Kind, Note, Span

ASTHMA = (Kind.DIAGNOSIS, "493.90")
PHRASES = Phrases({fold_words("asthma"): Term((ASTHMA,))})
NOTE = Note("n1", "e1", "Visit", "Asthma since childhood.\nNo wheeze; asthma is mild.", 1, "")


def test_a_code_has_every_place_that_names_it_in_the_order_of_the_notes() -> None:
    later = replace(NOTE, id="n2", text="Asthma.")
    found = places_by_code([NOTE, later], PHRASES)
    assert found == {ASTHMA: [Span("n1", 0, 6), Span("n1", 35, 41), Span("n2", 0, 6)]}


def test_long_text_around_a_place_is_cut_between_words() -> None:
    text = f"{'before ' * 20}asthma{' after' * 20}"
    start = text.index("asthma")
    told = quote_place(text, Span("n1", start, start + 6))
    assert told.startswith("… before ")
    assert told.endswith(" after …")
    assert len(told) < 140


def test_a_place_is_quoted_within_its_section_with_its_heading() -> None:
    text = "HPI: Cough for a week.\nPAST MEDICAL HISTORY: asthma.\nMEDICATIONS: none."
    starts = [each.start for each in sections(text)]
    span = Span("n1", text.index("asthma"), text.index("asthma") + 6)
    found = ChartPlaces({ASTHMA: [span]}, {"n1": starts}).section_of(span)
    assert quote_place(text, span, found) == "PAST MEDICAL HISTORY: asthma."


@given(st.text(alphabet="ab \n", max_size=200), st.integers(0, 199), st.integers(1, 20))
def test_the_words_of_a_place_are_always_there(text: str, start: int, length: int) -> None:
    span = Span("n1", min(start, len(text)), min(start + length, len(text)))
    told = quote_place(text, span)
    assert "\n" not in told
    assert "".join(text[span.start : span.end].split()) in told.replace(" ", "")
