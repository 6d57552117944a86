"""Where the header of a table stands, and by which names it is told.

Reports have a title above their tables: rows in which a single cell is filled. They are passed over
where a row with two names of columns that intake knows comes after them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

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
    "admitted": "admitted admit admission admissiondate admitdate admittime admitted_on visitdate "
    "startdate date",
    "discharged": "discharged disch discharge dischargedate dischargetime dischtime enddate",
}
"""What a column can mean, in the order to ask for it, and how tables call it."""

_KNOWN = frozenset(name for names in NAMES.values() for name in names.split())
_ENOUGH = 2  # names that are known: text with a comma in a table of one column may have one
_MOST_ABOVE = 10  # rows of a title, by judgement
_LINE = 100_000  # characters that may stand in the header


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


def split_above(text: str) -> tuple[list[str], str]:
    """The lines of CSV above its header that are not empty, and the line of the header."""
    beginning = SEPARATOR.sub("", text[:_LINE]).lstrip("\ufeff")
    lines = [line for line in beginning.splitlines() if line.strip()]
    lines = lines[: _MOST_ABOVE + 1]
    for mark in DELIMITERS:
        rows = [next(csv.reader([line], delimiter=mark), []) for line in lines]
        if above := rows_above(rows):
            return lines[:above], lines[above]
    return [], lines[0] if lines else ""


def delimiter_of(text: str) -> str:
    """The one that is declared, else the one that cuts the header into most cells."""
    if declared := SEPARATOR.match(text):
        return declared[1]
    header = split_above(text)[1]
    return max(DELIMITERS, key=lambda mark: len(next(csv.reader([header], delimiter=mark), [])))
