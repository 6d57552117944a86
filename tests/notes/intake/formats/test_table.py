"""Tables: every cell as it was written, rows that cannot be read told by number."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import FileFormat
from icd9_review.notes.intake.formats.table import Table, read_csv
from icd9_review.notes.intake.formats.table_limits import ROWS
from icd9_review.notes.intake.reading import read_here as read_file
from tests.notes.intake.formats.made import member, with_members, workbook


def read(data: bytes, name: str = "t.csv") -> Table:
    found = read_file(data, name)
    assert isinstance(found, Table)
    return found


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=5))
def test_csv_gives_back_every_cell(rows: list[tuple[str, str]]) -> None:
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    text = "\r\n".join(["encounter,note", *(",".join(row) for row in quoted)])
    kept = [row for row in rows if any(map(str.strip, row))]
    if kept:
        assert [row.cells for row in read_csv(text, "t").rows] == kept


def test_a_cell_may_hold_a_long_note_of_several_lines() -> None:
    note = "line\n" * 30_000
    found = read(f'id,note\n1,"{note}"\n2,x\n'.encode())
    assert found.rows[0].cells == ("1", note)
    assert found.rows[1].number == 3


def test_a_row_with_too_many_cells_is_told_and_the_others_are_read() -> None:
    found = read(b"encounter,note\n1,CHF\n2,CHF, AF\n3,COPD\n")
    assert [row.cells[0] for row in found.rows] == ["1", "3"]
    assert found.problems == ((3, "has 3 cells and the header 2; quote the text"),)


def test_a_short_row_has_empty_cells() -> None:
    assert read(b"encounter,note,age\n1,CHF\n2,AF,7\n").rows[0].cells == ("1", "CHF", "")


def test_columns_of_the_same_name_are_told_apart() -> None:
    assert read(b"note,note,\nx,y,z\n").columns == ("note", "note (2)", "column 3")


@pytest.mark.parametrize("data", [b'id,note\n1,"CHF\n', b'id,note\n"1"x,CHF\n'])
def test_csv_with_wrong_quotes_is_refused(data: bytes) -> None:
    with pytest.raises(NoteError, match=r'^"t" is not well-formed CSV'):
        read_csv(data.decode(), "t")


def test_a_text_with_a_very_long_first_line_is_no_table() -> None:
    line = ",".join(f"cell {n}" for n in range(10_000))
    assert not isinstance(read_file(f"{line}\n1,2\n".encode(), "t.txt"), Table)


def test_a_header_alone_is_refused() -> None:
    with pytest.raises(NoteError, match="no row below its header"):
        read_csv("id,note\n", "t")


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(NoteError, match="has more than 50,000 rows"):
        read_csv("id,note\n" + "1,x\n" * (ROWS + 1), "t")


def test_a_workbook_is_read_as_people_see_it() -> None:
    found = read(
        workbook(
            [
                ["encounter", "note", "age", "admitted", "seen"],
                [1.0, "CHF, AF", 71, date(2014, 3, 12), datetime(2014, 3, 12, 8, 30)],
                [None, None, None, None, None],
                ["=1+1", "=HYPERLINK(1)", True, 1.5, None],
            ]
        ),
        "t.xlsx",
    )
    assert found.format is FileFormat.XLSX
    assert [(row.number, row.cells) for row in found.rows] == [
        (2, ("1", "CHF, AF", "71", "2014-03-12", "2014-03-12T08:30:00")),
        (4, ("", "", "true", "1.5", "")),
    ]


def test_a_workbook_that_declares_a_huge_sheet_is_read_as_it_is() -> None:
    data = workbook([["id", "note"], [1, "CHF"]])
    sheet = member(data, "xl/worksheets/sheet1.xml")
    assert b'ref="A1:B2"' in sheet
    huge = sheet.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    assert len(read(with_members(data, {"xl/worksheets/sheet1.xml": huge}), "t").rows) == 1


def test_an_entity_in_a_workbook_is_refused() -> None:
    data = workbook([["id", "note"], [1, "CHF"]])
    declared = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        with pytest.raises(NoteError, match="document type declaration"):
            read(with_members(data, {name: declared + b"<x>&e;</x>"}), "t.xlsx")


@pytest.mark.parametrize("name", ["xl/workbook.xml", "[Content_Types].xml"])
def test_a_broken_workbook_is_refused(name: str) -> None:
    data = with_members(workbook([["id", "note"], [1, "x"]]), {name: b"<x"})
    with pytest.raises(NoteError, match=r'^"t\.xlsx" is a damaged workbook'):
        read(data, "t.xlsx")


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(NoteError, match="has no sheet with rows"):
        read(workbook([]), "t.xlsx")


def test_json_lines_have_the_columns_of_all_lines() -> None:
    found = read(b'{"id": 1, "note": "CHF"}\n\n{"id": "2", "age": 7, "x": {"y": null}}\n5\n{x\n')
    assert found.columns == ("id", "note", "age", "x")
    assert [(row.number, row.cells) for row in found.rows] == [
        (1, ("1", "CHF", "", "")),
        (3, ("2", "", "7", '{"y": null}')),
    ]
    assert found.problems == ((4, "is not a JSON object"), (5, "is not JSON"))
