"""Many notes are scored as the app scores one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from icd9_review.errors import NoteError
from icd9_review.model.reading import scorer as module
from icd9_review.model.reading.predictor import Predictor
from icd9_review.model.reading.scorer import ModelScorer, load_scorer
from tests.tiny import CODES, NOTE, THRESHOLD, write_json

TEXTS = ("Pneumonia.", NOTE * 8, "fall and sepsis", "no fever " * 50)


def test_logits_are_those_of_the_app_in_any_grouping(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [predictor.score(text).logits for text in TEXTS]
    for size in (1, 3, 32):
        monkeypatch.setattr(module, "_NOTES", size)
        found = ModelScorer(predictor).logits(TEXTS)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_texts_are_taken_a_few_at_a_time(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_NOTES", 2)
    taken: list[str] = []
    scored: list[int] = []
    score_many = predictor.score_many

    def texts() -> Iterator[str]:
        for text in TEXTS:
            taken.append(text)
            yield text

    def watched(some: tuple[str, ...]) -> object:
        scored.append(len(taken))
        return score_many(some)

    monkeypatch.setattr(predictor, "score_many", watched)
    ModelScorer(predictor).logits(texts())
    assert scored == [2, 4]


def test_no_texts_give_no_rows(predictor: Predictor) -> None:
    assert ModelScorer(predictor).logits([]).shape == (0, len(CODES))


def test_a_text_the_model_cannot_take_is_refused(predictor: Predictor) -> None:
    with pytest.raises(NoteError, match="empty"):
        ModelScorer(predictor).logits(["Pneumonia.", " "])


def test_a_folder_is_loaded_with_its_settings(tiny_model_folder: Path) -> None:
    scorer = load_scorer(tiny_model_folder)
    assert scorer.labels == CODES
    assert set(scorer.thresholds) == {THRESHOLD}
    assert scorer.calibration is None


def test_a_note_is_read_whole(predictor: Predictor) -> None:
    assert ModelScorer(predictor).share_read(NOTE * 5) == 1.0


def test_what_the_folders_judge_demotes_is_told_beside_the_logits(
    predictor: Predictor, folder: Path
) -> None:
    judge = {"intercept": 1.0, "margin": 0.0, "doubts": {"withheld": 3.0}, "split": ""}
    write_json(folder / "judge.json", judge)
    scorer = load_scorer(folder)
    texts = ("No pneumonia.", "Pneumonia.", "No pneumonia, no septicemia.")
    logits, demoted = scorer.judged_logits(texts)
    pneumonia, sepsis = CODES.index("486"), CODES.index("038.9")
    assert demoted == [{pneumonia}, set(), {pneumonia, sepsis}]
    plain, none = ModelScorer(predictor).judged_logits(texts)
    np.testing.assert_allclose(logits, plain, atol=1e-6)
    assert none == [set()] * 3
    assert scorer.logits(texts).shape == logits.shape
    assert scorer.judged_logits([])[1] == []
