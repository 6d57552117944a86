"""Tables: every cell as it was written, rows that cannot be read told by number."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from datetime import date, datetime

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font  # type: ignore[import-untyped]

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import FileFormat
from icd9_review.notes.intake.formats.tables.table import Table, read_csv
from icd9_review.notes.intake.formats.tables.table_limits import MOST_ROWS
from icd9_review.notes.intake.limits import PAGE, under
from icd9_review.notes.intake.reading import read_here as read_file
from icd9_review.notes.intake.reading import read_parts
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
    found = read(b"note,note,\nx,y,z\n")
    assert found.columns == ("note", "note (2)", "column 3")
    assert found.notices == (
        "\"t.csv\" has 2 columns named 'note'; the first is taken unless you choose.",
    )


@pytest.mark.parametrize("data", [b"[]", b"{}", b"[{}, {}]"])
def test_json_without_a_note_says_so(data: bytes) -> None:
    with pytest.raises(NoteError, match="JSON without an object of a note"):
        read(data, "t.json")


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
        read_csv("id,note\n" + "1,x\n" * (MOST_ROWS + 1), "t")


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
    with pytest.raises(NoteError, match="has no sheet with a row below its header"):
        read(workbook([]), "t.xlsx")


def test_json_lines_have_the_columns_of_all_lines() -> None:
    found = read(b'{"id": 1, "note": "CHF"}\n\n{"id": "2", "age": 7, "x": {"y": null}}\n5\n{x\n')
    assert found.columns == ("id", "note", "age", "x")
    assert [(row.number, row.cells) for row in found.rows] == [
        (1, ("1", "CHF", "", "")),
        (3, ("2", "", "7", '{"y": null}')),
    ]
    assert found.problems == (
        (4, 'it is not a JSON object, as {"note": "…"}; export it again'),
        (5, "it is not well-formed JSON; export it again"),
    )


def many(sheets: dict[str, list[list[object]]], hidden: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name == hidden else "visible"
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


ROW: list[list[object]] = [["id", "note"], [1, "CHF"]]


def test_later_sheets_of_the_same_columns_are_read() -> None:
    found = read(many({"A": ROW, "Empty": [], "B": [["ID", " Note"], [2, "AF"]]}), "t.xlsx")
    assert [(row.place, row.cells) for row in found.rows] == [
        ("row 2", ("1", "CHF")),
        ("sheet 'B', row 2", ("2", "AF")),
    ]
    assert found.notices == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (many({"A": ROW, "Legend": [["code", "title"], [1, "x"]]}), "'Legend'"),
        (many({"A": ROW, "B": ROW}, hidden="B"), "hidden sheet, 'B'"),
    ],
)
def test_a_sheet_that_is_left_out_is_named(data: bytes, said: str) -> None:
    found = read(data, "t.xlsx")
    assert len(found.rows) == 1
    assert said in found.notices[0]


def test_struck_cells_and_formulas_without_a_value_are_said() -> None:
    book = openpyxl.Workbook()
    for row in [["id", "note", "more"], [1, "CHF", "=1+1"], [2, "AF", None]]:
        book.active.append(row)
    book.active["B3"].font = Font(strike=True)
    buffer = io.BytesIO()
    book.save(buffer)
    found = read(buffer.getvalue(), "t.xlsx")
    assert [row.cells[1] for row in found.rows] == ["CHF", ""]
    assert sorted(notice.split(" has ")[1] for notice in found.notices) == [
        "formulas whose values were not saved; their cells are empty.",
        "struck cells; they are left out.",
    ]


def test_a_title_on_a_sheet_before_the_table_is_named_and_comments_are() -> None:
    data = many({"Cover": [["Report of March"]], "Notes": ROW})
    found = read(with_members(data, {"xl/comments/comment1.xml": b"<comments/>"}), "t.xlsx")
    assert [row.cells for row in found.rows] == [("1", "CHF")]
    assert found.notices == (
        '"t.xlsx" has comments; they are left out.',
        "\"t.xlsx\" has a sheet with one row alone, 'Cover'; it is left out.",
    )


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (b'encounter_id,text\r\nE1,"Pneumonia, "left" lobe"\r\nE2,"Gout"\r\n', "row 2 (line 2)"),
        (b'encounter_id;text\nE1;x\nE2;"a\n"b"\n', "row 3 (line 4)"),
        (b'encounter_id\ttext\nE1\t"a\n', "row 2 (line 2)"),
    ],
)
def test_a_wrong_quote_is_refused_with_its_row(data: bytes, row: str) -> None:
    with pytest.raises(NoteError, match=r'^"t\.csv" is not well-formed CSV') as refusal:
        read(data)
    assert row in str(refusal.value)


def test_a_wrong_quote_in_a_large_table_is_refused_with_its_row() -> None:
    data = b'Ward 3\n\nencounter,note\n1,CHF\n2,"AF" old\n'
    with under(replace(PAGE, batch=10)), pytest.raises(NoteError, match=r"from row 5 on"):
        list(read_parts(io.BytesIO(data), "t.csv"))


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfencounter,note\n1,CHF\n",
        "encounter,note\n1,CHF\n".encode("utf-16"),
        b"sep=;\r\nencounter;note\r\n1;CHF\r\n",
        b"sep=|\nencounter|note\n1|CHF\n",
        b"\n\nencounter,note\n1,CHF\n",
    ],
)
def test_marks_before_the_header_are_none_of_its_names(data: bytes) -> None:
    found = read(data)
    assert (found.columns, found.rows[0].cells) == (("encounter", "note"), ("1", "CHF"))


def test_an_encoding_that_is_a_guess_is_said() -> None:
    found = read("encounter,note\n1,Ménière\n".encode("cp1252"))
    assert found.rows[0].cells[1] == "Ménière"
    assert "read as Windows-1252" in found.notices[0]


def test_a_text_where_the_header_should_be_is_refused() -> None:
    with pytest.raises(NoteError, match="a text where the names of its columns should stand"):
        read(f"1,{'word ' * 60}\n2,AF\n".encode())


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        ("ISERROR", "1", False),
        ("ISERROR", "", True),
        ("ISERROR", "0", True),
        ("entered_in_error", "true", False),
        ("Deleted", "Y", False),
        ("status", "entered-in-error", False),
        ("Note Status", "Voided", False),
        ("status", "In Error", False),
        ("error_flag", "Y", False),
        ("void", "Y", True),
        ("status", "final", True),
        ("error code", "1", True),
    ],
)
def test_rows_that_the_source_calls_wrong_are_left_out_and_counted(
    column: str, value: str, kept: bool
) -> None:
    found = read(f"encounter,note,{column}\n1,CHF,{value}\n2,AF,\n".encode())
    assert len(found.rows) == 1 + kept
    assert [" 1 row that the source marks as wrong" in each for each in found.notices] == (
        [] if kept else [True]
    )


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<p>Gout &amp; AF.<br>Home</p>", "Gout & AF.\nHome"),
        (r"{\rtf1\ansi Gout\par AF}", "Gout\nAF"),
        (r"{\rtf1\ansi ≥ 38°, “rales”}", "≥ 38°, “rales”"),
        ("BP <120, HR >60", "BP <120, HR >60"),
        ("Na &lt; 130 &amp; gout", "Na < 130 & gout"),
    ],
)
def test_markup_in_a_cell_is_read_as_text(cell: str, text: str) -> None:
    assert read(f'encounter,note\n1,"{cell}"\n'.encode()).rows[0].cells[1] == text


@pytest.mark.parametrize(
    "cell",
    [
        "<note><text>CHF</text></note>",
        "MSH|^~|A\nOBX|1|TX|||CHF",
        base64.b64encode(b"%PDF-1.4 and some more").decode(),
    ],
)
def test_a_cell_that_holds_a_file_is_refused_with_its_row(cell: str) -> None:
    found = read(f'encounter,note\n1,"{cell}"\n2,AF\n'.encode())
    assert [row.cells[1] for row in found.rows] == ["AF"]
    assert found.problems[0][0] == 2
    assert "instead of text" in found.problems[0][1]


def test_an_object_around_a_list_of_notes_is_that_list() -> None:
    found = read(b'{"count": 2, "notes": [{"id": 1, "note": "CHF"}, {"id": 2, "note": "AF"}]}')
    assert [row.cells for row in found.rows] == [("1", "CHF"), ("2", "AF")]


TITLED: list[list[object]] = [
    ["Ward 3, March"],
    ["encounter_id", "age", "note"],
    ["1", "71", "CHF"],
    ["2", "", "AF"],
]


@pytest.mark.parametrize(
    "data",
    [
        b'"Ward 3, March"\nencounter_id,age,note\n1,71,CHF\n2,,AF\n',
        b'"Ward 3, March",,\r\nencounter_id,age,note\r\n1,71,CHF\r\n2,,AF\r\n',
        b"Ward 3, March;;\n\nencounter_id;age;note\n1;71;CHF\n2;;AF\n",
        b"sep=;\nWard 3, March\nencounter_id;age;note\n1;71;CHF\n2;;AF\n",
        workbook(TITLED),
        workbook([[], *TITLED]),
    ],
)
@pytest.mark.parametrize("name", ["t.csv", "t"])
def test_a_title_above_the_header_is_passed_over_and_said(data: bytes, name: str) -> None:
    found = read(data, name)
    assert found.columns == ("encounter_id", "age", "note")
    assert [row.cells for row in found.rows] == [("1", "71", "CHF"), ("2", "", "AF")]
    assert found.notices == (f'"{name}" has a row above its header; it is left out.',)


def test_rows_below_a_title_keep_the_numbers_of_their_file() -> None:
    assert [row.number for row in read(workbook(TITLED)).rows] == [3, 4]
    assert [row.number for row in read(b"Ward\nof three\nencounter,note\n1,CHF\n").rows] == [4]


def test_later_sheets_may_have_a_title_of_their_own() -> None:
    found = read(many({"A": TITLED, "B": [["Ward 4"], *TITLED[1:]], "C": TITLED[1:]}))
    assert len(found.rows) == 6
    assert set(found.notices) == {
        '"t.csv" has a row above its header; it is left out.',
        "\"t.csv\" has rows above the header of a sheet, 'B'; they are left out.",
    }


@pytest.mark.parametrize(
    ("data", "columns"),
    [
        (b"note\nReport, normal\n", ("note",)),
        (b"a,b\n1,2\n", ("a", "b")),
        (b"Ward\na,b\n1,2\n", ("Ward",)),
        (b"Ward,3\nencounter,note\n1,2\n", ("Ward", "3")),
    ],
)
def test_a_row_that_may_be_the_header_is_none_above_it(
    data: bytes, columns: tuple[str, ...]
) -> None:
    assert read_csv(data.decode(), "t.csv").columns == columns


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("Ward 3\n", 3),
        ("Ward 3,\n,\n", 4),  # as a spreadsheet writes an empty row below its title
        ('"Ward 3\nof three",\n', 3),
    ],
)
def test_a_large_table_with_a_title_has_it_above_every_batch(title: str, first: int) -> None:
    rows = "".join(f"{number},note {number}\n" for number in range(40))
    data = f"{title}encounter,note\n{rows}".encode()
    with under(replace(PAGE, batch=100)):
        parts = [part for part in read_parts(io.BytesIO(data), "t.csv") if isinstance(part, Table)]
    assert len(parts) > 2
    assert {part.columns for part in parts} == {("encounter", "note")}
    assert [row.number for part in parts for row in part.rows] == list(range(first, first + 40))
    assert [notice for part in parts for notice in part.notices] == [
        '"t.csv" has a row above its header; it is left out.'
    ]
