"""The code book on the workbench, with and without the official lists."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.book import phrases_by_code
from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.lists import IndexEntry, Lists, SourceName, TabularNotes
from icd9_review.notes.text.phrases import Phrases
from icd9_review.ui.reference import Reference
from icd9_review.ui.workbench.book.presenting import BookRequest, present_book, read_book
from icd9_review.ui.workbench.book.view import BookView
from icd9_review.values import Kind
from tests.indexes import built_in_index

DIAGNOSIS, PROCEDURE = Kind.DIAGNOSIS, Kind.PROCEDURE
NOTES = (
    TabularNotes("420-429", "OTHER FORMS OF HEART DISEASE"),
    TabularNotes("428", "Heart failure", code_first=("Code hypertension first (402)",)),
    TabularNotes(
        "428.0", "Congestive", includes=("one",), inclusion=("two",), excludes=("x" * 2_000,)
    ),
)


def book(
    code: str,
    kind: Kind = DIAGNOSIS,
    notes: tuple[TabularNotes, ...] = (),
    index: tuple[IndexEntry, ...] = (),
) -> BookView:
    lists = Lists(
        built_in_lists().lists,
        {note.heading: note for note in notes},
        {SourceName.INDEX: index} if index else {},
    )
    reference = Reference("1", lists, built_in_index(), Phrases({}), phrases_by_code(lists))
    return present_book(BookRequest(7, (kind, code)), reference)


def sent(**changes: Any) -> dict[str, Any]:
    return {"id": 7, "encounter": "e1", "key": "diagnosis:428.0", **changes}


def test_a_question_is_read_as_it_was_sent() -> None:
    assert read_book(sent(), "e1") == BookRequest(7, (DIAGNOSIS, "428.0"))


@pytest.mark.parametrize(
    "raw",
    [None, "428.0", [], {}, sent(id="7"), sent(id=True), sent(key="428.0"), sent(encounter="e2")],
)
def test_what_is_no_question_of_this_page_is_passed_over(raw: object) -> None:
    assert read_book(raw, "e1") is None


def test_each_step_has_its_notes_under_their_names() -> None:
    found = book("428.0", notes=NOTES)
    assert [step.heading for step in found.steps] == ["390-459", "420-429", "428", "428.0"]
    assert found.steps[1].title == "Other forms of heart disease"
    assert found.steps[2].lines == (("Code first", "Code hypertension first (402)"),)
    (includes, excludes) = found.steps[3].lines
    assert includes == ("Includes", "two; one")
    assert excludes[0] == "Excludes"
    assert excludes[1].endswith("x…")
    assert len(excludes[1]) < 1_000
    assert [rule.number for rule in found.rules] == [9, 11, 13, 14, 28]


def test_the_index_leads_to_the_code_and_then_to_the_header_that_leaves_its_digit() -> None:
    entries = (
        IndexEntry("Diabetes", "250.0"),
        IndexEntry("Diabetes, steroid", "250.02"),
        *(IndexEntry(f"Sugar, {number}", "250.0") for number in range(20)),
    )
    found = book("250.02", index=entries)
    assert found.index[:2] == (("Diabetes, steroid", "250.02"), ("Diabetes", "250.0"))
    assert (len(found.index), found.more) == (12, 10)


def test_without_an_import_it_says_which_command_brings_it() -> None:
    tabular, index = book("428.0").absent
    assert "tabular list of diseases" in tabular
    assert "python -m icd9_review codes import" in tabular
    assert "index" in index
    assert "tabular list of procedures" in book("45.23", PROCEDURE).absent[0]
    assert book("428.0", notes=NOTES, index=(IndexEntry("Dropsy", "428.0"),)).absent == ()


def test_siblings_come_with_what_separates_them() -> None:
    found = book("428.20")
    assert [item.code for item in found.siblings][:3] == ["428.21", "428.22", "428.23"]
    assert found.siblings[0].note == "Acute"
    assert [item.code for item in book("428").siblings][:2] == ["428.0", "428.1"]


def test_a_code_that_the_book_does_not_have_says_so_and_nothing_else() -> None:
    found = book("999999")
    assert (found.title, found.steps, found.siblings, found.rules) == (
        "title not known",
        (),
        (),
        (),
    )


@given(st.sampled_from(Kind), st.text(max_size=12))
def test_nothing_that_a_browser_can_name_raises(kind: Kind, code: str) -> None:
    assert book(code, kind).id == 7
