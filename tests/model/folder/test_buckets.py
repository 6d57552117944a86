"""Lines and thresholds of buckets: the files that name them belong together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.check import Level
from icd9_review.model.folder.convert import Conversion, convert_folder
from icd9_review.model.folder.files import read_folder
from icd9_review.suggestions import calibrate
from icd9_review.values import Calibration, Kind
from tests.model.folder.test_check import texts
from tests.model.folder.test_files import edit, refusal
from tests.tiny import CODES, write_json

BUCKETS: dict[str, Any] = {
    "by": "training notes",
    "codes": {"1-10": ["486", "038.9"], ">500": ["428.0"], "0": ["599.0"]},
}
OVERALL = {"method": "platt", "a": 0.9, "b": -0.2, "split": "validation"}
LINES = {"1-10": {"a": 0.5, "b": -1.0, "positives": 12}, ">500": {"a": 1.1, "b": 0.0}}


@pytest.fixture
def folder(folder: Path) -> Path:
    """With buckets, of which one has neither a line nor a threshold."""
    write_json(folder / "buckets.json", BUCKETS)
    write_json(folder / "calibration.json", {**OVERALL, "per_bucket": LINES})
    thresholds = {"global": 0.4, "per_bucket": {"1-10": 0.7}, "per_code": {"486": 0.6}}
    write_json(folder / "thresholds.json", thresholds)
    return folder


def test_every_code_has_the_line_of_its_bucket_or_the_overall_one(folder: Path) -> None:
    found = read_folder(folder).version.calibration
    assert found is not None
    assert found.reorders
    lines = [(found.slope, found.intercept), *found.lines]
    of = dict(zip(CODES, (lines[number] for number in found.line_of), strict=True))
    assert (of["486"], of["428.0"]) == ((0.5, -1.0), (1.1, 0.0))
    assert of["599.0"] == of["401.9"] == (0.9, -0.2)


VERDICTS = {"passed": {"a": 0.4, "b": 1.0}, "demoted": {"a": 0.6, "b": -0.3}}
JUDGE = {"intercept": 1.0, "margin": 0.5, "doubts": {}, "split": "validation"}


def test_what_a_judge_passed_and_what_it_demoted_have_lines_of_their_own(folder: Path) -> None:
    write_json(folder / "calibration.json", {**OVERALL, "per_bucket": LINES, **VERDICTS})
    write_json(folder / "judge.json", JUDGE)
    found = read_folder(folder).version.calibration
    assert found is not None
    assert (found.passed, found.demoted) == ((0.4, 1.0), (0.6, -0.3))
    assert len(found.lines) == 2


def test_lines_for_a_judge_that_is_not_there_are_refused(folder: Path) -> None:
    write_json(folder / "calibration.json", {**OVERALL, **VERDICTS})
    assert "there is no judge.json; the files belong together" in refusal(folder)


def test_a_line_for_one_verdict_alone_is_refused(folder: Path) -> None:
    write_json(folder / "calibration.json", {**OVERALL, "passed": VERDICTS["passed"]})
    write_json(folder / "judge.json", JUDGE)
    assert "passed and demoted belong together" in refusal(folder)


def test_a_threshold_is_the_codes_its_buckets_or_the_global_one(folder: Path) -> None:
    version = read_folder(folder).version
    of = dict(zip(version.labels, version.thresholds, strict=True))
    assert (of["486"], of["038.9"], of["428.0"], of["599.0"]) == (0.6, 0.7, 0.4, 0.4)


def test_without_lines_of_buckets_the_overall_one_is_read_as_ever(folder: Path) -> None:
    write_json(folder / "calibration.json", OVERALL)
    assert read_folder(folder).version.calibration == Calibration(0.9, -0.2, "validation")


def test_buckets_are_part_of_the_version_and_of_no_other_folders(
    folder: Path, tiny_model_folder: Path
) -> None:
    before = read_folder(folder).version.version
    codes = {**BUCKETS["codes"], ">500": ["401.9"]}
    write_json(folder / "buckets.json", {**BUCKETS, "codes": codes})
    assert read_folder(folder).version.version != before
    assert not (tiny_model_folder / "buckets.json").exists()


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"codes": {"1-10": ["486"], "0": ["486"]}}, "'486' is named more than once"),
        ({"codes": {"1-10": ["4280"]}}, "codes names 1 codes the model does not know"),
        ({"codes": {}}, "buckets.json: codes"),
        ({"weights": {}}, "buckets.json: weights"),
        ({"codes": {"0": ["486"]}}, "per_bucket names '1-10', which buckets.json does not have"),
    ],
)
def test_buckets_that_fit_nothing_are_refused(
    folder: Path, changed: dict[str, Any], named: str
) -> None:
    write_json(folder / "buckets.json", {**BUCKETS, **changed})
    assert named in refusal(folder)


@pytest.mark.parametrize("name", ["thresholds.json", "calibration.json"])
def test_files_without_their_buckets_are_refused(folder: Path, name: str) -> None:
    (folder / "buckets.json").unlink()
    for other in {"thresholds.json", "calibration.json"} - {name}:
        (folder / other).unlink()
    assert f"{name}: per_bucket names '1-10'" in refusal(folder)


def test_a_line_that_falls_is_refused(folder: Path) -> None:
    falling = {**LINES, "1-10": {"a": -0.5, "b": 0.0}}
    write_json(folder / "calibration.json", {**OVERALL, "per_bucket": falling})
    with pytest.raises(ModelFolderError, match=r"per_bucket.1-10.a"):
        read_folder(folder)


def test_check_counts_buckets_and_the_codes_in_them(folder: Path) -> None:
    good = texts(folder, Level.OK)
    assert "threshold 0.4, 1 buckets, 1 codes with their own" in good
    assert "probabilities are calibrated, 3 codes by the lines of 2 buckets" in good
    assert texts(folder, Level.PROBLEM) == ""


def test_a_converted_folder_has_its_buckets_under_dotted_names(
    folder: Path, tmp_path: Path
) -> None:
    undotted = {str(place): code.replace(".", "") for place, code in enumerate(CODES)}
    edit(folder / "config.json", lambda config: config.update(id2label=undotted))
    bare = {
        name: [code.replace(".", "") for code in codes] for name, codes in BUCKETS["codes"].items()
    }
    write_json(folder / "buckets.json", {**BUCKETS, "codes": bare})
    version = convert_folder(Conversion(folder, tmp_path / "good", Kind.DIAGNOSIS))
    assert version.calibration is not None
    shown = calibrate(np.zeros(len(CODES)), version.calibration)
    assert shown[CODES.index("428.0")] == 0.5
    assert version.thresholds[CODES.index("038.9")] == 0.7


def test_a_bucket_has_a_name(folder: Path) -> None:
    write_json(folder / "buckets.json", {"by": "training notes", "codes": {"": ["486"]}})
    assert "buckets.json" in refusal(folder)
