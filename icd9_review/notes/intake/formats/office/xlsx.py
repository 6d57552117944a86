"""The cells of a workbook's sheets (openpyxl, reading row by row)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats.office.archive import check_archive
from icd9_review.notes.intake.formats.office.ooxml import transitional
from icd9_review.notes.intake.formats.sizes import Tally
from icd9_review.notes.intake.formats.tables.header import rows_above
from icd9_review.notes.intake.formats.tables.table_limits import MOST_COLUMNS

_UNSAVED = re.compile(rb"<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)\s*+(?:<v\s*/>|<v></v>)?\s*+</c>")
_PARTLY_STRUCK = re.compile(rb"<rPr>(?:(?!</?rPr>).)*<strike\s*(?:val=\"1\"\s*)?/>", re.DOTALL)
_HEADER_AND_ROW = 2  # rows of the smallest table; a sheet with less is a title or a form
_SHEET = re.compile(r"xl/(?:worksheets/[^/]+|sharedStrings)\.xml")


def extract(data: bytes) -> dict[str, Any]:
    """``sheets`` (name, rows of texts, their numbers) and ``notices``; see ``isolated``.

    The first sheet with two rows has the header; sheets behind it that have the same one give
    their rows too, without it. Values are those last computed, not formulas; dates are written
    as ISO 8601. Notices go on after the name of the file.
    """
    check_archive(data)
    import openpyxl  # type: ignore[import-untyped]

    notices: dict[str, None] = dict.fromkeys(_remarks(data))
    try:
        content = io.BytesIO(transitional(data))
        book = openpyxl.load_workbook(content, read_only=True, data_only=True)
        sheets = _sheets(book, notices)
    except NoteError:
        raise
    except Exception:  # openpyxl lets errors of every kind out for a broken package
        raise NoteError(
            "is a damaged workbook; open it and save it again, or save the sheet as CSV."
        ) from None
    if not sheets:
        raise NoteError("has no sheet with a row below its header; export the table again.")
    return {"sheets": sheets, "notices": list(notices)}


def _sheets(book: Any, notices: dict[str, None]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    tally = Tally()
    first: list[str] = []
    for sheet in book.worksheets:
        rows = list(_rows(sheet, tally, notices))
        above = rows_above([row for _, row in rows])
        name = str(sheet.title)[:60]
        if len(rows) < _HEADER_AND_ROW:
            if rows:
                notices[f"has a sheet with one row alone, {name!r}; it is left out"] = None
            continue
        header = _names(rows[above][1])
        if sheet.sheet_state != "visible":
            notices[f"has a hidden sheet, {name!r}; it is left out"] = None
        elif found and header != first:
            notices[f"has a sheet with other columns, {name!r}; it is left out"] = None
        else:
            if found and above:  # of the first sheet the table says so
                notices[f"has rows above the header of a sheet, {name!r}; they are left out"] = None
            first = first or header
            taken = rows[above + 1 :] if found else rows
            found.append(
                {"name": name, "numbers": [n for n, _ in taken], "rows": [row for _, row in taken]}
            )
    return found


def _names(header: list[str]) -> list[str]:
    return [" ".join(cell.lower().split()) for cell in header]


def _rows(sheet: Any, tally: Tally, notices: dict[str, None]) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, with their numbers on the sheet."""
    sheet.reset_dimensions()  # a file may declare any size
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
        row = [_shown(cell, notices) for cell in cells]
        while row and not row[-1]:
            row.pop()
        if row:
            tally.take(row)
            yield number, row


def _shown(cell: Any, notices: dict[str, None]) -> str:
    """The text of a cell, unless it is struck."""
    text = _text(cell.value)
    font = getattr(cell, "font", None) if text and getattr(cell, "has_style", False) else None
    if font is not None and font.strike:
        notices["has struck cells; they are left out"] = None
        return ""
    return text


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _remarks(data: bytes) -> Iterator[str]:
    """What openpyxl does not tell, seen in the XML itself; sizes must have been checked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        contents = [archive.read(name) for name in names if _SHEET.fullmatch(name)]
    if any(_UNSAVED.search(content) for content in contents):
        yield "has formulas whose values were not saved; their cells are empty"
    if any(_PARTLY_STRUCK.search(content) for content in contents):
        yield "has partly struck cells; they are read whole, compare them with the original"
    if any(name.startswith(("xl/comments", "xl/threadedComments")) for name in names):
        yield "has comments; they are left out"
    if any(name.startswith("xl/media/") for name in names):
        yield "has pictures; what stands in them is not read"
