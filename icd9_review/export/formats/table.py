"""The formats of an export: what each is called and how it is written.

A new one is a row of ``EXPORT_FORMATS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from icd9_review.export.formats.delimited import write_csv
from icd9_review.export.formats.json_lines import write_jsonl
from icd9_review.export.formats.parquet import write_parquet
from icd9_review.export.formats.values import ColumnHead, Sink, Value
from icd9_review.export.formats.workbook import write_xlsx

Write = Callable[[Sequence[ColumnHead], Iterable[Sequence[Value]], Sink], None]
"""Writes a header and rows of as many values, as they come."""


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """``name`` is also the ending of a file and the word for the command, ``words`` that for
    people, and ``about`` says for whom it is."""

    name: str
    words: str
    about: str
    media_type: str
    write: Write

    @property
    def ending(self) -> str:
        """That of a file."""
        return self.name


EXPORT_FORMATS: Final[Mapping[str, ExportFormat]] = MappingProxyType(
    {
        each.name: each
        for each in (
            ExportFormat(
                "csv",
                "CSV",
                "text with commas, for any program; import code columns as text",
                "text/csv",
                write_csv,
            ),
            ExportFormat(
                "xlsx",
                "Excel",
                "a workbook in which codes stay as they are",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                write_xlsx,
            ),
            ExportFormat(
                "jsonl",
                "JSON lines",
                "an object a line, for programs",
                "application/jsonl",
                write_jsonl,
            ),
            ExportFormat(
                "parquet",
                "Parquet",
                "columns with their types, for data frames",
                "application/vnd.apache.parquet",
                write_parquet,
            ),
        )
    }
)
