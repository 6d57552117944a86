"""What a click strikes, and what is left of a text."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from icd9_review.notes import demonstration_encounters
from icd9_review.ui.what_if.sentences import leave_out, sentences
from tests.tiny import NOTE

_NOTES = [note.text for _, notes in demonstration_encounters() for note in notes]
_TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(
            [
                "PLAN:",
                "Sepsis.",
                "1.",
                "59.",
                "\n",
                " ",
                "-",
                "Dr. Who",
                "e\u0301",
                "😀 ok;",
                "\x1c",
            ]
        ),
        max_size=20,
    ).map("".join),
)


def words(text: str) -> list[str]:
    return [text[each.start : each.end] for each in sentences(text)]


def test_a_number_belongs_to_its_item_and_a_heading_stands_alone() -> None:
    text = "ASSESSMENT:\n1. Sepsis. Fluids given.\n2. CHF,\n   chronic.\n\nPLAN: None"
    assert words(text) == [
        "ASSESSMENT:",
        "1. Sepsis.",
        "Fluids given.",
        "2. CHF,\n   chronic.",
        "PLAN:",
        "None",
    ]
    assert [each.heading for each in sentences(text)] == [True, False, False, False, True, False]


def test_a_number_at_the_end_belongs_to_its_sentence() -> None:
    assert words("Father died of MI at 59. Mother is well.") == [
        "Father died of MI at 59.",
        "Mother is well.",
    ]


def test_a_sentence_is_cut_out_and_all_else_stays() -> None:
    text = "No fever.\n\nSepsis. Fluids given.\n"
    assert leave_out(text, sentences(text), {1}) == "No fever.\n\n Fluids given.\n"


def test_numbers_of_no_sentence_cut_nothing() -> None:
    assert leave_out(NOTE, sentences(NOTE), {-1, 99}) == NOTE


def test_the_demonstration_notes_have_no_sentence_of_a_bare_number() -> None:
    found = [sentence for text in _NOTES for sentence in words(text)]
    assert not [sentence for sentence in found if sentence.rstrip(".)").isdecimal()]


@settings(max_examples=150, deadline=None)
@given(_TEXTS)
def test_sentences_are_in_order_apart_and_leave_out_no_word(text: str) -> None:
    found = sentences(text)
    assert all(each.start < each.end for each in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(text[each.start : each.end].strip() == text[each.start : each.end] for each in found)
    left = leave_out(text, found, {*range(len(found))})
    assert not any(map(str.isalnum, left))


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
