"""Parquet, read by DuckDB, which has its own reader."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from icd9_review.export.formats import CellType, ColumnHead, Value, write_parquet

HEADS = (
    ColumnHead("code", meaning="ICD-9-CM code"),
    ColumnHead("age", CellType.INTEGER),
    ColumnHead("raw", CellType.NUMBER),
    ColumnHead("admitted", CellType.DAY),
    ColumnHead("time", CellType.MOMENT),
)
ROW = ("038.9", 67, 0.1 + 0.2, "1899-12-31", "2026-01-02T03:04:05.678Z")


def written(rows: Sequence[Sequence[Value]], path: Path) -> Path:
    with path.open("wb") as file:
        write_parquet(HEADS, rows, file)
    return path


def read(path: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect() as database:
        query = "SELECT * REPLACE (epoch_ms(time) AS time) FROM read_parquet($path)"
        return database.execute(query, {"path": str(path)}).fetchall()


def test_each_column_has_its_type(tmp_path: Path) -> None:
    (row,) = read(written([ROW], tmp_path / "rows.parquet"))
    moment = datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC)
    assert row == ("038.9", 67, 0.1 + 0.2, date(1899, 12, 31), moment.timestamp() * 1000)


def test_what_is_empty_is_null_and_no_row_is_a_table_without_rows(tmp_path: Path) -> None:
    assert read(written([(None,) * 5], tmp_path / "one.parquet")) == [(None,) * 5]
    assert read(written([], tmp_path / "none.parquet")) == []


def test_texts_are_as_stored_but_for_half_a_surrogate_pair(tmp_path: Path) -> None:
    texts = ["=1+1", "'x", "a\x00b", "Ωé🩺\u202e", "a\ud83dz", None]
    path = written([(text, *ROW[1:]) for text in texts], tmp_path / "rows.parquet")
    assert [row[0] for row in read(path)] == [*texts[:4], "a\ufffdz", None]


def test_rows_come_in_groups_and_none_is_missing(tmp_path: Path) -> None:
    path = written(
        [(str(n), n, None, None, None) for n in range(12_000)], tmp_path / "many.parquet"
    )
    assert [row[1] for row in read(path)] == [*range(12_000)]
    assert pq.read_metadata(path).num_row_groups == 3


def test_meanings_stand_with_the_columns() -> None:
    sink = io.BytesIO()
    write_parquet(HEADS, [ROW], sink)
    assert pq.read_schema(sink).field("code").metadata[b"meaning"] == b"ICD-9-CM code"
