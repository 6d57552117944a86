"""A text file in batches, each of which its reader takes for a whole file.

A small file is one batch. A larger one is cut between records: rows, lines or messages. What was
cut off before is told by number, so that people find a row where it stands in their file.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from typing import NamedTuple, TextIO

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats.hl7.fields import begins_message
from icd9_review.notes.intake.formats.tables.table_limits import admit_long_cells
from icd9_review.notes.intake.limits import limits_in_force


class Batch(NamedTuple):
    """Some records, and how many (rows, lines or messages) stand in the file before them."""

    before: int
    text: str


def table_batches(stream: TextIO, title: str, delimiter: str, above: int = 0) -> Iterator[Batch]:
    """Rows of a CSV file, under its header each time, and the rows that stand ``above`` it.

    Empty rows do not count among these. ``stream`` keeps line ends as they are.
    """
    admit_long_cells()
    lines = _Lines(stream, title)
    records = csv.reader(lines, delimiter=delimiter, strict=True)
    start = 0
    while (record := _next(records, title, start + 1)) is not None:
        start += 1
        if _is_filled(record):  # what stands before the header goes before every batch
            if not above:
                break
            above -= 1
    header = lines.take()
    before = number = cut = 0
    filled = False  # a batch of empty rows alone would be a table without rows
    while (record := _next(records, title, start + number + 1)) is not None:
        number += 1
        filled = filled or any(map(str.strip, record))
        if filled and lines.kept >= limits_in_force().batch:
            yield Batch(before, header + lines.take())
            before, filled, cut = number, False, cut + 1
    if filled or not cut:
        yield Batch(before, header + lines.take())


def _is_filled(record: list[str]) -> bool:
    """Whether a record is neither empty nor Excel's line of the separator."""
    return any(map(str.strip, record)) and record[0].lstrip("\ufeff").lower() != "sep="


def line_batches(stream: TextIO, title: str) -> Iterator[Batch]:
    """Lines of a file of JSON lines."""
    return _batches(stream, title, lambda _: True)


def message_batches(stream: TextIO, title: str) -> Iterator[Batch]:
    """HL7 v2 messages. ``stream`` gives every line end as a line feed."""
    return _batches(stream, title, lambda line: begins_message(line.lstrip("\ufeff\x0b\x1c")))


def _batches(stream: TextIO, title: str, begins: Callable[[str], bool]) -> Iterator[Batch]:
    lines = _Lines(stream, title)
    before = number = 0
    for line in lines:
        if begins(line):
            if lines.kept - len(line) >= limits_in_force().batch:
                yield Batch(before, lines.take(but=line))
                before = number
            number += 1
    if lines.kept:
        yield Batch(before, lines.take())


class _Lines:
    """The lines of a text, which are kept until they are taken."""

    def __init__(self, stream: TextIO, title: str) -> None:
        self._stream = stream
        self._title = title
        self._lines: list[str] = []
        self.kept = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        longest = limits_in_force().whole
        line = self._stream.readline(longest + 1)
        if len(line) > longest or self.kept > longest:
            raise NoteError(
                f'"{self._title}" has a record of more than {longest:,} characters; '
                "look for a quotation mark or an end of line that is missing."
            )
        if not line:
            raise StopIteration
        self._lines.append(line)
        self.kept += len(line)
        return line

    def take(self, but: str = "") -> str:
        """The lines that are kept; ``but`` is the last one, which stays."""
        if but:
            self._lines.pop()
        text = "".join(self._lines)
        self._lines = [but] if but else []
        self.kept = len(but)
        return text


def _next(records: Iterator[list[str]], title: str, number: int) -> list[str] | None:
    """The next record; None after the last one."""
    try:
        return next(records, None)
    except csv.Error:
        raise NoteError(
            f'"{title}" is not well-formed CSV from row {number:,} on; put text with quotation '
            "marks or line ends in quotation marks, and double those inside."
        ) from None
