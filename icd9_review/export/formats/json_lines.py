"""JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from icd9_review.export.formats.values import ColumnHead, Sink, Value, encode_text


def write_jsonl(heads: Sequence[ColumnHead], rows: Iterable[Sequence[Value]], sink: Sink) -> None:
    """One JSON object a line in UTF-8, texts exactly as stored."""
    names = [head.name for head in heads]
    for row in rows:
        record = dict(zip(names, row, strict=True))
        sink.write(encode_text(json.dumps(record, ensure_ascii=False) + "\n"))
