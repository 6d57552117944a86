"""Parquet is a table like any other: every cell as text, whatever its type was."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import FileFormat
from icd9_review.notes.intake.formats.tables.parquet import read_parquet
from icd9_review.notes.intake.formats.tables.table import Table
from icd9_review.notes.intake.reading import read_file, read_stream
from tests.notes.intake.formats.made import parquet


def read(rows: list[dict[str, object]]) -> list[Table]:
    return [*read_parquet(io.BytesIO(parquet(rows)), "notes.parquet")]


def test_types_become_what_people_would_write() -> None:
    row = {"note": "CHF", "age": 63.0, "admitted": date(2014, 3, 2), "blank": None, "part": [1]}
    (table,) = read([row])
    assert table.columns == ("note", "age", "admitted", "blank", "part")
    assert table.rows[0].cells == ("CHF", "63", "2014-03-02", "", "")


def test_rows_are_numbered_through_all_batches() -> None:
    tables = read([{"note": f"note {number}"} for number in range(1, 1202)])
    numbers = [row.number for table in tables for row in table.rows]
    assert numbers == [*range(1, 1202)]
    assert len(tables) == 3


def test_markup_in_cells_is_text() -> None:
    (table,) = read([{"note": "<p>Chest pain.</p>"}])
    assert table.rows[0].cells == ("Chest pain.",)


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(NoteError, match=r'^"notes.parquet" has no row'):
        read_file(_empty(), "notes.parquet")


def _empty() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(pa.table({"note": pa.array([], pa.string())}), buffer)
    return buffer.getvalue()


def test_damaged_parquet_is_refused_by_name() -> None:
    data = parquet([{"note": "CHF"}])
    with pytest.raises(NoteError, match=r'^"notes.parquet" is damaged'):
        read_file(data[:-9], "notes.parquet")


def test_a_child_reads_it_under_the_limits_of_a_page() -> None:
    found = read_file(parquet([{"note": "CHF"}, {"note": "AF"}]), "notes.parquet")
    assert isinstance(found, Table)
    assert found.format is FileFormat.PARQUET
    assert [row.cells for row in found.rows] == [("CHF",), ("AF",)]


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(NoteError, match=r'^"notes.parquet".*columns'):
        read_file(parquet([{f"c{number}": "x" for number in range(201)}]), "notes.parquet")


def test_a_file_on_disk_is_read_part_by_part(tmp_path: Path) -> None:
    file = tmp_path / "notes.parquet"
    file.write_bytes(parquet([{"note": f"note {number}"} for number in range(1200)]))
    with file.open("rb") as stream:
        parts = [*read_stream(stream, file.name)]
    assert [len(part.rows) for part in parts if isinstance(part, Table)] == [500, 500, 200]
