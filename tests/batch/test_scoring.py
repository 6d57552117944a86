"""The codes of a batch are those of the predictor, note by note."""

from __future__ import annotations

from pathlib import Path

import pytest

from icd9_review.batch.scoring import BatchSettings, NoteScorer
from icd9_review.batch.waiting import WaitingNote
from icd9_review.model.reading.predictor import load_predictor
from icd9_review.suggestions import suggested
from tests.batch.made import codes, waiting
from tests.tiny import NOTE


def test_a_batch_says_what_the_predictor_says(tiny_model_folder: Path) -> None:
    notes = waiting(40)
    rows = NoteScorer(BatchSettings(tiny_model_folder, None)).score(notes)
    predictor = load_predictor(tiny_model_folder)
    for note, row in zip(notes, rows, strict=True):
        alone = suggested(predictor.score(note.text), predictor.version)
        assert codes(row) == [each.code for each in alone]
        found = row["suggestions"]
        assert isinstance(found, list)
        for ours, theirs in zip(found, alone, strict=True):
            assert ours["probability"] == pytest.approx(theirs.probability, abs=1e-6)
            assert (ours["start"], ours["end"]) == (theirs.window.start, theirs.window.end)
            assert ours["spans"] is None


def test_the_first_suggestions_have_the_words_that_the_model_used(tiny_model_folder: Path) -> None:
    scorer = NoteScorer(BatchSettings(tiny_model_folder, None, explained=2))
    (row,) = scorer.score([WaitingNote(1, "made", text=NOTE)])
    found = row["suggestions"]
    assert isinstance(found, list)
    assert [each["spans"] is not None for each in found] == [True, True, False]
    for each in found[:2]:
        assert each["spans"]
        for span in each["spans"]:
            assert each["start"] <= span["start"] < span["end"] <= each["end"]


def test_what_intake_refused_stays_refused(tiny_model_folder: Path) -> None:
    notes = [*waiting(1), WaitingNote(2, "made", "row 2", refusal="the encounter is empty")]
    first, second = NoteScorer(BatchSettings(tiny_model_folder, None)).score(notes)
    assert first["rejected"] is None
    assert second["rejected"] == "the encounter is empty"
    assert second["model_version"] == first["model_version"]
    assert second["suggestions"] == []
