"""Neutral changes put in lines or move line ends, and leave every clinical word where it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.written_terms import written_terms
from icd9_review.evaluation.labelled.dictionary import Dictionary
from icd9_review.evaluation.steadiness.neutral_changes import (
    NEUTRAL_LINES,
    NeutralChange,
    double_heading,
    neutral_changes,
    put_between,
    wrap_again,
)
from icd9_review.outline.sections import sections

LINE = NEUTRAL_LINES[0]
NOTE = (
    "HPI: He has had a cough for two weeks and was given an antibiotic, without relief, by "
    "his own doctor.\n\nPMH:\n1. Asthma.\n2. Gout.\nNo fever was seen.\nASSESSMENT: Pneumonia."
)
# Texts of notes: words, headings, items and blank lines in any order.
PIECES = st.sampled_from(
    ["He has a cough.", "PLAN:", "FINDINGS:", "1. Gout.", "\n", "\n\n", " ", "no fever and "]
)
NAMES = Dictionary({"cough": "786.2", "gout": "274.9", "fever": "780.60"})
TEXTS = st.lists(PIECES, min_size=1, max_size=30).map("".join).filter(str.strip)


@given(TEXTS)
def test_a_line_that_is_put_in_is_all_that_is_new(text: str) -> None:
    for change, changed in neutral_changes(text, LINE).items():
        if change in (NeutralChange.FRONT, NeutralChange.BEHIND, NeutralChange.BETWEEN):
            assert changed.count(LINE) == 1
            assert changed.replace(LINE, "").split() == text.split()


@given(TEXTS)
def test_another_wrap_changes_single_spaces_into_line_ends_and_nothing_else(text: str) -> None:
    changed = wrap_again(text)
    if changed is not None:
        assert changed.replace("\n", " ") == text.replace("\n", " ")
        assert changed.count("\n") > text.count("\n")


@given(TEXTS)
def test_a_second_copy_of_a_heading_is_a_line_that_was_there(text: str) -> None:
    changed = double_heading(text)
    if changed is not None:
        titles = [each.title for each in sections(text)]
        again = [each.title for each in sections(changed)]
        assert len(changed) > len(text)
        assert set(again) == set(titles)


@given(TEXTS)
def test_what_is_named_and_denied_in_a_note_stays_so(text: str) -> None:
    for changed in neutral_changes(text, LINE).values():
        assert NAMES.predict(changed) == NAMES.predict(text)


def test_each_change_is_made_in_its_place() -> None:
    changed = neutral_changes(NOTE, LINE)
    assert changed[NeutralChange.FRONT].startswith(f"{LINE}\nHPI: He")
    assert changed[NeutralChange.BEHIND].endswith(f"Pneumonia.\n{LINE}")
    assert f"doctor.\n\n{LINE}\n\nPMH:" in changed[NeutralChange.BETWEEN]
    assert "without\nrelief, by his own doctor." in changed[NeutralChange.WRAP]
    assert "PMH:\nPMH:\n1. Asthma." in changed[NeutralChange.HEADING]


def test_no_line_is_put_into_a_list_or_a_wrapped_sentence() -> None:
    assert put_between("1. Asthma.\n2. Gout.\nand a\nrash", LINE) is None


@pytest.mark.parametrize(
    "follows", ["Plan: " + "rest " * 9, "2. " + "gout " * 12, "MEDICATIONS: " + "none " * 9]
)
def test_no_wrap_begins_a_line_with_what_could_be_a_heading_or_an_item(follows: str) -> None:
    text = "He was seen twice, " + "and again, " * 5 + follows
    changed = wrap_again(text)
    assert changed is not None
    assert all(line[0].islower() for line in changed.split("\n")[1:])


def test_what_is_wrapped_already_is_wrapped_more_narrowly() -> None:
    text = "\n".join(["and so it went on and on and on and on and on and on and on and on"] * 2)
    changed = wrap_again(text)
    assert changed is not None
    assert max(map(len, changed.split("\n"))) <= 60


def test_a_text_without_a_place_for_a_change_lacks_it() -> None:
    assert set(neutral_changes("Pneumonia.", LINE)) == {NeutralChange.FRONT, NeutralChange.BEHIND}


@pytest.mark.parametrize("line", NEUTRAL_LINES)
def test_a_neutral_line_is_no_heading_and_names_nothing(line: str) -> None:
    assert [each.title for each in sections(f"{line}\nHe is well.")] == [""]
    terms = {term: code for code, found in written_terms().items() for term in found}
    assert Dictionary(terms).find(line) == ()
