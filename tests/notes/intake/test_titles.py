"""What a pasted note is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.notes.intake.titles import UNTITLED, document_title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("DISCHARGE SUMMARY\nThe patient", "Discharge summary"),
        ("GENERAL HOSPITAL\n\n  ** Operative Report: **\nName", "Operative report"),
        ("H&P\nCC: cough", "History and physical"),
        ("# Progress note\nS: better", "Progress note"),
    ],
)
def test_it_is_called_what_it_says_it_is(text: str, title: str) -> None:
    assert document_title(text) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "ADMISSION DIAGNOSES:\n1. Pneumonia.\nDISCHARGE DIAGNOSES:\n1. Pneumonia.",
            "Discharge summary",
        ),
        ("HISTORY: Cough.\n** Hospital course: Better.", "Discharge summary"),
        ("PREOPERATIVE DIAGNOSIS: Hernia.\nPOSTOPERATIVE DIAGNOSIS: Same.", "Operative report"),
        ("REASON FOR CONSULTATION: Chest pain.", "Consultation"),
        ("PROGRESS NOTE\nHOSPITAL COURSE: Day three, better.", "Progress note"),
    ],
)
def test_else_its_headings_say_what_it_is(text: str, title: str) -> None:
    assert document_title(text) == title


@pytest.mark.parametrize(
    "text",
    [
        "We talked of the discharge diagnoses and the hospital course.",
        "John Smith\nSeen today.",
        "Seen today after the discharge summary was written.",
        "a\nb\nc\nd\ne\nDISCHARGE SUMMARY",
        "",
    ],
)
def test_no_other_words_become_a_title(text: str) -> None:
    assert document_title(text) == UNTITLED


@given(st.text(alphabet=st.characters(categories=["L", "Zs"]), min_size=1, max_size=60))
def test_a_line_of_somebody_is_no_title(words: str) -> None:
    assert document_title(f"Patient {words}") == UNTITLED
