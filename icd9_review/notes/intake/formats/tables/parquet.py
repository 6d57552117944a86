"""Parquet: a table whose columns have types, read row group by row group.

https://parquet.apache.org/docs/file-format/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import FileFormat
from icd9_review.notes.intake.formats.naming import naming
from icd9_review.notes.intake.formats.tables.table import (
    Table,
    TableRow,
    finish_table,
    header_names,
)
from icd9_review.notes.intake.formats.tables.table_limits import check_rows

if TYPE_CHECKING:
    import pyarrow as pa

MAGIC: Final = b"PAR1"
"""How a Parquet file begins and ends."""

_ROWS: Final = 500  # at once; by judgement: notes of some thousand characters


def read_parquet(stream: BinaryIO, title: str) -> Iterator[Table]:
    """A note in every row, every cell as text; lists and structs stay empty.

    Raises NoteError naming the file where it is damaged or has no row.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    # The other pools reserve more address space than a child may have.
    pa.set_memory_pool(pa.system_memory_pool())
    number = 0
    try:
        with pq.ParquetFile(stream) as file:
            with naming(title):
                check_rows(file.metadata.num_rows + 1, len(file.schema_arrow.names))
            for batch in file.iter_batches(batch_size=_ROWS, use_threads=False):
                yield finish_table(_table(title, batch, number))
                number += batch.num_rows
    except (pa.ArrowException, OSError, ValueError, OverflowError):  # as the damage has it
        raise NoteError(f'"{title}" is damaged Parquet; write it again.') from None
    if not number:
        raise NoteError(f'"{title}" has no row; export the table again.')


def _table(title: str, batch: pa.RecordBatch, before: int) -> Table:
    columns = [_texts(column) for column in batch.columns]
    rows = (TableRow(before + at, cells) for at, cells in enumerate(zip(*columns, strict=True), 1))
    return Table(title, FileFormat.PARQUET, header_names(batch.schema.names), tuple(rows))


def _texts(column: pa.Array) -> list[str]:
    import pyarrow as pa

    if pa.types.is_nested(column.type):
        return [""] * len(column)
    return [_text(each) for each in column.to_pylist()]


def _text(value: object) -> str:
    """A cell as people would write it; pandas keeps whole numbers beside blanks as fractions.

    >>> _text(63.0), _text(None), _text("No fever."), _text(b"No fever.")
    ('63', '', 'No fever.', 'No fever.')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return "" if value != value else f"{value:.15g}"
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
