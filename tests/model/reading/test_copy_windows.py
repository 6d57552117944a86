"""What a change does not touch is cut in a copy as in the text, what it touches as the copy is."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from icd9_review.model.reading.copy_windows import common_stretches, copy_spans
from icd9_review.model.reading.sentence_windows import window_starts
from icd9_review.values import Window

LINES = (
    "The culture of the urine that was sent on the day before grew\n"
    "Klebsiella and nothing else.\nMild cough\nFever."
)
"""Without "Mild cough" the first line merely wraps."""


def windows(text: str) -> list[Window]:
    starts = window_starts(text)
    ends = (*starts[1:], len(text))
    pairs = enumerate(zip(starts, ends, strict=True))
    return [Window(number, start, end) for number, (start, end) in pairs]


def spans(text: str, copy: str) -> list[str]:
    found = copy_spans(text, windows(text), copy, windows(copy))
    assert list(found) == sorted(found)
    return [copy[start:end] for start, end in found]


def whole(text: str) -> list[str]:
    return [text[each.start : each.end].strip() for each in windows(text)]


def test_a_sentence_that_would_be_cut_otherwise_is_kept_where_it_was_left_alone() -> None:
    copy = LINES.replace("Mild cough", "")
    assert whole(copy)[0].endswith("Klebsiella and nothing else.")
    assert spans(LINES, copy) == [each for each in whole(LINES) if each != "Mild cough"]


def test_marks_that_a_struck_sentence_leaves_behind_are_read_with_no_other() -> None:
    text = "FINDINGS:,Gout is seen.,IMPRESSION:,Cough."
    assert spans(text, text.replace("Gout is seen.", "")) == [
        "FINDINGS:,",
        "IMPRESSION:,",
        "Cough.",
    ]


def test_a_sentence_that_new_words_join_is_cut_anew() -> None:
    assert spans("Cough. Fever.", "Cough. No fever.") == ["Cough.", "No fever."]
    assert spans("Cough. Fever.", "Cough, Fever.") == ["Cough, Fever."]
    assert spans("Gout.", "Gout. Fever.") == ["Gout.", "Fever."]


def test_sentences_between_two_changes_are_kept() -> None:
    text = "Cough. Gout. Fever. Gout. Rash. Pain."
    assert spans(text, " Gout. Fever. Gout.  Pain.") == ["Gout.", "Fever.", "Gout.", "Pain."]


def test_a_section_is_cut_anew_when_its_heading_goes_or_comes() -> None:
    text = "FAMILY HISTORY: Gout.\nPLAN: Rest. Fluids."
    assert spans(text, text.replace("PLAN:", "")) == whole(text.replace("PLAN:", ""))
    copy = "HPI: Cough.\nFAMILY HISTORY: Gout. Asthma."
    assert spans("HPI: Cough.\n Gout. Asthma.", copy) == whole(copy)


def test_a_copy_of_marks_alone_is_read_as_it_is() -> None:
    assert spans("Cough.", "?!") == ["?!"]


@settings(max_examples=150, deadline=None)
@given(st.text("aB. :\n,1", max_size=60), st.text("aB. :\n,1", max_size=60))
def test_spans_are_apart_and_hold_every_letter(text: str, copy: str) -> None:
    found = copy_spans(text, windows(text), copy, windows(copy))
    assert all(start < end for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    read = {at for start, end in found for at in range(start, end)}
    assert {at for at, letter in enumerate(copy) if letter.isalnum()} <= read
    assert spans(copy, copy) == whole(copy) if copy.strip() else True


@given(st.text("ab. ", max_size=40), st.text("ab. ", max_size=40))
def test_what_is_common_is_the_same_in_both(text: str, copy: str) -> None:
    end = 0
    for each in common_stretches(text, [], copy, []):
        assert each.start >= end
        assert text[each.start : each.end] == copy[slice(*each.there)]
        end = each.end
