"""The dictionary beside an export: each column with its type, meaning and an example."""

from __future__ import annotations

import csv
import io

import pytest

from icd9_review.export.columns import chosen
from icd9_review.export.dictionary import dictionary, write_dictionary
from icd9_review.export.formats import CellType
from icd9_review.export.tables import TABLES

_CLASSES = {CellType.INTEGER: int, CellType.NUMBER: float}


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_an_example_of_its_type(name: str) -> None:
    columns, entries = TABLES[name].columns, [*dictionary(TABLES[name], words=True)]
    assert [each.name for each in entries] == [each.name for each in columns]
    for column, entry in zip(columns, entries, strict=True):
        if entry.example is None:  # what OMOP has and the program does not
            assert "empty" in entry.meaning.lower(), column.name
            continue
        assert type(entry.example) is _CLASSES.get(column.type, str), column.name


@pytest.mark.parametrize("words", [True, False])
def test_it_is_a_table_of_the_columns_that_leave(words: bool) -> None:
    sink = io.BytesIO()
    write_dictionary(TABLES["decisions"], sink, words=words)
    rows = [*csv.DictReader(io.StringIO(sink.getvalue().decode(), newline=""))]
    columns = chosen(TABLES["decisions"].columns, words=words)
    assert [row["column"] for row in rows] == [each.name for each in columns]
    told = {row["column"]: (row["type"], row["example"]) for row in rows}
    assert told["time"] == ("moment (ISO 8601, UTC)", "2026-03-02T09:41:07.000Z")
    assert told["admitted"] == ("day (ISO 8601)", "2012-03-01")
    assert told["age"] == ("integer", "67")
