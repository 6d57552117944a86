"""An evaluation holds every figure, those of scikit-learn among them, and no NaN as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from icd9_review.evaluation.evaluate import evaluate
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.evaluation.readings import Readings
from icd9_review.evaluation.report.record import DataFacts, ModelFacts
from icd9_review.evaluation.run import _dictionaries
from icd9_review.statistics.intervals import Bootstrap
from icd9_review.values import Calibration
from tests.evaluation.invented import whole

CODES = ("401.9", "428.0", "486", "38.93", "001.0")
MODEL = ModelFacts("tiny", "0" * 64, len(CODES), 0.5, 0, calibrated=False)
DATA = DataFacts("notes.jsonl", "1" * 64, None, 60, None)


def made(calibration: Calibration | None = None) -> Readings:
    """Sixty notes, one code a label; the last code occurs nowhere."""
    chance = np.random.default_rng(3)
    logits = chance.normal(-1, 2, (60, len(CODES))).astype(np.float32)
    truth = chance.random(logits.shape) < 1 / (1 + np.exp(-logits))
    truth[:, -1] = False
    notes = tuple(
        LabelledNote("a b", tuple(Label(frozenset({CODES[c]})) for c in np.flatnonzero(row)))
        for row in truth
    )
    thresholds, read = np.full(len(CODES), 0.5), np.ones(len(notes))
    return Readings(notes, CODES, logits, thresholds, read, calibration)


def measured(readings: Readings) -> dict[str, Any]:
    return evaluate(readings, MODEL, DATA, bootstrap=Bootstrap(draws=30)).to_json()


def test_figures_are_those_of_scikit_learn() -> None:
    readings = made()
    found = measured(readings)
    truth, suggested, logits = readings.truth, readings.suggested, readings.logits
    assert found["micro"]["f1"]["value"] == pytest.approx(
        f1_score(truth, suggested, average="micro")
    )
    assert found["rule"]["f1"]["value"] == found["micro"]["f1"]["value"]
    macro = f1_score(truth, suggested, average="macro", zero_division=0)
    assert found["macro"]["f1"] == pytest.approx(macro)
    supported = f1_score(truth[:, :4], suggested[:, :4], average="macro", zero_division=0)
    assert found["macro_supported"]["f1"] == pytest.approx(supported)
    assert found["micro"]["auc"] == pytest.approx(roc_auc_score(truth.ravel(), logits.ravel()))
    areas = roc_auc_score(truth[:, :4], logits[:, :4], average="macro")
    assert (found["macro"]["auc"], found["macro"]["auc_codes"]) == (pytest.approx(areas), 4)
    labelled = truth.any(axis=1)
    precision = average_precision_score(truth[labelled], logits[labelled], average="samples")
    assert found["ranking"]["map"]["value"] == pytest.approx(precision)


def test_every_part_is_there_as_json() -> None:
    found = whole()
    json.dumps(found, allow_nan=False)
    assert [*found] == [
        "format", "model", "data", "rule", "micro", "macro", "macro_supported", "ranking",
        "by_note", "three_digit", "calibration", "rarity", "per_code", "groups", "curve",
        "yardsticks", "pairs", "explanations", "all_codes", "certainty", "pairs_held_out",
        "steadiness",
    ]  # fmt: skip
    assert found["yardsticks"]["dictionary"]["f1"]["low"] is not None
    assert found["pairs"]["negation"]["right"] == 19


def test_codes_keep_their_titles_and_what_is_not_defined_is_null() -> None:
    found = measured(made())
    rows = {row["code"]: row for row in found["per_code"]}
    assert rows["486"]["title"] == "Pneumonia, organism unspecified"
    assert rows["001.0"]["auc"] is None
    assert found["calibration"]["ece_after"] is None
    assert found["calibration"]["bins_after"] is None


def test_calibration_is_measured_before_and_after() -> None:
    found = measured(made(Calibration(0.01, 3.0, "validation")))["calibration"]
    assert found["ece_before"] < 0.1 < found["ece_after"]
    assert sum(each["count"] for each in found["bins_after"]) == 60 * len(CODES)


def test_three_digit_figures_forgive_the_wrong_subdivision() -> None:
    notes = (LabelledNote("a", (Label(frozenset({"428.0"})),)),)
    logits = np.array([[-1.0, 2.0]], dtype=np.float32)
    readings = Readings(notes, ("428.0", "428.9"), logits, np.full(2, 0.5), np.ones(1))
    found = measured(readings)
    assert found["micro"]["f1"]["value"] == 0.0
    assert found["three_digit"]["codes"] == 1
    assert found["three_digit"]["micro"]["f1"]["value"] == 1.0


def test_notes_without_a_label_leave_what_needs_one_undefined() -> None:
    logits = np.full((2, 1), -3, dtype=np.float32)
    notes = (LabelledNote("a", ()), LabelledNote("b", ()))
    found = measured(Readings(notes, ("486",), logits, np.full(1, 0.5), np.ones(2)))
    assert found["rule"]["f1"] == {"value": None, "low": None, "high": None}
    assert found["ranking"]["map"]["value"] is None
    assert found["by_note"]["exact_match"]["value"] == 1.0
    assert found["curve"] == []


def test_of_phrases_that_differ_in_case_the_first_file_holds(tmp_path: Path) -> None:
    paths = (tmp_path / "one.tsv", tmp_path / "two.tsv")
    rows = ("428.0\tx\theart failure", "428.9\tx\tHeart failure")
    for path, row in zip(paths, rows, strict=True):
        path.write_text(f"code\tsource\tphrase\n{row}\n", "utf-8")
    whole = _dictionaries(paths, ("428.0", "428.9"))["dictionary"]
    assert set(whole.predict("Heart failure.")) == {"428.0"}
