"""The formats that rows are written in."""

from icd9_review.export.formats.delimited import Encoder, write_csv
from icd9_review.export.formats.json_lines import write_jsonl
from icd9_review.export.formats.parquet import write_parquet
from icd9_review.export.formats.table import EXPORT_FORMATS, ExportFormat
from icd9_review.export.formats.values import (
    CellType,
    ColumnHead,
    Sink,
    Summed,
    Value,
    encode_text,
)
from icd9_review.export.formats.workbook import write_xlsx

__all__ = [
    "EXPORT_FORMATS",
    "CellType",
    "ColumnHead",
    "Encoder",
    "ExportFormat",
    "Sink",
    "Summed",
    "Value",
    "encode_text",
    "write_csv",
    "write_jsonl",
    "write_parquet",
    "write_xlsx",
]
