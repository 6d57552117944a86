"""The folder gives the same model back, and what is damaged or hostile is refused."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from icd9_review.errors import ModelFolderError
from icd9_review.training.baseline.fit import train_baseline
from icd9_review.training.baseline.folder import (
    SETTINGS,
    YARDSTICK_WEIGHTS,
    load_baseline,
    write_baseline,
)
from icd9_review.training.baseline.model import Baseline
from icd9_review.training.baseline.thresholds import codes_of
from tests.training.baseline.invented import CODES, invent_notes


@pytest.fixture(scope="module")
def baseline() -> Baseline:
    notes = invent_notes(40)
    codes = [codes_of(note) for note in notes]
    return train_baseline([note.text for note in notes], codes, tuple(CODES), seed=1)


@pytest.fixture
def folder(baseline: Baseline, tmp_path: Path) -> Path:
    write_baseline(baseline, tmp_path / "baseline")
    return tmp_path / "baseline"


def change_settings(folder: Path, **changes: object) -> None:
    path = folder / SETTINGS
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def change_arrays(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    with np.load(folder / YARDSTICK_WEIGHTS) as held:
        arrays = dict(held)
    change(arrays)
    np.savez(folder / YARDSTICK_WEIGHTS, **arrays)


def test_a_folder_gives_the_same_model_back(baseline: Baseline, folder: Path) -> None:
    loaded = load_baseline(folder)
    assert loaded.labels == baseline.labels
    assert loaded.thresholds == baseline.thresholds
    assert loaded.window_words == baseline.window_words
    assert loaded.calibration is None
    texts = [note.text for note in invent_notes(5, seed=8, words=80)]
    assert np.array_equal(loaded.logits(texts), baseline.logits(texts))


def test_the_words_of_the_notes_are_for_their_owner_alone(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", [SETTINGS, YARDSTICK_WEIGHTS])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelFolderError, match=f"{name} is missing"):
        load_baseline(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "icd9-review-baseline-2"},
        {"labels": ["428.0", "428.0", "486", "38.93"]},
        {"labels": ["4280", "427.31", "486", "38.93"]},
        {"labels": ["428.0"], "thresholds": [0.5]},
        {"thresholds": [0.5]},
        {"thresholds": [0.5, 0.5, 0.5, 1.5]},
        {"thresholds": [0.5, 0.5, 0.5, float("nan")]},
        {"window_words": 0},
        {"extra": 1},
    ],
)
def test_settings_of_another_form_are_refused(folder: Path, changes: dict[str, object]) -> None:
    change_settings(folder, **changes)
    with pytest.raises(ModelFolderError, match="train the baseline again"):
        load_baseline(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays: arrays.pop("idf"),
        lambda arrays: arrays.update(idf=arrays["idf"].astype(np.float64)),
        lambda arrays: arrays.update(idf=arrays["idf"][:-1]),
        lambda arrays: arrays.update(idf=np.full_like(arrays["idf"], np.nan)),
        lambda arrays: arrays.update(data=arrays["data"][:-1]),
        lambda arrays: arrays.update(indices=arrays["indices"] + 1000),
        lambda arrays: arrays.update(indptr=arrays["indptr"][::-1].copy()),
        lambda arrays: arrays.update(vocabulary=np.full_like(arrays["vocabulary"], 255)),
        lambda arrays: arrays["vocabulary"].fill(ord("\n")),
        lambda arrays: arrays.update(data=arrays["data"][None]),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    folder: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    change_arrays(folder, change)
    with pytest.raises(ModelFolderError, match="damaged or not a baseline's"):
        load_baseline(folder)


class Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("the folder ran code",))


def test_python_objects_are_refused_and_not_run(folder: Path) -> None:
    change_arrays(folder, lambda arrays: arrays.update(idf=np.array([Bomb()], dtype=object)))
    with pytest.raises(ModelFolderError, match="no archive of plain arrays"):
        load_baseline(folder)
    (folder / YARDSTICK_WEIGHTS).write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(ModelFolderError, match="no archive of plain arrays"):
        load_baseline(folder)


def test_a_file_that_is_cut_off_is_refused(folder: Path) -> None:
    content = (folder / YARDSTICK_WEIGHTS).read_bytes()
    (folder / YARDSTICK_WEIGHTS).write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelFolderError, match="no archive of plain arrays"):
        load_baseline(folder)
    (folder / SETTINGS).write_text("{")
    with pytest.raises(ModelFolderError, match=SETTINGS):
        load_baseline(folder)
