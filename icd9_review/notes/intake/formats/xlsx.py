"""The cells of a workbook's first sheet that has any (openpyxl, reading row by row)."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import Any

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats.archive import check_archive
from icd9_review.notes.intake.formats.table_limits import COLUMNS, check_rows


def extract(data: bytes) -> dict[str, Any]:
    """``rows`` of texts, the first one the header, and ``notices``; see ``isolated``.

    Values are those last computed, not formulas; dates are written as ISO 8601.
    """
    check_archive(data)
    import openpyxl  # type: ignore[import-untyped]

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for number, sheet in enumerate(book.worksheets):
            if rows := _rows(sheet):
                return {"rows": rows, "notices": _notices(book, number)}
    except NoteError:
        raise
    except Exception:  # openpyxl lets errors of every kind out for a broken package
        raise NoteError(
            "is a damaged workbook; open it and save it again, or save the sheet as CSV."
        ) from None
    raise NoteError("has no sheet with rows; export the table again.")


def _rows(sheet: Any) -> list[list[str]]:
    sheet.reset_dimensions()  # a file may declare any size
    rows: list[list[str]] = []
    for cells in sheet.iter_rows(max_col=COLUMNS + 1, values_only=True):
        row = [_text(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        if row or rows:
            rows.append(row)
            check_rows(len(rows), len(row))
    while rows and not rows[-1]:
        rows.pop()
    return rows


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


def _notices(book: Any, number: int) -> list[str]:
    return [f"sheet {number + 1} of {len(book.worksheets)} was read"] if book.worksheets[1:] else []
