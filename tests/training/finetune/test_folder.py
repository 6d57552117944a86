"""What is fitted is fitted on scores the app will have, and the folder keeps the contract."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from icd9_review.errors import ModelFolderError
from icd9_review.model.reading.predictor import load_predictor
from icd9_review.training.finetune.folder import fit_folder, score_notes
from tests.tiny import CODES, NOTE

TEXTS = (NOTE * 5, "Pneumonia.", "no pain", "UTI, urinary tract infection. " * 12)


@pytest.fixture
def folder(tiny_model_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model_folder, tmp_path / "model"))


def test_the_scores_are_those_of_the_app(folder: Path) -> None:
    predictor = load_predictor(folder)
    expected = np.stack([predictor.score(text).logits for text in TEXTS])
    found = score_notes(folder, iter(TEXTS), torch.device("cpu"))
    assert found.shape == (4, len(CODES))
    assert np.abs(found - expected).max() < 1e-4


def test_only_codes_with_20_positives_get_a_threshold_of_their_own(folder: Path) -> None:
    draw = np.random.default_rng(2)
    truth = np.zeros((60, len(CODES)), dtype=np.bool_)
    truth[:20, 0] = truth[:19, 1] = True
    logits = (draw.normal(size=truth.shape) - 3 + 5 * truth).astype(np.float32)
    figures = fit_folder(folder, logits, truth, CODES)
    thresholds = json.loads((folder / "thresholds.json").read_text("utf-8"))
    assert set(thresholds["per_code"]) == {CODES[0]}
    assert thresholds["split"] == "validation"
    calibration = json.loads((folder / "calibration.json").read_text("utf-8"))
    assert (calibration["method"], calibration["split"]) == ("platt", "validation")
    assert (figures["codes_with_own_threshold"], figures["notes"]) == (1, 60)
    predictor = load_predictor(folder)
    assert predictor.version.thresholds[1] == thresholds["global"]
    assert predictor.reliability is not None
    assert set(predictor.reliability.codes) == set(CODES[:2])
    assert predictor.reliability.split == "validation, where calibration was fitted too"
    assert sum(each.count for each in predictor.reliability.all) == truth.size


def test_a_folder_the_app_would_refuse_is_not_handed_over(folder: Path) -> None:
    (folder / "windows.json").write_text('{"length": 4096, "stride": 0}', "utf-8")
    truth = np.eye(len(CODES), dtype=np.bool_)
    with pytest.raises(ModelFolderError, match="the trained folder would be refused"):
        fit_folder(folder, truth.astype(np.float32), truth, CODES)
