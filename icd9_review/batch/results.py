"""What a batch gives of each note, as a row of Parquet; and the list of what it could not score."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from icd9_review.batch.waiting import WaitingNote, write_whole
from icd9_review.cells import neutralise
from icd9_review.evidence import Mark
from icd9_review.values import Scores, Suggestion

_SPAN = pa.struct([("start", pa.int64()), ("end", pa.int64()), ("weight", pa.float64())])
_SUGGESTION = pa.struct(
    [
        ("kind", pa.string()),
        ("code", pa.string()),
        ("probability", pa.float64()),
        ("calibrated", pa.float64()),
        ("threshold", pa.float64()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("spans", pa.list_(_SPAN)),
    ]
)
SCHEMA: Final = pa.schema(
    [
        ("number", pa.int64()),
        ("file", pa.string()),
        ("place", pa.string()),
        ("encounter", pa.string()),
        ("note", pa.string()),
        ("sha256", pa.string()),
        ("characters", pa.int64()),
        ("read", pa.float64()),
        ("model_version", pa.string()),
        ("suggestions", pa.list_(_SUGGESTION)),
        ("rejected", pa.string()),
    ]
)
"""Offsets are code points of the note as intake reads it; docs/batch.md says what each means."""

ResultRow = dict[str, object]
"""The cells of a note by the names of ``SCHEMA``."""

Spans = dict[str, Sequence[Mark]]
"""By code, the words that the model used; codes that were not explained are missing."""


def scored_row(
    note: WaitingNote, scores: Scores, found: Iterable[Suggestion], spans: Spans
) -> ResultRow:
    """The row of a note that was read; ``spans`` of codes that were explained."""
    return _row(note) | {
        "read": scores.read / scores.length,
        "model_version": scores.model_version,
        "suggestions": [_suggestion(each, spans.get(each.code)) for each in found],
    }


def rejected_row(note: WaitingNote, model_version: str, reason: str) -> ResultRow:
    """The row of a note that was not read, and why; never with words of it."""
    return _row(note) | {"model_version": model_version, "suggestions": [], "rejected": reason}


def _row(note: WaitingNote) -> ResultRow:
    empty: ResultRow = dict.fromkeys(SCHEMA.names)
    return empty | {
        "number": note.number,
        "file": note.file,
        "place": note.place,
        "encounter": note.encounter,
        "note": note.note,
        "sha256": sha256(note.text.encode()).hexdigest() if note.text else None,
        "characters": len(note.text),
    }


def _suggestion(one: Suggestion, spans: Sequence[Mark] | None) -> ResultRow:
    return {
        "kind": one.kind,
        "code": one.code,
        "probability": one.probability,
        "calibrated": one.calibrated,
        "threshold": one.threshold,
        "start": one.window.start,
        "end": one.window.end,
        "spans": None
        if spans is None
        else [{"start": each.start, "end": each.end, "weight": each.weight} for each in spans],
    }


def write_results(rows: Sequence[ResultRow], file: Path) -> None:
    """The rows of a block, whole or not at all."""
    write_whole(pa.Table.from_pylist(rows, SCHEMA), file)


def write_rejected(results: Path, file: Path) -> int:
    """A CSV file of the notes that were not scored, in their order; how many there are.

    No spreadsheet runs a cell of it: names of files and encounters come from outside.
    """
    wanted = ["number", "file", "place", "encounter", "note", "rejected"]
    rows: list[ResultRow] = []
    for each in sorted(results.glob("*.parquet")):
        table = pq.read_table(each, columns=wanted)
        rows += table.filter(table["rejected"].is_valid()).to_pylist()
    draft = file.with_suffix(".part")
    with draft.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.DictWriter(stream, wanted)
        lines.writeheader()
        for row in sorted(rows, key=lambda row: int(str(row["number"]))):
            lines.writerow({name: neutralise(cell) for name, cell in row.items()})
    draft.replace(file)
    return len(rows)
