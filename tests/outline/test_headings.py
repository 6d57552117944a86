"""Headings that a document declares hold; nothing is guessed where it says where sections end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.notes.text.assertions import assertion
from icd9_review.outline.headings import MARK, without_marks, write_heading
from icd9_review.outline.section_titles import SectionKind
from icd9_review.outline.sections import sections
from icd9_review.values import Assertion


def titles(text: str) -> list[tuple[str, SectionKind]]:
    return [(section.title, section.kind) for section in sections(text)]


def test_a_title_nobody_knows_ends_the_section_before_it() -> None:
    text = (
        f"{write_heading('Family History:', closed=True)}\nFather: stroke.\n\n"
        f"{write_heading('Functional Status:', closed=True)}\nDyspnea."
    )
    assert titles(text) == [
        ("FAMILY HISTORY", SectionKind.FAMILY_HISTORY),
        ("FUNCTIONAL STATUS", SectionKind.OTHER),
    ]
    start = text.index("Dyspnea")
    assert assertion(text, start, start + 7).assertion is Assertion.PRESENT
    start = text.index("stroke")
    assert assertion(text, start, start + 6).assertion is Assertion.FAMILY


def test_a_closed_section_has_no_headings_inside_and_an_open_one_has() -> None:
    body = "\nFAMILY HISTORY:\nMother had gout.\n"
    assert len(titles(write_heading("Assessment", closed=True) + body)) == 1
    assert [title for title, _ in titles(write_heading("Progress note") + body)] == [
        "PROGRESS NOTE",
        "FAMILY HISTORY",
    ]


def test_what_the_code_says_decides_where_the_title_says_something_else() -> None:
    assert write_heading("Past Medical History:", "Past Medical History") == (
        f"{MARK}Past Medical History:"
    )
    line = write_heading("Antecedentes:", "Family History")
    assert line == f"{MARK}Antecedentes [Family History]:"
    assert titles(line) == [("ANTECEDENTES [FAMILY HISTORY]", SectionKind.FAMILY_HISTORY)]
    assert titles(write_heading("Diagnosis", "Family History"))[0][1] is SectionKind.FAMILY_HISTORY


@pytest.mark.parametrize("title", ["x" * 300, "What, if: anything; was done? (2014)", "1", "a\nb"])
def test_any_title_is_a_heading(title: str) -> None:
    text = f"Before.\n{write_heading(title)}\nAfter."
    assert len(sections(text)) == 2


@given(st.lists(st.tuples(st.text(min_size=1), st.booleans(), st.text()), max_size=5))
def test_sections_are_the_whole_text_whatever_the_titles(
    parts: list[tuple[str, bool, str]],
) -> None:
    text = "\n".join(
        f"{write_heading(title, closed=closed)}\n{without_marks(body)}"
        for title, closed, body in parts
    )
    found = sections(text)
    assert "".join(text[each.start : each.end] for each in found) == text
