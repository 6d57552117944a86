"""What is fitted by bucket is smoothed, written whole and read as it was fitted."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from icd9_review.arrays import Bools, Singles
from icd9_review.errors import ModelFolderError
from icd9_review.evaluation.evaluate import evaluate
from icd9_review.evaluation.fitting import (
    Grouping,
    by_frequency,
    fit,
    read_and_fit,
    write_fit,
)
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.evaluation.readings import Readings
from icd9_review.evaluation.report.record import DataFacts, ModelFacts
from icd9_review.model.folder.files import read_folder
from icd9_review.statistics.calibration import expected_calibration_error
from icd9_review.statistics.intervals import Bootstrap
from icd9_review.suggestions import calibrate, sigmoid
from icd9_review.values import Calibration, Examples, ExampleUnit
from tests.tiny import CODES, write_json

RARE = tuple(number < 5 for number in range(len(CODES)))
GROUPING = Grouping("invented", tuple("rare" if rare else "usual" for rare in RARE))


def sample(seed: int, notes: int = 300) -> tuple[Singles, Bools]:
    """A logit of a rare code means less than that of a usual one."""
    chance = np.random.default_rng(seed)
    logits = chance.normal(-1, 2, (notes, len(CODES))).astype(np.float32)
    lines = np.where(RARE, 0.4 * logits - 2, 1.2 * logits)
    return logits, chance.random(logits.shape) < sigmoid(lines)


@pytest.fixture
def folder(tiny_model_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model_folder, tmp_path / "model"))


def test_codes_are_parted_by_kind_and_by_their_training_examples() -> None:
    examples = Examples({"428.0": 501, "486": 7, "38.93": 7}, ExampleUnit.PASSAGE, "")
    found = by_frequency(("428.0", "486", "38.93", "V58.61"), examples)
    assert found.buckets == (
        "diagnoses >500",
        "diagnoses 1-10",
        "procedures 1-10",
        "diagnoses 0",
    )
    assert found.by == "kind, and training passages of each code"


@pytest.mark.parametrize("grouping", [None, GROUPING])
def test_a_folder_reads_what_was_fitted(folder: Path, grouping: Grouping | None) -> None:
    logits, truth = sample(1)
    found = fit(logits, truth, CODES, grouping=grouping)
    write_fit(folder, found, "40 notes")
    version = read_folder(folder).version
    assert version.calibration is not None
    np.testing.assert_allclose(calibrate(logits, version.calibration), found.shown(logits))
    assert ((sigmoid(logits) >= version.thresholds) == found.suggested(logits)).all()
    assert not list(folder.glob(".*"))


def test_a_rare_code_needs_a_larger_logit_and_shows_what_holds() -> None:
    logits, truth = sample(2)
    found, flat = fit(logits, truth, CODES, grouping=GROUPING), fit(logits, truth, CODES)
    assert found.thresholds.per_bucket["rare"] > found.thresholds.per_bucket["usual"]
    fresh, right = sample(3)
    rare = np.array(RARE)
    errors = [
        expected_calibration_error(each.shown(fresh)[:, rare], right[:, rare])
        for each in (found, flat)
    ]
    assert errors[0] < errors[1] / 2


def test_a_folder_that_cannot_be_written_is_left_as_it_was(folder: Path) -> None:
    logits, truth = sample(1)
    (folder / "calibration.json").mkdir()
    with pytest.raises(ModelFolderError, match="cannot be written"):
        write_fit(folder, fit(logits, truth, CODES), "x")
    assert not list(folder.glob(".*"))


def test_lists_are_measured_in_the_order_people_see() -> None:
    logits, truth = np.array([[2.0, 1.0]], dtype=np.float32), np.array([[False, True]])
    notes = (LabelledNote("one", (Label(frozenset({"486"})),)),)
    thresholds, read = np.full(2, 0.5), np.ones(1)
    low = Calibration(1.0, 0.0, "", lines=((1.0, -3.0),), line_of=bytes([1, 0]))
    plain = Readings(notes, ("428.0", "486"), logits, thresholds, read, Calibration(1.0, 0.0, ""))
    by_label = replace(plain, calibration=low)
    assert (plain.truth == truth).all()
    found = [
        evaluate(
            each,
            ModelFacts("m", "0" * 64, 2, 0.5, 0, calibrated=True),
            DataFacts("f", "1" * 64, None, 1, None),
            bootstrap=Bootstrap(draws=2),
        )
        .ranking["map"]
        .value
        for each in (plain, by_label)
    ]
    assert found == [0.5, 1.0]


def test_an_earlier_calibration_does_not_choose_the_truth(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "notes.jsonl"
    label = {"any_of": ["428.0", "486"]}
    row = {"id": "1", "text": "Heart failure. Pneumonia.", "labels": [label]}
    data.write_text(json.dumps(row) + "\n", "utf-8")
    found = []
    for low in ("428.0", "486"):
        lines = {"low": {"a": 1.0, "b": -30.0}}
        line = {"method": "platt", "a": 1.0, "b": 0.0, "split": "x", "per_bucket": lines}
        write_json(folder / "buckets.json", {"by": "invented", "codes": {"low": [low]}})
        write_json(folder / "calibration.json", line)
        found.append(read_and_fit(folder, data)[0])
    assert found[0] == found[1]
