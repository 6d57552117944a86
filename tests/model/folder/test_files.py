"""Which folders are taken, and what is said about those that are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from icd9_review.codes.table import codes
from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.declarations import CUT_RULE, JUDGE_RULE, Windows
from icd9_review.model.folder.files import model_version, read_folder
from icd9_review.values import (
    Calibration,
    Doubt,
    Examples,
    ExampleUnit,
    Judge,
    JudgeWeights,
    Kind,
    Reliability,
    ReliabilityBin,
)
from tests.tiny import CODES, write_json


def edit(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads(file.read_text("utf-8"))
    change(content)
    write_json(file, content)


LOW = {"low": 0.0, "high": 0.4, "count": 90, "mean": 0.05, "observed": 0.04}
HIGH = {"low": 0.4, "high": 1.0, "count": 12, "mean": 0.8, "observed": 0.75}


def held(folder: Path, **changed: object) -> dict[str, object]:
    """What a folder's reliability.json may hold, but for what is changed."""
    version = model_version(folder)
    return {"model_version": version, "split": "test", "all": [LOW, HIGH], "codes": {}} | changed


def refusal(folder: Path) -> str:
    with pytest.raises(ModelFolderError) as caught:
        read_folder(folder)
    return str(caught.value)


def test_a_good_folder_says_what_it_knows(folder: Path) -> None:
    read = read_folder(folder)
    assert read.version.labels == CODES
    assert set(read.version.kinds) == {Kind.DIAGNOSIS}
    assert read.version.thresholds == (0.5,) * len(CODES)
    assert read.version.calibration is None
    assert (read.windows.length, read.windows.stride) == (32, 8)


def test_windows_are_written_as_they_were_before_unless_they_are_sentences(folder: Path) -> None:
    assert read_folder(folder).windows.to_json() == json.loads(
        (folder / "windows.json").read_bytes()
    )
    by_sentences = {"length": 32, "stride": 0, "aggregation": "max", "cut": "sentences"}
    write_json(folder / "windows.json", by_sentences)
    assert read_folder(folder).windows.to_json() == by_sentences


def test_absent_files_mean_the_documented_defaults(folder: Path) -> None:
    (folder / "thresholds.json").unlink()
    (folder / "windows.json").unlink()
    edit(folder / "config.json", lambda config: config.update(max_position_embeddings=512))
    read = read_folder(folder)
    assert read.version.thresholds == (0.8,) * len(CODES)
    assert (read.windows.length, read.windows.stride) == (512, 128)


@pytest.mark.parametrize("unit", list(ExampleUnit))
def test_training_examples_are_told_with_their_unit_and_change_no_version(
    folder: Path, unit: ExampleUnit
) -> None:
    before = read_folder(folder)
    assert before.examples is None
    write_json(folder / "examples.json", {f"{unit}s": {"428.0": 23}, "split": "train"})
    after = read_folder(folder)
    assert after.examples == Examples({"428.0": 23}, unit, "train")
    assert (after.examples.of("428.0"), after.examples.of("486")) == (23, 0)
    assert after.version == before.version


def test_how_often_probabilities_held_is_told_and_changes_no_version(folder: Path) -> None:
    before = read_folder(folder)
    assert before.reliability is None
    write_json(folder / "reliability.json", held(folder, codes={"428.0": [LOW, HIGH]}))
    after = read_folder(folder)
    bins = (ReliabilityBin(0.0, 0.4, 90, 0.05, 0.04), ReliabilityBin(0.4, 1.0, 12, 0.8, 0.75))
    assert after.reliability == Reliability({"428.0": bins}, bins, "test")
    assert after.version == before.version


def test_what_was_measured_with_another_version_is_not_told(folder: Path) -> None:
    write_json(folder / "reliability.json", held(folder, codes={"E999.9": [LOW, HIGH]}))
    write_json(folder / "thresholds.json", {"global": 0.6})
    assert read_folder(folder).reliability is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"all": []}, "all"),
        ({"all": [LOW]}, "the bins must go from 0 to 1"),
        ({"all": [HIGH]}, "the bins must go from 0 to 1"),
        ({"all": [HIGH, LOW]}, "the bins must go from 0 to 1"),
        ({"all": [LOW, {**HIGH, "low": 0.5}]}, "the bins must go from 0 to 1"),
        ({"all": [LOW, {**HIGH, "low": 0.3}]}, "the bins must go from 0 to 1"),
        ({"all": [LOW, {**HIGH, "mean": 0.2}]}, "mean between them"),
        ({"all": [{**LOW, "high": 0.0, "mean": 0.0}, {**HIGH, "low": 0.0}]}, "low must be below"),
        ({"all": [LOW, {**HIGH, "high": 1.5}]}, "all.1.high"),
        ({"all": [LOW, {**HIGH, "observed": 1.2}]}, "all.1.observed"),
        ({"all": [LOW, {**HIGH, "observed": "0.7"}]}, "all.1.observed"),
        ({"all": [LOW, {**HIGH, "observed": None}]}, "all.1.observed"),
        ({"all": [LOW, {**HIGH, "count": 0}]}, "all.1.count"),
        ({"all": [LOW, {**HIGH, "count": 2.5}]}, "all.1.count"),
        ({"all": [LOW, {**HIGH, "count": 10**400}]}, "all.1.count"),
        ({"all": [LOW, {**HIGH, "colour": "red"}]}, "all.1.colour"),
        ({"all": [LOW] * 101}, "all"),
        ({"codes": {"428.0": [LOW]}}, "codes.428.0"),
        ({"codes": {"4280": [LOW, HIGH]}}, "codes names 1 codes the model does not know"),
        ({"codes": [LOW, HIGH]}, "codes"),
        ({"split": "x" * 501}, "split"),
        ({"model_version": "latest"}, "model_version"),
        ({"bins": []}, "bins"),
    ],
)
def test_bins_that_cannot_be_are_refused_by_field(
    folder: Path, changed: dict[str, object], field: str
) -> None:
    write_json(folder / "reliability.json", held(folder, **changed))
    message = refusal(folder)
    assert "reliability.json" in message
    assert field in message


def test_codes_may_have_thresholds_of_their_own(folder: Path) -> None:
    write_json(folder / "thresholds.json", {"global": 0.6, "per_code": {"428.0": 0.41}})
    version = read_folder(folder).version
    assert version.thresholds[CODES.index("428.0")] == 0.41
    assert version.thresholds[CODES.index("486")] == 0.6


def test_calibration_is_platt_scaling(folder: Path) -> None:
    write_json(
        folder / "calibration.json", {"method": "platt", "a": 0.9, "b": -0.2, "split": "validation"}
    )
    assert read_folder(folder).version.calibration == Calibration(0.9, -0.2, "validation")


def test_a_pickle_is_refused_with_the_command_that_converts_it(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    message = refusal(folder)
    assert f"python -m icd9_review model convert {folder} --output" in message


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert name in refusal(folder)


def test_a_vocabulary_alone_is_no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").rename(folder / "vocab.txt")
    assert "model convert" in refusal(folder)


@pytest.mark.parametrize(
    ("labels", "way_out"),
    [
        ([f"LABEL_{number}" for number in range(10)], "--labels"),
        ([code.replace(".", "") for code in CODES], "model convert"),
    ],
)
def test_labels_that_are_no_dotted_codes_are_refused(
    folder: Path, labels: list[str], way_out: str
) -> None:
    edit(
        folder / "config.json",
        lambda config: config.update(id2label={str(i): label for i, label in enumerate(labels)}),
    )
    message = refusal(folder)
    assert labels[0] in message
    assert way_out in message


def test_two_outputs_for_one_code_are_refused(folder: Path) -> None:
    edit(folder / "config.json", lambda config: config["id2label"].update({"1": "428.0"}))
    assert "428.0 more than once" in refusal(folder)


def test_doubles_at_the_end_of_a_whole_code_book_are_counted(folder: Path) -> None:
    every = [*[code for kind in Kind for code in codes(kind)][:-2], "001.0", "001.1"]
    labels = {str(place): code for place, code in enumerate(every)}
    edit(folder / "config.json", lambda config: config.update(id2label=labels))
    assert "001.0 (of 2 such codes) more than once" in refusal(folder)


@pytest.mark.parametrize("found", [None, "single_label_classification"])
def test_a_model_that_chooses_one_label_is_refused(folder: Path, found: str | None) -> None:
    edit(folder / "config.json", lambda config: config.update(problem_type=found))
    assert "problem_type" in refusal(folder)


@pytest.mark.parametrize(
    ("name", "content", "field"),
    [
        ("windows.json", {"length": 64, "strid": 3}, "strid"),
        ("windows.json", {"length": "64", "stride": 3}, "length"),
        ("windows.json", {"length": 32, "stride": 30}, "stride"),
        ("windows.json", {"length": 65, "stride": 8}, "64 positions"),
        ("windows.json", {"length": 64}, "stride: Field required"),
        ("windows.json", {"length": 64, "stride": 0, "cut": "words"}, "cut"),
        ("windows.json", {"length": 64, "stride": 8, "cut": "sentences"}, "stride must be 0"),
        ("windows.json", {"length": 32, "stride": 8, "aggregation": "mean"}, "aggregation"),
        ("thresholds.json", {"global": 1.5}, "global"),
        ("thresholds.json", {"per_code": {"4280": 0.5}}, "4280"),
        ("thresholds.json", {"per_code": {"428.0": 0}}, "per_code.428.0"),
        ("calibration.json", {"method": "isotonic", "a": 1, "b": 0, "split": ""}, "method"),
        ("calibration.json", {"method": "platt", "b": 0, "split": ""}, "a: Field required"),
        ("calibration.json", {"method": "platt", "a": -1, "b": 0, "split": ""}, "a:"),
        ("calibration.json", ["platt"], "the file"),
        ("examples.json", {"notes": {"428.0": -1}}, "notes.428.0"),
        ("examples.json", {"notes": {"428.0": "many"}}, "notes.428.0"),
        ("examples.json", {"notes": {"428.0": 2.5}}, "notes.428.0"),
        ("examples.json", {"notes": {"428.0": True}}, "notes.428.0"),
        ("examples.json", {"notes": {"4280": 3}}, "4280"),
        ("examples.json", {"notes": {}, "splits": "train"}, "splits"),
        ("examples.json", {"428.0": 3}, "428.0: Extra inputs"),
        ("examples.json", {"split": "train"}, "one of notes and passages is needed"),
        ("examples.json", {"notes": {}, "passages": {}}, "one of notes and passages is needed"),
        ("examples.json", {"passages": {"4280": 3}}, "passages names 1 codes"),
        ("reliability.json", {"all": [], "split": ""}, "model_version: Field required"),
    ],
)
def test_a_wrong_declaration_is_refused_by_file_and_field(
    folder: Path, name: str, content: object, field: str
) -> None:
    write_json(folder / name, content)
    message = refusal(folder)
    assert name in message
    assert field in message


@pytest.mark.parametrize("content", ["{", "[]", '{"global": NaN}', '{"global": 1e999}'])
def test_a_broken_declaration_is_refused(folder: Path, content: str) -> None:
    (folder / "thresholds.json").write_text(content)
    assert "thresholds.json" in refusal(folder)


@pytest.mark.parametrize("name", ["examples.json", "reliability.json"])
def test_counts_of_absurd_size_are_not_read(folder: Path, name: str) -> None:
    with (folder / name).open("wb") as file:
        file.truncate(9_000_000)
    message = refusal(folder)
    assert name in message
    assert "9,000,000 bytes" in message


@pytest.mark.parametrize("content", ["", "[" * 100_000, '{"a": 1}', "\x00"])
def test_a_broken_configuration_is_refused(folder: Path, content: str) -> None:
    (folder / "config.json").write_text(content)
    assert "config.json" in refusal(folder)


def test_a_configuration_of_absurd_size_is_not_read(folder: Path) -> None:
    with (folder / "config.json").open("ab") as file:
        file.truncate(9_000_000)
    assert "9,000,000 bytes" in refusal(folder)


@pytest.mark.parametrize(
    "name", ["config.json", "model.safetensors", "tokenizer.json", "windows.json"]
)
def test_the_version_changes_with_every_file_that_changes_the_output(
    folder: Path, name: str
) -> None:
    before = model_version(folder)
    with (folder / name).open("ab") as file:
        file.write(b" ")
    assert model_version(folder) != before


def test_a_new_declaration_is_a_new_version_and_a_new_card_is_not(folder: Path) -> None:
    before = model_version(folder)
    (folder / "README.md").write_text("card")
    write_json(folder / "metrics.json", {"f1": 0.5})
    assert model_version(folder) == before
    write_json(folder / "calibration.json", {"method": "platt", "a": 1, "b": 0, "split": ""})
    assert model_version(folder) != before


def test_the_rule_that_cuts_sentences_belongs_to_the_version_of_who_reads_by_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_json(folder / "windows.json", {"length": 64, "stride": 0, "cut": "sentences"})
    by_sentences = model_version(folder)
    monkeypatch.setattr("icd9_review.model.folder.files.CUT_RULE", CUT_RULE + 1)
    assert model_version(folder) != by_sentences
    write_json(folder / "windows.json", Windows(length=32, stride=8).to_json())
    overlapping = model_version(folder)
    monkeypatch.setattr("icd9_review.model.folder.files.CUT_RULE", CUT_RULE)
    assert model_version(folder) == overlapping


JUDGE = {
    "intercept": -0.5,
    "margin": 0.75,
    "doubts": {"withheld": 2.0, "explained": 0.5},
    "split": "60 notes",
}


def test_a_folder_with_a_judge_says_how_it_weighs(folder: Path) -> None:
    assert read_folder(folder).judge is None
    write_json(folder / "judge.json", JUDGE)
    weights = {Doubt.WITHHELD: 2.0, Doubt.EXPLAINED: 0.5}
    assert read_folder(folder).judge == Judge(-0.5, 0.75, weights, "60 notes")


def test_a_judge_may_weigh_procedures_by_themselves(folder: Path) -> None:
    own = {"intercept": 0.25, "margin": 0.5, "doubts": {"planned": 1.5}}
    write_json(folder / "judge.json", {**JUDGE, "procedures": own})
    judge = read_folder(folder).judge
    assert judge is not None
    assert judge.of(Kind.PROCEDURE) == JudgeWeights(0.25, 0.5, {Doubt.PLANNED: 1.5})
    assert judge.of(Kind.DIAGNOSIS) == replace(judge)
    write_json(folder / "judge.json", JUDGE)
    old = read_folder(folder).judge
    assert old is not None
    assert old.of(Kind.PROCEDURE) is None


def test_a_judge_may_know_every_doubt_and_none(folder: Path) -> None:
    for doubts in ({}, dict.fromkeys(map(str, Doubt), 1)):
        write_json(folder / "judge.json", {**JUDGE, "doubts": doubts})
        judge = read_folder(folder).judge
        assert judge is not None
        assert judge.doubts == doubts


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"doubts": {"witheld": 2.0}}, "doubts.witheld"),
        ({"doubts": {"withheld": -0.1}}, "doubts.withheld"),
        ({"doubts": {"withheld": "2"}}, "doubts.withheld"),
        ({"doubts": {"withheld": None}}, "doubts.withheld"),
        ({"doubts": ["withheld"]}, "doubts"),
        ({"margin": -0.1}, "margin"),
        ({"intercept": "0"}, "intercept"),
        ({"intercept": True}, "intercept"),
        ({"split": "x" * 501}, "split"),
        ({"weights": {}}, "weights"),
        ({"procedures": {"intercept": 1.0, "margin": 0.5}}, "procedures.doubts"),
        ({"procedures": {**JUDGE}}, "procedures.split"),
    ],
)
def test_a_judge_that_is_misspelt_or_speaks_for_a_code_is_refused_by_file_and_field(
    folder: Path, changed: dict[str, object], field: str
) -> None:
    write_json(folder / "judge.json", JUDGE | changed)
    message = refusal(folder)
    assert "judge.json" in message
    assert field in message


@pytest.mark.parametrize("name", list(JUDGE))
def test_a_judge_has_all_its_fields(folder: Path, name: str) -> None:
    write_json(folder / "judge.json", {key: JUDGE[key] for key in JUDGE if key != name})
    assert f"{name}: Field required" in refusal(folder)


@pytest.mark.parametrize("content", ["{", "[]", "", "null"])
def test_a_broken_judge_is_refused(folder: Path, content: str) -> None:
    (folder / "judge.json").write_text(content)
    assert "judge.json" in refusal(folder)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_a_judge_weighs_with_finite_numbers(folder: Path, number: str) -> None:
    (folder / "judge.json").write_text(json.dumps(JUDGE).replace("-0.5", number))
    assert "judge.json" in refusal(folder)


def test_the_judge_and_the_rule_of_its_doubts_belong_to_the_version(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = model_version(folder)
    monkeypatch.setattr("icd9_review.model.folder.files.JUDGE_RULE", JUDGE_RULE + 1)
    assert model_version(folder) == without
    write_json(folder / "judge.json", JUDGE)
    other_rule = model_version(folder)
    monkeypatch.setattr("icd9_review.model.folder.files.JUDGE_RULE", JUDGE_RULE)
    judged = model_version(folder)
    write_json(folder / "judge.json", {**JUDGE, "margin": 0.5})
    assert len({without, other_rule, judged, model_version(folder)}) == 4
    (folder / "judge.json").unlink()
    assert model_version(folder) == without


def test_the_version_of_a_folder_whose_judge_looks_at_diagnoses_alone_is_what_it_always_was(
    folder: Path,
) -> None:
    """Its notes are not read again: nothing is said of them that was not said before."""
    for file in folder.iterdir():
        file.unlink()
    (folder / "config.json").write_text("{}")
    (folder / "judge.json").write_text(json.dumps(JUDGE))
    assert model_version(folder) == (
        "4ce7ff8c812c7c8cf96d847d29a36d4dfbdd02ebe3381eae1c3594122d4a8b07"
    )


def test_the_version_of_a_folder_without_a_judge_is_what_it_always_was(folder: Path) -> None:
    """Every stored score is by such a version: another sum would have all notes read again."""
    for file in folder.iterdir():
        file.unlink()
    (folder / "config.json").write_text("{}")
    write_json(folder / "thresholds.json", {"global": 0.5})
    assert model_version(folder) == (
        "a5489147c8e13fc7a64d4105ff7f70f5c52bde98660e0e5b2e98a7723a071568"
    )
