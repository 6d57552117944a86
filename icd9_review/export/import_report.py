"""What became of imported files, row by row, as CSV for people to mend their tables by."""

from __future__ import annotations

import csv
from collections.abc import Iterable

from icd9_review.cells import neutralise
from icd9_review.export.formats import Encoder, Sink
from icd9_review.store.intake.imports import ImportLine

REPORT_COLUMNS = ("file", "place", "result", "encounter", "added", "changed", "reason")


class ImportReport:
    """A line for each encounter, refused row and notice, with the file it is of, as they come."""

    def __init__(self, sink: Sink) -> None:
        self._writer = csv.writer(Encoder(sink))
        self._writer.writerow(REPORT_COLUMNS)

    def write(self, file: str, line: ImportLine) -> None:
        cells = (
            file,
            line.place,
            line.result.value,
            line.label,
            line.added,
            line.changed,
            line.reason,
        )
        self._writer.writerow([neutralise(cell) for cell in cells])


def write_import_report(lines: Iterable[tuple[str, ImportLine]], sink: Sink) -> None:
    """The whole report of an import that is over."""
    report = ImportReport(sink)
    for file, line in lines:
        report.write(file, line)
