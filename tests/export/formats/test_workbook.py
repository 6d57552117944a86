"""Workbooks, read by programs that had no part in writing them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl  # type: ignore[import-untyped]
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.cells import neutralise
from icd9_review.export.formats import CellType, ColumnHead, Value, write_xlsx
from tests.export.formats.test_formats import HOSTILE, STARTS, UNSEEN, restore

HEADS = (
    ColumnHead("code"),
    ColumnHead("age", CellType.INTEGER),
    ColumnHead("raw", CellType.NUMBER),
)
CODES = ("038.9", "001.0", "V58.61", "E885.9", "E849.0", "250.00", "00.66", "428.0", "V05.3")


def written(rows: Sequence[Sequence[Value]], **options: int) -> io.BytesIO:
    sink = io.BytesIO()
    write_xlsx(HEADS, rows, sink, **options)
    return sink


def sheets(file: io.BytesIO) -> list[list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(file, read_only=True)
    return [[*sheet.iter_rows(values_only=True)] for sheet in book.worksheets]


def test_a_spreadsheet_keeps_every_code() -> None:
    file = written([(code, None, None) for code in CODES])
    ((_, *rows),) = sheets(file)
    assert tuple(row[0] for row in rows) == CODES
    assert tuple(pd.read_excel(file)["code"]) == CODES


def test_a_spreadsheet_that_is_saved_again_keeps_them_too() -> None:
    book = openpyxl.load_workbook(written([(code, None, None) for code in CODES]))
    assert {cell.number_format for cell in book.active["A"]} == {"@"}
    again = io.BytesIO()
    book.save(again)
    ((_, *rows),) = sheets(again)
    assert tuple(row[0] for row in rows) == CODES


def test_numbers_are_numbers_and_what_is_empty_is_empty() -> None:
    ((header, *rows),) = sheets(written([("486", 67, 0.1 + 0.2), (None, None, -1e-05)]))
    assert header == ("code", "age", "raw")
    assert rows == [("486", 67, 0.1 + 0.2), (None, None, -1e-05)]


def test_an_integer_that_a_spreadsheet_would_round_is_text() -> None:
    ((_, row),) = sheets(written([(None, 10**17, None)]))
    assert row == (None, str(10**17), None)


def test_without_rows_there_is_a_header() -> None:
    assert sheets(written([])) == [[("code", "age", "raw")]]


@pytest.mark.parametrize("count", [4, 5, 8, 9])
def test_what_one_sheet_has_no_room_for_goes_on_on_the_next(count: int) -> None:
    """A sheet of five lines: a header and four rows."""
    found = sheets(written([(str(n), n, None) for n in range(count)], most_rows=5))
    assert [len(rows) for rows in found] == [5] * (count // 4) + [count % 4 + 1] * (count % 4 > 0)
    assert {rows[0] for rows in found} == {("code", "age", "raw")}
    assert [row[1] for rows in found for row in rows[1:]] == [*range(count)]


@pytest.mark.parametrize("hostile", [each for each in HOSTILE if "\x00" not in each])
def test_nothing_is_a_formula_and_everything_reads_back(hostile: str) -> None:
    ((_, row),) = sheets(written([(hostile, None, None)]))
    assert row[0].lstrip(UNSEEN)[:1] not in tuple(STARTS)
    assert restore(row[0]) == hostile


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff_")))
def test_any_text_that_xml_holds_reads_back(text: str) -> None:
    ((_, row),) = sheets(written([(f"x{text}", None, None)]))
    assert row[0] == neutralise(f"x{text}")


def test_what_xml_does_not_hold_is_marked() -> None:
    ((_, row),) = sheets(written([("a\x00b\x1b\ud83dz\uffff", None, None)]))
    assert row[0] == "a\ufffdb\ufffd\ufffdz\ufffd"


def test_what_looks_like_an_escape_of_the_format_is_escaped() -> None:
    with ZipFile(written([("_x0041_ a_b", None, None)])) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "_x005F_x0041_ a_b" in sheet


def test_a_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    ((_, *rows),) = sheets(written([("W" * 32_767, None, None), ("🩺" * 20_000, None, None)]))
    assert rows[0][0] == "W" * 32_767
    assert rows[1][0].endswith("(cut: a cell holds 32,767 characters)")
    assert len(rows[1][0].encode("utf-16-le")) // 2 <= 32_767


def test_every_part_is_xml_and_named_in_the_list_of_parts() -> None:
    with ZipFile(written([("486", 1, 1.0)] * 3, most_rows=3)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))  # noqa: S314
        listed = archive.read("[Content_Types].xml").decode()
        parts = {
            name for name in archive.namelist() if name.startswith("xl/") and "rels" not in name
        }
    assert {name for name in parts if f'"/{name}"' in listed} == parts


def test_equal_rows_are_equal_bytes() -> None:
    assert written([("486", 1, 1.0)]).getvalue() == written([("486", 1, 1.0)]).getvalue()
