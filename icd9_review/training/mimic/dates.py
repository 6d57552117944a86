"""Dates as MIMIC-III writes them, shifted into the years 2100 to 2200 and beyond pandas' range.

Johnson et al. 2016: every patient's dates are moved by an offset of their own, and the birth
of patients older than 89 to about 300 years before their first admission.
"""

from __future__ import annotations

import re
from datetime import date

from icd9_review.training.mimic.tables import MimicRow

_FORM = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?: [0-9]{2}:[0-9]{2}:[0-9]{2})?")
_SPREADSHEET = re.compile(r"[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{2,4}( .*)?")
_HIDDEN = 90  # ages from here on are told as one; as HIPAA has it, 45 CFR 164.514(b)(2)(i)(C)


def read_date(row: MimicRow, column: str) -> date:
    """The day of a cell such as 2164-10-23 21:09:00 or 2164-10-23.

    Raises CorpusError naming table, line and column; a date that a spreadsheet rewrote
    (10/23/64 21:09) has lost its century and cannot be put right.
    """
    cell = row.cells[column].strip()
    match = _FORM.fullmatch(cell)
    if match:
        try:
            return date.fromisoformat(match[1])
        except ValueError:
            raise row.error(column, f"{cell} is no day of the calendar") from None
    what = "no date of MIMIC-III"
    if _SPREADSHEET.fullmatch(cell):
        what = f"{cell[:20]!r} was rewritten by a spreadsheet and has lost its century"
    raise row.error(
        column,
        f"{what}; dates are written 2164-10-23 21:09:00. Take the file as PhysioNet gives it",
    )


def age_in_years(born: date, day: date) -> int:
    """Completed years; below zero for a day before the birth."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_band(years: int) -> str:
    """The band of an age; "unknown" for one below zero."""
    if years < 0:
        return "unknown"
    if years >= _HIDDEN:
        return "90+"
    # By judgement: children, adults, 65 and over as Medicare has it; above 89 MIMIC-III hides ages.
    bands = ((80, "80-89"), (65, "65-79"), (45, "45-64"), (18, "18-44"), (1, "1-17"))
    return next((band for least, band in bands if years >= least), "0")
