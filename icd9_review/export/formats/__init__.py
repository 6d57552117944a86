"""The formats that rows are written in."""

from icd9_review.export.formats.delimited import Encoder, neutralise, write_csv
from icd9_review.export.formats.json_lines import write_jsonl
from icd9_review.export.formats.table import EXPORT_FORMATS, ExportFormat
from icd9_review.export.formats.values import Sink, Value, encode_text

__all__ = [
    "EXPORT_FORMATS",
    "Encoder",
    "ExportFormat",
    "Sink",
    "Value",
    "encode_text",
    "neutralise",
    "write_csv",
    "write_jsonl",
]
