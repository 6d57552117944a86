"""Which line ends of a note may read as a space, and that everything else stays as it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.outline.flow import flowing_ends

WRAPPED = """HISTORY:
The patient is a man of seventy-nine years who reports that he fell down
  while he walked from the bedroom to the living room. Both legs gave way
and he was taken to the hospital, where pneumonia was found.

ALLERGIES:
None.
"""
TABLE = """\
                     03/12 06:10   03/13 05:55   03/14 06:02   Reference
Sodium                      131           134           138   135-145 mmol/L
Potassium                   5.4           4.9           4.2   3.5-5.0 mmol/L
Creatinine                  2.4           1.9           1.4   0.6-1.2 mg/dL
"""
LINES = st.lists(
    st.sampled_from(
        [*WRAPPED.splitlines(), *TABLE.splitlines(), "", "-" * 72, "PLAN: rest", "* one", "\t"]
    ),
    max_size=12,
).map("\n".join)


def flow(text: str) -> str:
    """A text as it reads where its wrapped lines flow."""
    for start, end in reversed(flowing_ends(text)):
        text = f"{text[:start]} {text[end:]}"
    return text


def test_wrapped_lines_of_a_paragraph_read_on_as_one() -> None:
    assert flow(WRAPPED).splitlines() == [
        "HISTORY:",
        "The patient is a man of seventy-nine years who reports that he fell down while he walked "
        "from the bedroom to the living room. Both legs gave way and he was taken to the hospital, "
        "where pneumonia was found.",
        "",
        "ALLERGIES:",
        "None.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        TABLE.replace("   ", "\t"),
        "| test | of the first day | of the second day | of the last day | unit |\n"
        "| sodium | one hundred thirty-one | one hundred thirty-four | 138 | mmol/L |\n",
        "Discharge diagnoses of this stay, in the order in which they were found\n" + "-" * 72,
        "He took lisinopril every day until the first of March of the same year.\n"
        "ALLERGIES: none known to the patient or to his wife, who was there too.\n",
        "1. Acute kidney injury, which had resolved on the day of the discharge\n"
        "2. Hyponatremia, which had resolved likewise\n",
    ],
    ids=["columns", "tabs", "bars", "rule", "heading", "items"],
)
def test_what_a_reader_needs_as_it_stands_stays(text: str) -> None:
    assert flow(text) == text


@given(LINES)
def test_only_white_space_around_one_line_end_is_taken_for_a_space(text: str) -> None:
    behind = 0
    for start, end in flowing_ends(text):
        assert behind <= start < end
        assert text[start:end].isspace()
        assert text[start:end].count("\n") == 1
        behind = end
