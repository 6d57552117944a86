"""A table as a folder of Parquet that is divided by day or month, as warehouses read it.

``FOLDER/month=2026-03/part-00000.parquet``: the way that DuckDB, Spark and Hive know. Beside them
``_SHA256SUMS`` names every file with its sum, as ``sha256sum`` writes it; readers pass over names
that begin so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from icd9_review.export.formats import ColumnHead, Sink, Summed, Value, write_parquet

SUMS: Final = "_SHA256SUMS"
"""The file with the sums of all others; the ledger has its own."""

UNDATED: Final = "__HIVE_DEFAULT_PARTITION__"
"""The value of a partition of rows without a day: readers have null there."""

_HELD: Final = 50_000
"""Rows in memory before the longest partition is written; by judgement: some 100 MB of cells."""

_Row = Sequence[Value]


class Partition(StrEnum):
    """What a folder is divided by."""

    DAY = "day"
    MONTH = "month"


def write_partitions(
    heads: Sequence[ColumnHead],
    folder: Path,
    column: str,
    by: Partition,
    rows: Iterable[_Row],
    sums: Sink,
) -> None:
    """Write rows into a folder that is there, by the day of a column; the sums of all to a sink.

    A partition is written in files as long as fit into memory with the others.
    """
    parts = _Parts(heads, folder, by)
    place = [each.name for each in heads].index(column)
    for row in rows:
        parts.add(row, row[place])
    parts.finish()
    sums.write("".join(f"{digest}  {name}\n" for name, digest in sorted(parts.sums)).encode())


class _Parts:
    """Rows by partition, on their way into files."""

    def __init__(self, heads: Sequence[ColumnHead], folder: Path, by: Partition) -> None:
        self._heads = heads
        self._folder = folder
        self._by = by
        self._held: dict[str, list[_Row]] = {}
        self._rows = 0
        self._files: dict[str, int] = {}
        self.sums: list[tuple[str, str]] = []

    def add(self, row: _Row, moment: Value) -> None:
        self._held.setdefault(_partition(moment, self._by), []).append(row)
        self._rows += 1
        if self._rows >= _HELD:
            self._write(max(self._held, key=lambda name: len(self._held[name])))

    def finish(self) -> None:
        for name in sorted(self._held):
            self._write(name)
        if set(self._files) <= {UNDATED}:  # readers want a schema, and of null no type is known
            today = _partition(datetime.now(UTC).date().isoformat(), self._by)
            self._held[today] = []
            self._write(today)

    def _write(self, partition: str) -> None:
        rows = self._held.pop(partition)
        self._rows -= len(rows)
        number = self._files.get(partition, 0)
        self._files[partition] = number + 1
        path = self._folder / f"{self._by}={partition}" / f"part-{number:05}.parquet"
        path.parent.mkdir(exist_ok=True)
        with path.open("xb") as file:
            summed = Summed(file)
            write_parquet(self._heads, rows, summed)
        self.sums.append((path.relative_to(self._folder).as_posix(), summed.hash.hexdigest()))


def _partition(moment: Value, by: Partition) -> str:
    """The day or month (UTC) of a day or moment in ISO 8601.

    >>> _partition("2026-03-02T09:41:07.000Z", Partition.MONTH)
    '2026-03'
    """
    if moment is None:
        return UNDATED
    return str(moment)[: len("2026-03-02" if by is Partition.DAY else "2026-03")]
