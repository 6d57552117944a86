"""Rows that their source calls wrong: MIMIC's ISERROR, and what other systems write."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Columns that say so by yes or no. MIMIC-III: "A '1' in the ISERROR column indicates that a
# physician has identified this note as an error."
_FLAGS = frozenset(
    {"iserror", "error", "enteredinerror", "isdeleted", "deleted", "voided", "isvoid", "isvoided"}
    | {"retracted", "isretracted", "invalid", "isinvalid", "errorflag", "errorind", "inerror"}
    | {"deletedflag", "isenteredinerror"}
)
_YES = frozenset({"1", "1.0", "y", "yes", "t", "true", "x"})
# Columns that name a state, and the states that take a note back (FHIR, HL7 table 0271).
_STATES = frozenset(
    {"status", "notestatus", "docstatus", "documentstatus", "resultstatus", "recordstatus"}
)
_WITHDRAWN = frozenset(
    {"enteredinerror", "error", "erroneous", "deleted", "cancelled", "canceled", "voided", "void"}
    | {"retracted", "superseded", "ca", "inerror", "nullified", "withdrawn", "rescinded"}
)


def withdrawn(
    columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[frozenset[int], tuple[str, ...]]:
    """Which rows are called wrong, counted from 0, and a notice for each column that says so."""
    found: set[int] = set()
    notices = []
    for place, column in enumerate(columns):
        marks = _marks(_plain(column))
        here = {
            n for n, row in enumerate(rows) if marks and _plain(row[place], "[^a-z0-9.]") in marks
        }
        if here:
            many = "rows" if len(here) > 1 else "row"
            they = "they are" if len(here) > 1 else "it is"
            notices.append(
                f"has {len(here):,} {many} that the source marks as wrong ({column[:40]}); "
                f"{they} left out"
            )
        found |= here
    return frozenset(found), tuple(notices)


def _marks(column: str) -> frozenset[str]:
    if column in _FLAGS:
        return _YES
    return _WITHDRAWN if column in _STATES else frozenset()


def _plain(text: str, dropped: str = "[^a-z0-9]") -> str:
    return re.sub(dropped, "", text.lower())
