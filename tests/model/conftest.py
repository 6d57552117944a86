from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.predictor import Predictor, load_predictor
from tests.tiny import write_json


@pytest.fixture(scope="session")
def predictor(tiny_model_folder: Path) -> Predictor:
    return load_predictor(tiny_model_folder)


@pytest.fixture(scope="session")
def explainer(predictor: Predictor) -> Explainer:
    return Explainer(predictor)


@pytest.fixture
def folder(tiny_model_folder: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model's folder, to be spoilt."""
    return Path(shutil.copytree(tiny_model_folder, tmp_path / "model"))


@pytest.fixture(scope="session")
def by_sentences(tiny_model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    """The tiny model as a folder has it that is read by sentences."""
    copy = tmp_path_factory.mktemp("sentences") / "tiny"
    shutil.copytree(tiny_model_folder, copy)
    write_json(copy / "windows.json", {"length": 32, "stride": 0, "cut": "sentences"})
    return load_predictor(copy)
