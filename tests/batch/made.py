"""Notes that wait, tables of them on disk, and a scorer that some notes harm."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from icd9_review.batch.results import ResultRow
from icd9_review.batch.scoring import BatchSettings, NoteScorer
from icd9_review.batch.waiting import WaitingNote
from tests.tiny import CODES, WORDS

SENTENCES = tuple(" ".join(WORDS[code]) for code in CODES)
ENDS, HANGS = "this ends the process", "this takes for ever"


def text(number: int) -> str:
    """A note of one or more codes, another for each number; some of several lines."""
    lines = [f"Seen for {SENTENCES[(number * step) % len(SENTENCES)]}." for step in (1, 3, 7)]
    return "\n".join(lines[: 1 + number % 3])


def waiting(count: int) -> list[WaitingNote]:
    return [WaitingNote(number, "made", text=text(number)) for number in range(1, count + 1)]


def table(file: Path, count: int) -> Path:
    """A file of JSON lines with a note in each."""
    rows = ({"hadm_id": 1000 + number, "text": text(number)} for number in range(1, count + 1))
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return file


def results(folder: Path) -> list[ResultRow]:
    """The rows of all files of results, by their numbers."""
    files = folder.glob("model=*/*.parquet")
    rows: list[ResultRow] = [
        row for file in files for row in pq.ParquetFile(file).read().to_pylist()
    ]
    return sorted(rows, key=lambda row: int(str(row["number"])))


def codes(row: ResultRow) -> list[str]:
    suggestions = row["suggestions"]
    assert isinstance(suggestions, list)
    return [each["code"] for each in suggestions]


class Harmed:
    """Scores, but for two notes: one ends the process and one never comes back."""

    def __init__(self, settings: BatchSettings) -> None:
        self._scorer = NoteScorer(settings)

    def score(self, notes: Sequence[WaitingNote]) -> list[ResultRow]:
        for note in notes:
            if ENDS in note.text:
                os._exit(1)
            if HANGS in note.text:
                time.sleep(3600)
        return self._scorer.score(notes)
