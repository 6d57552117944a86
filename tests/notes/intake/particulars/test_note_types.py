"""Which type of document a note is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.notes import read_note
from icd9_review.notes.intake.particulars.note_types import NOTE_TYPE_WORDS, note_type
from icd9_review.values import NoteType


@pytest.mark.parametrize("kind", NoteType)
def test_each_type_is_known_by_its_words_and_its_name(kind: NoteType) -> None:
    assert note_type(words=[NOTE_TYPE_WORDS[kind]]) is kind
    assert note_type(words=[kind.value]) is kind


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Cardiology Consult", NoteType.CONSULTATION),
        ("Physician Discharge summary", NoteType.DISCHARGE_SUMMARY),
        ("discharge_summary_final.txt", NoteType.DISCHARGE_SUMMARY),
        ("H&P", NoteType.HISTORY_AND_PHYSICAL),
        ("Nursing/other", NoteType.NURSING_NOTE),
        ("Nursing progress note", NoteType.NURSING_NOTE),
        ("Surgical operation note", NoteType.OPERATIVE_REPORT),
        ("CT ABDOMEN", None),
        ("Consultants' letter", None),
        ("Progress note after the discharge summary", None),
        ("", None),
    ],
)
def test_words_tell_a_type_where_they_name_one_and_no_other(
    words: str, kind: NoteType | None
) -> None:
    assert note_type(words=[words]) is kind


def test_a_code_goes_before_words() -> None:
    assert note_type(["", "18842-5"], ["Consult"]) is NoteType.DISCHARGE_SUMMARY


@pytest.mark.parametrize(
    ("text", "title", "kind"),
    [
        ("The patient", "Consult of cardiology", NoteType.CONSULTATION),
        (
            "GENERAL HOSPITAL\nDISCHARGE SUMMARY\nThe patient",
            "4711.txt",
            NoteType.DISCHARGE_SUMMARY,
        ),
        ("Seen today.", "4711.txt", None),
    ],
)
def test_where_the_source_says_none_the_title_tells_or_the_first_lines(
    text: str, title: str, kind: NoteType | None
) -> None:
    assert read_note(text, title).note.type is kind


@given(st.text())
def test_no_words_break_it(words: str) -> None:
    assert note_type([words], [words]) in {None, *NoteType}
