"""What a browser may send, and what stands where it says nothing readable."""

from __future__ import annotations

import pytest

from icd9_review.notes import NOTE_LIMIT
from icd9_review.ui.what_if.copies import read_copy
from icd9_review.values import Note

TEXT = "Sepsis. No fever."
NOTES = (Note("n1", "e1", "One", TEXT, 1, ""), Note("n2", "e1", "Two", "Fall.", 1, ""))


def test_struck_and_edited_notes_are_read_and_the_others_stand() -> None:
    copy = read_copy({"name": "a", "notes": {"n1": {"text": None, "struck": [0]}}}, NOTES)
    assert copy.name == "a"
    assert [draft.text for draft in copy.drafts] == [" No fever.", "Fall."]
    assert [draft.changed for draft in copy.drafts] == [True, False]
    copy = read_copy({"notes": {"n2": {"text": "Afib. Fall.", "struck": [1]}}}, NOTES)
    assert [draft.text for draft in copy.drafts] == [TEXT, "Afib. "]


def test_an_edited_text_that_says_the_same_is_no_change() -> None:
    copy = read_copy({"notes": {"n1": {"text": TEXT, "struck": []}}}, NOTES)
    assert not any(draft.changed for draft in copy.drafts)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "copy",
        {"name": 7, "notes": []},
        {"name": "x" * 65, "notes": {"n1": "gone"}},
        {"notes": {"n1": {"text": 5, "struck": "0"}}},
        {"notes": {"n1": {"struck": [True, "0", 0.0, -1, 99, [0]]}}},
        {"notes": {"other": {"text": "Fall.", "struck": [0]}}},
    ],
)
def test_what_is_damaged_leaves_the_notes_as_they_are(sent: object) -> None:
    copy = read_copy(sent, NOTES)
    assert copy.name == ""
    assert [draft.text for draft in copy.drafts] == [TEXT, "Fall."]


def test_a_text_that_is_too_long_is_not_cut_into_sentences() -> None:
    text = "Sepsis. " * (NOTE_LIMIT // 8 + 1)
    copy = read_copy({"notes": {"n1": {"text": text, "struck": []}}}, NOTES)
    assert copy.drafts[0].sentences == ()
