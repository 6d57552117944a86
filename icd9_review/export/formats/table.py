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
from icd9_review.export.formats.values import Sink, Value

Write = Callable[[Sequence[str], Iterable[Sequence[Value]], Sink], None]
"""Writes names of columns and rows of as many values, row by row."""


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """``name`` is also the ending of a file and the word for the command."""

    name: str
    words: str
    media_type: str
    write: Write


EXPORT_FORMATS: Final[Mapping[str, ExportFormat]] = MappingProxyType(
    {
        each.name: each
        for each in (
            ExportFormat("csv", "CSV, for spreadsheets", "text/csv", write_csv),
            ExportFormat("jsonl", "JSON lines, for programs", "application/jsonl", write_jsonl),
        )
    }
)
