"""The header of a table: which row it is, and what its names mean."""

from __future__ import annotations

import pytest

from icd9_review.notes.intake.column_mapping import guess_mapping
from icd9_review.notes.intake.formats.tables.header import (
    NAMES,
    delimiter_of,
    find_header,
    header_cells,
    plain_name,
    rows_above,
)


@pytest.mark.parametrize("meaning", NAMES)
def test_every_name_of_a_column_is_found_however_it_is_written(meaning: str) -> None:
    for name in NAMES[meaning].split():
        assert plain_name(name) == name
        first = next(each for each, names in NAMES.items() if name in names.split())
        assert getattr(guess_mapping([name.upper()]), first) == name.upper()


def test_two_known_names_below_a_title_are_the_header() -> None:
    assert rows_above([["Ward 3"], ["text", "admitted_on"], ["Cough.", "2014-03-12"]]) == 1


@pytest.mark.parametrize(
    ("text", "above"),
    [
        ("encounter;note\n1;CHF\n", 0),
        ("Ward 3;;\n;;\nencounter;note;age\n1;CHF;71\n", 1),
        ('"Ward 3\nof three";;\nencounter;note;age\n1;CHF;71\n', 1),
        ("sep=;\nWard 3\nMarch\nencounter;note\n1;CHF\n", 2),
    ],
)
def test_rows_above_the_header_are_counted_as_csv_tells_them(text: str, above: int) -> None:
    place = find_header(text)
    assert (place.above, place.followed) == (above, True)
    assert header_cells(text)[:2] == ("encounter", "note")
    assert delimiter_of(text) == ";"


def test_a_header_alone_is_followed_by_nothing() -> None:
    assert not find_header("Ward 3\nencounter,note\n").followed
    assert not find_header("encounter,note\n\n").followed


def test_a_name_of_two_meanings_is_the_second_where_another_column_is_the_first() -> None:
    found = guess_mapping(["visit_id", "account_number", "title", "note_type"])
    assert (found.encounter, found.account) == ("visit_id", "account_number")
    assert (found.title, found.type) == ("title", "note_type")
