"""Bins hold every pair once, cover all probabilities, and are read as they were written."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from icd9_review.arrays import Bools
from icd9_review.cli.main import app
from icd9_review.errors import CorpusError, ModelFolderError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.evaluation.readings import Readings
from icd9_review.evaluation.reliability import (
    FEWEST_FOR_A_CODE,
    FEWEST_PAIRS,
    measure_readings,
    measure_reliability,
    write_reliability,
)
from icd9_review.model.folder.files import model_version, read_folder
from icd9_review.model.reading.predictor import load_predictor
from icd9_review.suggestions import calibrate, sigmoid
from icd9_review.values import Calibration, Reliability, ReliabilityBin
from tests.statistics.matrices import Matrices, matrices
from tests.tiny import CODES, WORDS, write_json

SHAPE = (60, len(CODES))


def sample(seed: int, shift: float = -1.0) -> tuple[np.ndarray, Bools, Bools]:
    """Logits, truth drawn from their probabilities, and a mask of every seventh pair or so."""
    chance = np.random.default_rng(seed)
    logits = chance.normal(shift, 2.0, SHAPE).astype(np.float32)
    mask = chance.random(SHAPE) < 1 / 7
    return logits, (chance.random(SHAPE) < sigmoid(logits)) & ~mask, mask


def measured(seed: int, shift: float = -1.0) -> Reliability:
    logits, truth, mask = sample(seed, shift)
    return measure_reliability(sigmoid(logits), truth, CODES, "invented", mask)


def check_cover(bins: tuple[ReliabilityBin, ...]) -> None:
    assert (bins[0].low, bins[-1].high) == (0.0, 1.0)
    assert all(one.high == after.low for one, after in pairwise(bins))
    assert all(one.low <= one.mean <= one.high and 0 <= one.observed <= 1 for one in bins)


@given(matrices())
def test_every_pair_that_is_not_masked_is_in_one_bin(m: Matrices) -> None:
    names = tuple(str(number) for number in range(m.truth.shape[1]))
    if not m.kept.any():
        with pytest.raises(CorpusError, match="no pair"):
            measure_reliability(sigmoid(m.logits), m.truth, names, "", m.mask)
        return
    found = measure_reliability(sigmoid(m.logits), m.truth, names, "", m.mask)
    assert sum(each.count for each in found.all) == m.kept.sum()
    assert sum(each.count * each.observed for each in found.all) == pytest.approx(
        m.truth[m.kept].sum(), abs=1e-4
    )
    check_cover(found.all)


@given(st.integers(0, 10_000), st.floats(-6, 3))
def test_bins_cover_all_probabilities_and_each_has_enough_pairs(seed: int, shift: float) -> None:
    logits, truth, mask = sample(seed, shift)
    found = measure_reliability(sigmoid(logits), truth, CODES, "invented", mask)
    for bins in (found.all, *found.codes.values()):
        check_cover(bins)
        assert all(each.count >= FEWEST_PAIRS for each in bins)
    assert all(len(bins) > 1 for bins in found.codes.values())
    for code, bins in found.codes.items():
        assert sum(each.count for each in bins) == (~mask[:, CODES.index(code)]).sum()


@given(st.integers(0, 10_000), st.floats(-6, 3))
def test_codes_with_few_positives_have_no_bins_of_their_own(seed: int, shift: float) -> None:
    _, truth, _ = sample(seed, shift)
    enough = truth.sum(axis=0) >= FEWEST_FOR_A_CODE
    assert set(measured(seed, shift).codes) <= {CODES[at] for at in np.flatnonzero(enough)}


def test_a_code_whose_pairs_end_in_one_bin_has_none_of_its_own() -> None:
    given_ = np.array([[0.01, 0.01]] * 40 + [[0.9, 0.01]] * 5 + [[0.9, 0.5]] * 9)
    truth = given_ > 0.4
    truth[0, 1] = True  # both have ten positives or more
    assert set(measure_reliability(given_, truth, ("428.0", "486"), "").codes) == {"428.0"}


@given(st.integers(0, 10_000))
def test_masked_pairs_change_nothing(seed: int) -> None:
    logits, truth, mask = sample(seed)
    spoilt = np.where(mask, 0.5, sigmoid(logits))
    found = measure_reliability(spoilt, truth | mask, CODES, "invented", mask)
    assert found == measured(seed)


def test_the_bins_of_an_example_are_those_worked_by_hand() -> None:
    # 20 of 0.04, of which none is right; 2 of 0.5, both right; 12 of 0.9, of which 8 are.
    given_ = np.array([0.04] * 20 + [0.5] * 2 + [0.9] * 12)[:, None]
    truth = np.array([False] * 20 + [True] * 2 + [True] * 8 + [False] * 4)[:, None]
    found = measure_reliability(given_, truth, ("428.0",), "by hand")
    # Bins of 0.2: the two in the middle are too few, and join their emptier neighbour.
    low, high = found.codes["428.0"]
    assert low == ReliabilityBin(0.0, 0.2, 20, 0.04, 0.0)
    assert high == ReliabilityBin(0.2, 1.0, 14, round((2 * 0.5 + 12 * 0.9) / 14, 6), 0.714286)
    assert [each.high for each in found.all] == [0.1, 1.0]


def test_people_see_calibrated_probabilities_so_these_are_measured() -> None:
    logits, _, _ = sample(3)
    notes = tuple(
        LabelledNote("one", (Label(frozenset({"428.0", "486"})),), str(number))
        for number in range(SHAPE[0])
    )
    calibration = Calibration(0.5, -2.0, "validation")
    read = Readings(notes, CODES, logits, np.full(len(CODES), 0.5), np.ones(len(notes)))
    calibrated = Readings(**{**vars(read), "calibration": calibration})
    shown = calibrate(logits, calibration)
    found = measure_readings(calibrated, "x")
    assert found == measure_reliability(shown, read.truth, CODES, "x", read.mask)
    assert sum(each.count for each in found.all) == logits.size - len(notes)  # the other code
    raw = measure_readings(read, "x")
    assert raw == measure_reliability(sigmoid(logits), read.truth, CODES, "x", read.mask)


@pytest.fixture
def folder(tiny_model_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model_folder, tmp_path / "model"))


@pytest.mark.parametrize("seed", range(5))
def test_a_model_folder_reads_what_is_written(folder: Path, seed: int) -> None:
    before = read_folder(folder).version
    found = measured(seed)
    write_reliability(folder, found)
    after = read_folder(folder)
    assert after.reliability == found
    assert found.codes
    assert after.version == before
    assert not list(folder.glob(".*"))


def test_a_folder_that_cannot_be_written_is_named_and_nothing_is_left(folder: Path) -> None:
    (folder / "reliability.json").mkdir()
    with pytest.raises(ModelFolderError, match=r"reliability\.json cannot be written"):
        write_reliability(folder, measured(1))
    assert not list(folder.glob(".*"))


def test_the_command_measures_a_split_and_replaces_what_is_out_of_date(
    folder: Path, tmp_path: Path
) -> None:
    write_json(folder / "calibration.json", {"method": "platt", "a": 0.7, "b": -1, "split": ""})
    write_reliability(folder, measured(1))
    write_json(folder / "thresholds.json", {"global": 0.9})
    rows = [
        {"id": f"n{number}", "text": f"{WORDS['486'][0]} and {WORDS[code][0]}", "split": split,
         "labels": [{"any_of": ["486"]}, {"any_of": [code], "status": "arguable"}]}
        for split in ("test", "train")
        for number, code in enumerate(("428.0", "401.9") * 6, 100 if split == "train" else 0)
    ]  # fmt: skip
    data = tmp_path / "notes.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    arguments = ["model", "reliability", str(folder), "--data", str(data), "--split", "test"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    found = load_predictor(folder).reliability
    assert found is not None
    assert found.split == "12 notes: split test of notes.jsonl"
    assert sum(each.count for each in found.all) == 12 * (len(CODES) - 1)  # one is arguable
    assert not found.codes  # twelve notes make one bin
    held = json.loads((folder / "reliability.json").read_text("utf-8"))
    assert held["model_version"] == model_version(folder)
