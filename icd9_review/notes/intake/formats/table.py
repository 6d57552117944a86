"""Tables with a note in every row: CSV, JSON Lines and workbooks."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import FileFormat
from icd9_review.notes.intake.formats.isolated import extract_isolated
from icd9_review.notes.intake.formats.table_limits import COLUMNS, check_rows

_DELIMITERS = (",", ";", "\t", "|")
_HEADER = 100_000  # characters that may stand in the first line
_CELL = 5_000_000  # characters; what a note may have is checked row by row


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` as people count: the line of a JSON file, the record of others, header 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as text; ``problems`` are rows that could not be read, with the reason."""

    title: str
    format: FileFormat
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[tuple[int, str], ...] = ()
    notices: tuple[str, ...] = ()


def csv_header(text: str) -> tuple[str, ...]:
    """The names of the columns, where the first record has two or more and another follows."""
    try:
        records = [record for record in islice(_reader(text), 2) if record]
    except csv.Error:
        return ()
    told = len(records) == 2 and 1 < len(records[0]) <= COLUMNS
    return _columns(records[0]) if told else ()


def read_csv(text: str, title: str) -> Table:
    """A table with its header in the first record. Raises NoteError where it has none."""
    try:
        records = list(_reader(text))
        check_rows(len(records), max(map(len, records), default=0))
    except (csv.Error, NoteError) as error:
        reason = str(error) if isinstance(error, NoteError) else "is not well-formed CSV."
        raise NoteError(f'"{title}" {reason}') from None
    return _table(records, title, FileFormat.CSV)


def read_xlsx(data: bytes, title: str) -> Table:
    """The first sheet that has rows."""
    found = extract_isolated("xlsx", data, title)
    notices = tuple(f'"{title}": {notice}.' for notice in found["notices"])
    return _table(found["rows"], title, FileFormat.XLSX, notices)


def read_jsonl(text: str, title: str) -> Table:
    """One JSON object a line; columns are the names in order of appearance."""
    objects: list[tuple[int, dict[str, object]]] = []
    problems: list[tuple[int, str]] = []
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    for number, line in lines:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            problems.append((number, "is not JSON"))
            continue
        if isinstance(value, dict):
            objects.append((number, value))
        else:
            problems.append((number, "is not a JSON object"))
    columns = tuple(dict.fromkeys(name for _, each in objects for name in each))
    try:
        check_rows(len(lines) + 1, len(columns))
    except NoteError as error:
        raise NoteError(f'"{title}" {error}') from None
    rows = tuple(
        Row(number, tuple(_text(each.get(name)) for name in columns)) for number, each in objects
    )
    return Table(title, FileFormat.JSONL, columns, rows, tuple(problems))


def _reader(text: str) -> Iterator[list[str]]:
    csv.field_size_limit(max(csv.field_size_limit(), _CELL))
    delimiter = _delimiter(text)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _delimiter(text: str) -> str:
    """The one that cuts the header into most cells."""
    line = text.lstrip("\r\n")[:_HEADER].splitlines()[:1] or [""]
    return max(_DELIMITERS, key=lambda mark: len(next(csv.reader(line, delimiter=mark), [])))


def _table(
    records: Sequence[Sequence[str]],
    title: str,
    format_: FileFormat,
    notices: tuple[str, ...] = (),
) -> Table:
    numbered = [(n, each) for n, each in enumerate(records, start=1) if any(map(str.strip, each))]
    if len(numbered) < 2:
        raise NoteError(f'"{title}" has no row below its header; export the table again.')
    columns = _columns(numbered[0][1])
    rows, problems = [], []
    for number, cells in numbered[1:]:
        if len(cells) > len(columns):
            problems.append(
                (number, f"has {len(cells)} cells and the header {len(columns)}; quote the text")
            )
        else:
            padded = (*cells, *[""] * (len(columns) - len(cells)))
            rows.append(Row(number, padded))
    return Table(title, format_, columns, tuple(rows), tuple(problems), notices)


def _columns(header: Sequence[str]) -> tuple[str, ...]:
    """Names of one line, told apart by a number where two are the same."""
    names: list[str] = []
    taken: set[str] = set()
    for position, cell in enumerate(header, start=1):
        name = " ".join(cell.replace("\ufeff", "").split())[:80] or f"column {position}"
        names.append(f"{name} ({position})" if name in taken else name)
        taken.add(names[-1])
    return tuple(names)


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
