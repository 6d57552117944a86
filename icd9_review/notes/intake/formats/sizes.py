"""What a file holds, counted before a parser makes objects of it.

Parsers need hundreds of bytes for a separator or a tag that is one byte of the file. Counting them
costs next to nothing. Messages here go on after the name of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import BinaryIO

from icd9_review.errors import NoteError
from icd9_review.notes.intake.limits import limits_in_force

_JSON_MARKS = "{[:,"
_SEGMENT = re.compile(r"(?m)^[A-Z][A-Z0-9]{2}(?=[^A-Za-z0-9\s])")
_MSH_SEPARATORS = slice(3, 8)  # MSH-1 and MSH-2: HL7 v2.5.1, 2.5.4


def check_size(stream: BinaryIO, title: str, limit: int) -> None:
    """Refuse a file of more bytes."""
    size = stream.seek(0, 2)
    if size > limit:
        megabytes = f"{size / 1e6:.1f} MB, the limit is {limit / 1e6:.0f} MB a file"
        raise NoteError(f'"{title}" has {megabytes}; split it.')


def check_whole(stream: BinaryIO, title: str) -> None:
    """Refuse one that is read whole and is too large for that."""
    check_size(stream, title, limits_in_force().whole)


def check_message(message: str) -> None:
    """Refuse an HL7 message (lines end in line feeds) of too many segments or separators."""
    limits = limits_in_force()
    segments = len(_SEGMENT.findall(message))
    if segments > limits.segments:
        raise NoteError(
            f"has {segments:,} segments, the limit is {limits.segments:,}; "
            "send its reports in several messages"
        )
    separators = set(message.lstrip("\ufeff\x0b\x1c\n")[_MSH_SEPARATORS]) - set("\r\n")
    _check_marks(
        sum(map(message.count, separators)),
        "fields, repetitions and components",
        "send its reports in several messages",
    )


def check_tags(data: bytes) -> None:
    """Refuse XML or HTML of too many tags."""
    _check_marks(data.count(b"<"), "tags", "export its documents one by one")


def check_json(text: str) -> None:
    """Refuse JSON of too many values."""
    _check_marks(sum(map(text.count, _JSON_MARKS)), "values", "export it in several files")


def _check_marks(found: int, what: str, way_out: str) -> None:
    limit = limits_in_force().marks
    if found > limit:
        raise NoteError(f"has {found:,} {what}, the limit is {limit:,}; {way_out}")


class Tally:
    """Counts what the rows of a table hold as they are read; refuses the first that is too much."""

    def __init__(self) -> None:
        self.rows = self.cells = self.characters = 0

    def take(self, cells: Iterable[str]) -> None:
        lengths = [len(cell) for cell in cells]
        self.rows += 1
        self.cells += len(lengths)
        self.characters += sum(lengths)
        limits = limits_in_force()
        check_columns(len(lengths))
        check_count(self.rows - 1, limits.rows, "rows")  # the first one is the header
        check_count(self.cells, limits.cells, "cells")
        check_characters(self.characters)


def check_columns(found: int) -> None:
    limit = limits_in_force().columns
    if found > limit:
        raise NoteError(f"has more than {limit:,} columns; leave out those intake does not need.")


def check_count(found: int, limit: int, what: str) -> None:
    if found > limit:
        raise NoteError(
            f"has more than {limit:,} {what}; split it into several files, "
            "or have it taken in with the import command."
        )


def check_characters(found: int) -> None:
    limit = limits_in_force().characters
    if found > limit:
        raise NoteError(
            f"holds more than {limit:,} characters of text once it is unpacked; split it into "
            "several files, or have it taken in with the import command."
        )
