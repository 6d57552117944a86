"""The lists of complications and comorbidities: IPPS tables 6I (MCC) and 6J (CC) of CMS.

CMS publishes each as text and as a workbook: a title, a line of headings, then a code without its
dot and its description. What the table has behind these (exclusions by the principal diagnosis)
is not taken.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from icd9_review.codes.lists import ListName, ListOrigin, Provenance, Release, SourceName
from icd9_review.codes.official.code_lists import read_listed
from icd9_review.errors import CodeListError
from icd9_review.values import Kind

_TITLE = re.compile(
    r"\btable\s+6(?P<table>[IJ])\b|\bcomplete\s+(?:list\s+of\s+)?(?P<rank>M?CCs?)\b", re.IGNORECASE
)
_YEAR = re.compile(r"(?:FY|fiscal year)[\s_-]*(20[01][0-9])", re.IGNORECASE)
_HEAD = 10  # lines in which title and headings stand; CMS has two or three
_LARGEST = 64 * 1024 * 1024  # bytes that a workbook may unpack to
_WORKBOOK: Final = "xl/workbook.xml"
_NAMES = {
    "MCC": (SourceName.MCC, ListName.MCC, "6I, complete MCC list"),
    "CC": (SourceName.CC, ListName.CC, "6J, complete CC list"),
}

_Row = Sequence[object]


def is_excel(data: bytes) -> bool:
    """Whether a file is a workbook of Excel."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _WORKBOOK in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError):
        return False


def workbook_rows(data: bytes) -> list[_Row]:
    """The rows of a workbook's first sheet. Raises CodeListError for a damaged one."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                raise CodeListError(f"it unpacks to more than {_LARGEST // 1024 // 1024} MB")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    except CodeListError:
        raise
    except Exception:  # openpyxl lets errors of every kind out for a broken package
        raise CodeListError("the workbook is damaged or encrypted") from None


def text_rows(lines: Sequence[str]) -> list[_Row]:
    """The rows of a text whose cells are parted by tabs, or else by commas.

    Raises CodeListError for one that no table can be.
    """
    tabbed = any("\t" in line for line in lines[:_HEAD])
    try:
        return [tuple(row) for row in csv.reader(lines, delimiter="\t" if tabbed else ",")]
    except csv.Error:
        raise CodeListError("its first line is the header of no known list") from None


def read_complications(rows: Sequence[_Row], digest: str, name: str) -> Release | None:
    """The list in some rows; None where their title is of neither table.

    ``name`` is that of the file, in which the year may stand. Raises CodeListError for a list
    without headings or codes, and for a code that version 32 does not hold.
    """
    head = [" ".join(_text(cell) for cell in row) for row in rows[:_HEAD]]
    titled = next((found for line in head if (found := _TITLE.search(line))), None)
    if titled is None:
        return None
    rank = (titled["rank"] or "").upper().rstrip("S")
    mcc = titled["table"] in ("I", "i") if titled["table"] else rank == "MCC"
    source, listed, words = _NAMES["MCC" if mcc else "CC"]
    year = _YEAR.search(" ".join((*head, name)))
    version = f"IPPS table {words}, {f'FY{year[1]}' if year else 'year not stated'}"
    keys = frozenset(
        read_listed(code, Kind.DIAGNOSIS, number) for number, code in _codes(rows, head)
    )
    if not keys:
        raise CodeListError("it has a title of IPPS table 6I or 6J and no codes")
    return Release(source, Provenance(ListOrigin.OFFICIAL, version, digest), {listed: keys})


def _codes(rows: Sequence[_Row], head: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The first cell of every row below the headings, with its line; footnotes are passed over."""
    start = next((at for at, line in enumerate(head) if _is_heading(rows[at])), None)
    if start is None:
        raise CodeListError("it has a title of IPPS table 6I or 6J and no line of headings")
    for number, row in islice(enumerate(rows, start=1), start + 1, None):
        cells = [cell for cell in row if _text(cell)]
        if len(cells) < 2:
            continue
        if isinstance(cells[0], int | float):
            raise CodeListError(
                f"line {number} has a number in place of a code, whose leading zeros may be lost; "
                "take the text of the same table"
            )
        yield number, _text(cells[0])


def _is_heading(row: _Row) -> bool:
    """Whether a row heads the columns: "Diagnosis Code", "Description"."""
    cells = [_text(cell).lower() for cell in row if _text(cell)]
    return len(cells) > 1 and "code" in cells[0] and _TITLE.search(cells[0]) is None


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
