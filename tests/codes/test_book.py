"""The way down the code book to a code, and the lines of its indexes that lead there."""

from __future__ import annotations

from pathlib import Path

import pytest

from icd9_review.codes.book import phrases_by_code, way_to
from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.lists import IndexEntry, Lists, SourceName, TabularNotes
from icd9_review.codes.official.release import read_release
from icd9_review.errors import CodeError
from icd9_review.values import Kind

DIAGNOSIS, PROCEDURE = Kind.DIAGNOSIS, Kind.PROCEDURE


def noted(*notes: TabularNotes) -> Lists:
    return Lists(built_in_lists().lists, {note.heading: note for note in notes})


def test_without_the_tabular_list_the_way_leads_by_chapter_and_headers() -> None:
    steps = way_to(DIAGNOSIS, "428.22", built_in_lists())
    assert [(step.heading, step.title) for step in steps][:2] == [
        ("390-459", "Diseases of the circulatory system"),
        ("428", "Heart failure"),
    ]
    assert not any(step.notes for step in steps)


def test_a_section_stands_between_chapter_and_category_with_its_notes() -> None:
    chapter = TabularNotes("390-459", "7. Diseases", excludes=("congenital anomalies",))
    section = TabularNotes("420-429", "Other forms of heart disease")
    code = TabularNotes("428.0", "Congestive heart failure, unspecified", inclusion=("Right",))
    steps = way_to(DIAGNOSIS, "428.0", noted(chapter, section, code))
    assert [step.heading for step in steps] == ["390-459", "420-429", "428", "428.0"]
    assert [step.notes for step in steps] == [chapter, section, None, code]
    assert steps[0].title == "Diseases of the circulatory system"


def test_a_procedure_and_a_header_have_a_way_of_their_own() -> None:
    lists = built_in_lists()
    assert [step.heading for step in way_to(PROCEDURE, "45.23", lists)] == [
        "42-54", "45", "45.2", "45.23",
    ]  # fmt: skip
    assert [step.heading for step in way_to(DIAGNOSIS, "250.0", lists)][-1] == "250.0"
    assert way_to(PROCEDURE, "00.66", lists)[0].heading == "00"


@pytest.mark.parametrize("code", ["", "999999", "<b>"])
def test_what_is_no_code_has_no_way(code: str) -> None:
    with pytest.raises(CodeError):
        way_to(DIAGNOSIS, code, built_in_lists())


def test_each_line_of_an_index_is_found_by_its_code_once_and_in_its_order() -> None:
    entries = (
        IndexEntry("Failure, heart, congestive", "428.0"),
        IndexEntry("Failure, heart", "428.9"),
        IndexEntry("Decompensation, heart", "428.0"),
        IndexEntry("Failure, heart, congestive", "428.0"),
    )
    lists = Lists(built_in_lists().lists, indexes={SourceName.INDEX: entries})
    assert phrases_by_code(lists)[DIAGNOSIS, "428.0"] == (
        "Failure, heart, congestive",
        "Decompensation, heart",
    )
    assert phrases_by_code(built_in_lists()) == {}


@pytest.mark.reference
def test_the_official_lists_lead_to_heart_failure(reference_data: Path) -> None:
    lists = built_in_lists()
    for name in ("Dtab12.zip", "Dindex12.zip"):
        file = reference_data / "icd9cm" / name
        lists = lists.with_release(read_release(file))
    steps = way_to(DIAGNOSIS, "428.0", lists)
    assert [step.heading for step in steps] == ["390-459", "420-429", "428", "428.0"]
    assert (
        "Failure, failed, heart, congestive (compensated) (decompensated)"
        in (phrases_by_code(lists)[DIAGNOSIS, "428.0"])
    )
