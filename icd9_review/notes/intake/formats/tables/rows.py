"""The records of CSV and of JSON, before anybody asks what their columns mean."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats.json_text import RepeatedName, decode_json, split_lines
from icd9_review.notes.intake.formats.sizes import Tally
from icd9_review.notes.intake.formats.tables.header import SEPARATOR, delimiter_of
from icd9_review.notes.intake.formats.tables.table_limits import admit_long_cells, check_rows

Objects = list[tuple[int, dict[str, str]]]
Problems = list[tuple[int, str]]
_LIKE = '{"note": "…"}'


def csv_records(text: str) -> list[list[str]]:
    """Every record. Raises NoteError, whose words go on after the name, for a wrong quote."""
    reader = _reader(text)
    tally = Tally()
    records: list[list[str]] = []
    try:
        for record in reader:
            tally.take(record)
            records.append(record)
    except csv.Error:
        raise NoteError(
            f"is not well-formed CSV: row {len(records) + 1} (line {reader.line_num}) has a "
            "quotation mark that is not doubled, or a quoted text without an end; "
            "export the table again."
        ) from None
    return records


def _reader(text: str) -> Any:  # csv has no name for its readers
    admit_long_cells()
    records = io.StringIO(SEPARATOR.sub("", text), newline="")
    return csv.reader(records, delimiter=delimiter_of(text), strict=True)


def json_records(text: str) -> tuple[Objects, Problems]:
    """The objects of a file with their numbers (lines, or places in an array), and bad ones."""
    whole = _whole(text)
    values = list(_lines(text)) if whole is None else list(enumerate(whole, start=1))
    objects: Objects = []
    problems: Problems = []
    for number, value in values:
        if isinstance(value, ValueError):
            problems.append((number, f"{value}; export it again"))
        elif isinstance(value, dict):
            objects.append((number, {name: _text(each) for name, each in value.items()}))
        else:
            problems.append((number, f"it is not a JSON object, as {_LIKE}; export it again"))
    check_rows(len(values) + 1, len({name for _, each in objects for name in each}))
    return objects, problems


def _whole(text: str) -> list[object] | None:
    """The objects in the one list that a file's one object holds; None for an object a line."""
    try:
        value = decode_json(text)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    lists = [each for each in value.values() if _is_list_of_objects(each)]
    plain = [each for each in value.values() if isinstance(each, str)]
    return lists[0] if len(lists) == 1 and not plain else None


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(e, dict) for e in value)


def _lines(text: str) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(split_lines(text), start=1):
        if line.strip():
            try:
                yield number, decode_json(line)
            except RepeatedName as error:
                yield number, error
            except ValueError:
                yield number, ValueError("it is not well-formed JSON")


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
