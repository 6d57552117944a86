"""One note that harms the process that reads it is rejected; all others are scored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from icd9_review.batch.guarded import Guarded, Work
from icd9_review.batch.scoring import BatchSettings, NoteScorer
from tests.batch.made import ENDS, HANGS, Harmed, codes, waiting


def test_a_note_that_ends_its_process_and_one_that_hangs_are_found(
    tiny_model_folder: Path,
) -> None:
    notes = waiting(4)
    notes[1] = replace(notes[1], text=ENDS)
    notes[2] = replace(notes[2], text=HANGS)
    settings = BatchSettings(tiny_model_folder, None)
    with Guarded(Work(settings, "v1", 2, limit=10, scorer=Harmed)) as scorer:
        rows = scorer.finish(scorer.begin(notes))
    assert [row["number"] for row in rows] == [1, 2, 3, 4]
    assert {row["number"]: row["rejected"] for row in rows if row["rejected"]} == {
        2: "the process that read it ended; it may need more memory than there is",
        3: "it took more than 10 seconds",
    }
    alone = NoteScorer(settings).score([note for note in notes if note.number not in (2, 3)])
    assert [codes(row) for row in rows if not row["rejected"]] == [codes(row) for row in alone]


def test_a_text_that_no_model_takes_is_rejected_with_its_reason(tiny_model_folder: Path) -> None:
    notes = waiting(3)
    notes[1] = replace(notes[1], text=" \n ")
    with Guarded(Work(BatchSettings(tiny_model_folder, None), "v1", 1, limit=60)) as scorer:
        rows = scorer.finish(scorer.begin(notes))
    assert [bool(row["rejected"]) for row in rows] == [False, True, False]
    assert rows[1]["rejected"] == "the text is empty; give the text of a note"
