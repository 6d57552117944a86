"""How large a table may be."""

from __future__ import annotations

import csv

from icd9_review.notes.intake.formats.sizes import check_columns, check_count
from icd9_review.notes.intake.limits import PAGE, limits_in_force

MOST_ROWS = PAGE.rows
MOST_COLUMNS = PAGE.columns
_CELL = 5_000_000  # characters; what a note may have is checked row by row


def admit_long_cells() -> None:
    """Let csv read cells as long as notes are; its own limit is 131,072 characters."""
    csv.field_size_limit(max(csv.field_size_limit(), _CELL))


def check_rows(rows: int, columns: int) -> None:
    """Refuse one too many; the message goes on after the name of the file."""
    check_count(rows - 1, limits_in_force().rows, "rows")
    check_columns(columns)
