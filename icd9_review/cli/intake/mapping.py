"""What ``--mapping`` says of the columns of tables."""

from __future__ import annotations

from collections.abc import Sequence

from icd9_review.errors import InputError


def parse_mapping(given: Sequence[str]) -> dict[str, str]:
    """The column of each meaning; raises InputError for an unknown one."""
    from icd9_review.notes.intake.column_mapping import ColumnMapping, change_mapping

    parsed = {}
    for each in given:
        meaning, equals, column = each.partition("=")
        if not equals:
            raise InputError(f"--mapping is like note=COLUMN, not {each[:40]!r}")
        parsed[meaning.strip()] = column.strip()
    change_mapping(ColumnMapping(), parsed)  # refuses an unknown meaning
    return parsed
