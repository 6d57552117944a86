"""Short lists that people hand in as a file: one entry a line, blank lines passed over."""

from __future__ import annotations

import csv
from pathlib import Path

from icd9_review.errors import CorpusError


def read_listing(path: Path) -> list[tuple[int, str]]:
    """The entries with their line numbers, from 1; CorpusError for a file that is no text."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise CorpusError(f"{path} is not UTF-8 text; one entry a line is expected") from None
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror}") from None
    return [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]


def read_column(path: Path, column: str) -> list[tuple[int, str]]:
    """As ``read_listing``; of a CSV whose header names ``column``, the cells below it.

    A row that ends before the column gives an empty text.
    """
    entries = read_listing(path)
    header = [name.strip().lower() for name in _cells(entries[0][1])] if entries else []
    if column not in header:
        return entries
    rows = ((number, dict(zip(header, _cells(line), strict=False))) for number, line in entries[1:])
    return [(number, row.get(column, "").strip()) for number, row in rows]


def _cells(line: str) -> list[str]:
    return next(csv.reader([line]))
