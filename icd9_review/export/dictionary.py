"""The dictionary of columns that goes beside an export: name, type, meaning and an example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from icd9_review.export.columns import Column, chosen
from icd9_review.export.export_table import ExportTable
from icd9_review.export.formats import CellType, ColumnHead, Sink, Value, write_csv

TYPE_WORDS: Final[Mapping[CellType, str]] = MappingProxyType(
    {
        CellType.TEXT: "text",
        CellType.INTEGER: "integer",
        CellType.NUMBER: "number",
        CellType.DAY: "day (ISO 8601)",
        CellType.MOMENT: "moment (ISO 8601, UTC)",
    }
)
_HEADS: Final = tuple(ColumnHead(name) for name in ("column", "type", "meaning", "example"))


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    """What is said of a column; the example is invented."""

    name: str
    type: str
    meaning: str
    example: Value


def dictionary(table: ExportTable, *, words: bool) -> Iterator[ColumnEntry]:
    """An entry for each column of an export, in order."""
    for each in chosen(table.columns, words=words):
        yield ColumnEntry(each.name, TYPE_WORDS[each.type], each.meaning, _example(each, table))


def write_dictionary(table: ExportTable, sink: Sink, *, words: bool) -> None:
    """The dictionary as CSV."""
    entries = dictionary(table, words=words)
    rows = ((each.name, each.type, each.meaning, each.example) for each in entries)
    write_csv(_HEADS, rows, sink)


def dictionary_path(export: Path) -> Path:
    """Where the dictionary of an export stands beside it.

    >>> dictionary_path(Path("march.xlsx")).name
    'march.xlsx.columns.csv'
    """
    return export.with_name(f"{export.name}.columns.csv")


def _example(column: Column[Any], table: ExportTable) -> Value:
    return next((v for row in table.examples if (v := column.value(row)) is not None), None)
