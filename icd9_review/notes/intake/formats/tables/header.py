"""Where the header of a table stands, and by which names it is told.

Reports have a title above their tables: rows in which a single cell is filled. They are passed over
where a row with two names of columns that intake knows comes after them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

DELIMITERS = (",", ";", "\t", "|")
SEPARATOR = re.compile(r"\A\ufeff?sep=(.)\r?\n", re.IGNORECASE)  # Excel's own line
NAMES = {
    "note": "note text notetext notebody body report content documenttext transcription",
    "encounter": "encounter encounterid visit visitid visitnumber hadmid admissionid stayid "
    "accountnumber csn case caseid",
    "note_id": "noteid documentid docid reportid rowid",
    "title": "title notetitle notetype type category description documenttype documentname",
    "setting": "setting caresetting class patientclass encounterclass encountertype",
    "age": "age ageyears patientage",
    "sex": "sex gender patientsex",
    "admitted": "admitted admit admission admissiondate admitdate admittime admittedon visitdate "
    "startdate date",
    "discharged": "discharged disch discharge dischargedate dischargetime dischtime enddate",
    "team": "",  # never guessed: what others call a team need not be one here
    "account": "account accountnumber accountno accountid acct acctno patientaccount har",
    "service": "service medicalservice hospitalservice specialty department dept",
    "payer": "payer payor primarypayer payername insurance insurancename financialclass",
    "type": "notetype documenttype doctype type category",
    "author": "author authorname noteauthor dictatedby signedby provider providername physician",
    "written": "notedate documentdate reportdate chartdate charttime written authored dictated",
}
"""What a column can mean, in the order to ask for it, and its ``plain_name`` in tables."""

_KNOWN = frozenset(name for names in NAMES.values() for name in names.split())
_ENOUGH = 2  # names that are known: text with a comma in a table of one column may have one
_MOST_ABOVE = 10  # rows of a title, by judgement
LONGEST_HEADER = 100_000
"""Characters of a file in which its header stands, with what is above it; by judgement."""


def plain_name(name: str) -> str:
    """A name without case, spaces and signs.

    >>> plain_name("Note text:")
    'notetext'
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())


def rows_above(rows: Sequence[Sequence[str]]) -> int:
    """How many rows stand above the header, of rows none of which is empty.

    >>> rows_above([["Ward 3"], ["encounter", "note"], ["1", "CHF"]])
    1
    >>> rows_above([["note"], ["Report", "normal"]])
    0
    """
    for number, row in enumerate(rows[: _MOST_ABOVE + 1]):
        filled = [plain_name(cell) for cell in row if cell.strip()]
        if len(filled) > 1:
            return number if len(_KNOWN.intersection(filled)) >= _ENOUGH else 0
    return 0


@dataclass(frozen=True, slots=True)
class HeaderPlace:
    """Where the header of CSV stands, among the rows that are not empty.

    ``above`` counts those before it, ``written`` is the header as it stands in the file, and
    ``followed`` says whether there is another row.
    """

    above: int
    written: str
    followed: bool


def find_header(text: str) -> HeaderPlace:
    """The header of CSV: rows are told as csv tells them, since a title may have several lines."""
    beginning = SEPARATOR.sub("", text[:LONGEST_HEADER]).lstrip("\ufeff")
    for mark in DELIMITERS:
        rows = list(islice(_filled_rows(beginning, mark), _MOST_ABOVE + 2))
        if above := rows_above([cells for cells, _ in rows]):
            return HeaderPlace(above, rows[above][1], len(rows) > above + 1)
    lines = [line for line in beginning.splitlines() if line.strip()][:2]
    return HeaderPlace(0, lines[0] if lines else "", len(lines) > 1)


def header_cells(text: str) -> tuple[str, ...]:
    """The names of the columns of CSV."""
    cells = _cells(find_header(text).written, delimiter_of(text))
    return tuple(cell.strip() for cell in cells)


def delimiter_of(text: str) -> str:
    """The one that is declared, else the one that cuts the header into most cells."""
    if declared := SEPARATOR.match(text):
        return declared[1]
    header = find_header(text).written
    return max(DELIMITERS, key=lambda mark: len(_cells(header, mark)))


def _filled_rows(text: str, mark: str) -> Iterator[tuple[list[str], str]]:
    """The rows of CSV that are not empty, each with the lines it is written in."""
    lines = list(io.StringIO(text, newline=""))
    records = csv.reader(lines, delimiter=mark)
    start = 0
    for cells in records:
        written = "".join(lines[start : records.line_num])
        start = records.line_num
        if any(map(str.strip, cells)):
            yield cells, written


def _cells(header: str, mark: str) -> list[str]:
    return next(csv.reader(io.StringIO(header, newline=""), delimiter=mark), [])
