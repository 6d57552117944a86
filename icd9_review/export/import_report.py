"""What became of imported files, row by row, as CSV for people to mend their tables by."""

from __future__ import annotations

import csv
from collections.abc import Iterable

from icd9_review.export.formats import Encoder, Sink, neutralise
from icd9_review.store.intake.imports import Line

COLUMNS = ("file", "place", "result", "encounter", "added", "changed", "reason")


def write_report(lines: Iterable[tuple[str, Line]], sink: Sink) -> None:
    """A line for each encounter and each refused row, with the file it stood in."""
    writer = csv.writer(Encoder(sink))
    writer.writerow(COLUMNS)
    for file, line in lines:
        cells = (
            file,
            line.place,
            line.result.value,
            line.label,
            line.added,
            line.changed,
            line.reason,
        )
        writer.writerow([neutralise(cell) for cell in cells])
