"""A file of labelled notes, written anew for each test."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from icd9_review.evaluation.labelled.labelled_notes import LabelledNote

WriteNotes = Callable[[Sequence[tuple[LabelledNote, str | None]]], Path]


@pytest.fixture
def write_notes(tmp_path: Path) -> WriteNotes:
    """Writes notes with their splits as JSON lines."""

    def write(notes: Sequence[tuple[LabelledNote, str | None]]) -> Path:
        rows = [
            {
                "id": note.id,
                "text": note.text,
                "labels": [{"any_of": sorted(label.any_of)} for label in note.labels],
                **({"split": split} if split else {}),
            }
            for note, split in notes
        ]
        path = tmp_path / "notes.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write
