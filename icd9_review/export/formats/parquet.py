"""Parquet, for programs that read tables column by column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from icd9_review.cells import without_halves
from icd9_review.export.formats.values import (
    CellType,
    ColumnHead,
    Outlet,
    Sink,
    Value,
)

if TYPE_CHECKING:
    import pyarrow

_ROWS_AT_ONCE: Final = 5_000  # a row group; by judgement: some 20 MB of cells while it is made


def write_parquet(heads: Sequence[ColumnHead], rows: Iterable[Sequence[Value]], sink: Sink) -> None:
    """A row group for each few thousand rows, texts exactly as stored, meanings with the columns.

    Days are dates and moments time-stamps in UTC.
    """
    from pyarrow.parquet import ParquetWriter

    outlet, schema = Outlet(sink), _schema(heads)
    with ParquetWriter(outlet, schema, compression="zstd") as writer, outlet:
        for piece in _pieces(iter(rows)):
            writer.write_batch(_batch(schema, piece))


def _pieces(rows: Iterator[Sequence[Value]]) -> Iterator[list[Sequence[Value]]]:
    while piece := [*islice(rows, _ROWS_AT_ONCE)]:
        yield piece


def _schema(heads: Sequence[ColumnHead]) -> pyarrow.Schema:
    import pyarrow as pa

    types = {
        CellType.TEXT: pa.string(),
        CellType.INTEGER: pa.int64(),
        CellType.NUMBER: pa.float64(),
        CellType.DAY: pa.date32(),
        CellType.MOMENT: pa.timestamp("us", "UTC"),
    }
    return pa.schema(
        [
            pa.field(each.name, types[each.type], metadata={"meaning": each.meaning})
            for each in heads
        ]
    )


def _batch(schema: pyarrow.Schema, rows: Sequence[Sequence[Value]]) -> pyarrow.RecordBatch:
    import pyarrow as pa

    columns = zip(*rows, strict=True)
    arrays = [_array(field.type, values) for field, values in zip(schema, columns, strict=True)]
    return pa.record_batch(arrays, schema=schema)


def _array(type: pyarrow.DataType, values: Sequence[Any]) -> pyarrow.Array:
    import pyarrow as pa

    if pa.types.is_integer(type) or pa.types.is_floating(type):
        return pa.array(values, type)
    try:
        texts = pa.array(values, pa.string())
    except UnicodeEncodeError:
        whole = [None if each is None else without_halves(each) for each in values]
        texts = pa.array(whole, pa.string())
    return texts.cast(type)
