"""What a click strikes, and what is left of a text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from icd9_review.notes import demonstration_encounters
from icd9_review.outline.sentences import sentences
from icd9_review.ui.what_if.striking import leave_out
from tests.tiny import NOTE

_NOTES = [note.text for _, notes in demonstration_encounters() for note in notes]


def test_a_sentence_is_cut_out_and_all_else_stays() -> None:
    text = "No fever.\n\nSepsis. Fluids given.\n"
    assert leave_out(text, sentences(text), {1}) == "No fever.\n\n Fluids given.\n"


def test_numbers_of_no_sentence_cut_nothing() -> None:
    assert leave_out(NOTE, sentences(NOTE), {-1, 99}) == NOTE


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(_NOTES), st.sets(st.integers(0, 60)))
def test_what_is_cut_and_what_is_kept_are_the_text(text: str, struck: set[int]) -> None:
    found = sentences(text)
    kept = [text[s.start : s.end] for number, s in enumerate(found) if number not in struck]
    left = leave_out(text, found, struck)
    lost = sum(found[number].end - found[number].start for number in struck if number < len(found))
    assert len(left) == len(text) - lost
    at = 0
    for sentence in kept:
        at = left.index(sentence, at) + len(sentence)
    assert leave_out(text, found, ()) == text
