"""Exports as readers that had no part in writing them give them back, as values of rows."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Sequence
from typing import Any

import duckdb
import openpyxl  # type: ignore[import-untyped]

from icd9_review.export.formats import Value


def read_names(form: str, file: io.BytesIO) -> tuple[str, ...]:
    """The names of the columns in their order."""
    if form == "parquet":
        return tuple(name for name, _ in _parquet(file)[0])
    if form == "jsonl":
        return tuple(json.loads(file.getvalue().splitlines()[0]))
    return tuple(map(str, read_cells(form, file)[0]))


def read_back(form: str, file: io.BytesIO) -> list[tuple[Value, ...]]:
    """The rows with values as exports have them: days and moments as texts, nothing as None.

    Of CSV, whose cells are all texts, what looks like a number is one where it is one in JSON.
    """
    if form == "parquet":
        return _parquet(file)[1]
    if form == "jsonl":
        return [tuple(json.loads(line).values()) for line in file.getvalue().split(b"\n")[:-1]]
    names, *rows = read_cells(form, file)
    return [tuple(_restored(form, *each) for each in zip(names, row, strict=True)) for row in rows]


_INTEGERS = {"age", "position", "actor_id", "rank", "signer_id", "sequence"}
_FRACTIONS = {"probability", "raw", "threshold"}


def _restored(form: str, name: str, cell: Any) -> Value:
    """A cell less the apostrophe that keeps it from being a formula."""
    if cell in ("", None):
        return None
    if form == "csv" and name in _INTEGERS | _FRACTIONS:
        return int(cell) if name in _INTEGERS else float(cell)
    return cell.removeprefix("'") if isinstance(cell, str) else cell


def read_cells(form: str, file: io.BytesIO) -> list[Sequence[Any]]:
    """The cells of a CSV or a workbook as they are, the header first."""
    if form == "csv":
        return [*csv.reader(io.StringIO(file.getvalue().decode(), newline=""))]
    book = openpyxl.load_workbook(file, read_only=True)
    first, *others = ([*sheet.iter_rows(values_only=True)] for sheet in book.worksheets)
    return first + [row for rows in others for row in rows[1:]]


def _parquet(file: io.BytesIO) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
    """Names with types, and rows, as DuckDB reads them; days and moments as texts."""
    with tempfile.NamedTemporaryFile(suffix=".parquet") as path, duckdb.connect() as database:
        path.write(file.getvalue())
        path.flush()
        source = database.read_parquet(path.name)
        typed = [(name, str(type)) for name, type in zip(source.columns, source.types, strict=True)]
        return typed, source.project(", ".join(_in_sql(*each) for each in typed)).fetchall()


def _in_sql(name: str, type: str) -> str:
    if type == "DATE":
        return f'"{name}"::VARCHAR'
    if type.startswith("TIMESTAMP"):
        moment = f'make_timestamp_ms(epoch_ms("{name}"))'
        return f"strftime({moment}, '%Y-%m-%dT%H:%M:%S.%gZ')"
    return f'"{name}"'
