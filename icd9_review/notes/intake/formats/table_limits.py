"""How large a table may be."""

from __future__ import annotations

from icd9_review.errors import NoteError

ROWS = 50_000
COLUMNS = 200


def check_rows(rows: int, columns: int) -> None:
    """Refuse one too many; the message goes on after the name of the file."""
    if rows > ROWS + 1:
        raise NoteError(f"has more than {ROWS:,} rows; split it into several files.")
    if columns > COLUMNS:
        raise NoteError(f"has more than {COLUMNS} columns; leave out those intake does not need.")
