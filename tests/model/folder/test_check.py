from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from icd9_review.model.folder.check import Level, check_folder
from tests.model.folder.test_files import HIGH, LOW, edit, held
from tests.tiny import write_json


def texts(folder: Path, level: Level) -> str:
    return "\n".join(remark.text for remark in check_folder(folder) if remark.level is level)


def test_a_good_folder_has_no_problem_and_is_loaded(folder: Path) -> None:
    assert texts(folder, Level.PROBLEM) == ""
    assert "the model loads and answers" in texts(folder, Level.OK)
    assert "not calibrated" in texts(folder, Level.ADVICE)


def test_every_problem_is_named_at_once(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    edit(folder / "config.json", lambda config: config["id2label"].update({"0": "LABEL_0"}))
    edit(folder / "tokenizer_config.json", lambda config: config.update(do_lower_case=False))
    write_json(folder / "windows.json", {"length": 999, "stride": 8})
    problems = texts(folder, Level.PROBLEM)
    for named in ("pickle", "LABEL_0", "do_lower_case", "999 word pieces"):
        assert named in problems


def test_it_says_how_a_note_is_cut(folder: Path) -> None:
    assert "windows of 32 word pieces, 8 of them shared" in texts(folder, Level.OK)
    write_json(folder / "windows.json", {"length": 32, "stride": 0, "cut": "sentences"})
    assert "a note is read by sentences of at most 32 word pieces" in texts(folder, Level.OK)


def test_a_folder_that_is_none_is_a_problem(tmp_path: Path) -> None:
    assert "is not a folder" in texts(tmp_path / "nowhere", Level.PROBLEM)


def test_damaged_weights_are_a_problem(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\xff" * 100)
    edit(folder / "config.json", lambda config: config.pop("dtype"))
    assert "damaged" in texts(folder, Level.PROBLEM)


@pytest.mark.parametrize(("field", "value"), [("hidden_size", "32"), ("dtype", "nonsense")])
def test_a_configuration_with_a_value_of_another_type_is_a_problem(
    folder: Path, field: str, value: str
) -> None:
    edit(folder / "config.json", lambda config: config.update({field: value}))
    assert "config.json" in texts(folder, Level.PROBLEM)


def test_diagnoses_without_their_leading_zero_are_pointed_out(folder: Path) -> None:
    edit(folder / "config.json", lambda config: config["id2label"].update({"6": "38.9"}))
    advice = texts(folder, Level.ADVICE)
    assert "9 diagnoses, 1 procedure" in advice
    assert "38.9 is a procedure, and no diagnosis begins with 0: if it is a diagnosis" in advice
    assert "1 code is not in version 32, or of the other kind there: 38.9." in advice


def test_half_precision_without_a_declared_type_is_advised_against(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    halves = {name: tensor.to(torch.float16) for name, tensor in weights.items()}
    save_file(halves, folder / "model.safetensors", metadata={"format": "pt"})
    assert "half precision" not in texts(folder, Level.ADVICE)
    edit(folder / "config.json", lambda config: config.pop("dtype"))
    assert "half precision" in texts(folder, Level.ADVICE)


def test_procedures_beside_diagnoses_with_their_zeros_are_right(folder: Path) -> None:
    edit(folder / "config.json", lambda config: config["id2label"].update({"5": "38.93"}))
    assert "9 diagnoses, 1 procedure" in texts(folder, Level.OK)
    assert "every code is one of version 32" in texts(folder, Level.OK)
    assert "leading zero" not in texts(folder, Level.ADVICE)


def test_codes_that_version_32_lacks_are_named(folder: Path) -> None:
    retired = {"0": "276.5", "1": "428", "2": "999.99"}
    edit(folder / "config.json", lambda config: config["id2label"].update(retired))
    assert "3 codes are not in version 32, or of the other kind there: 276.5, 428, 999.99." in (
        texts(folder, Level.ADVICE)
    )
    assert texts(folder, Level.PROBLEM) == ""


def test_a_code_that_comes_twice_is_a_problem(folder: Path) -> None:
    edit(folder / "config.json", lambda config: config["id2label"].update({"0": "486"}))
    assert "id2label names 486 more than once" in texts(folder, Level.PROBLEM)


def test_counts_of_training_notes_are_named_and_missed(folder: Path) -> None:
    assert "no examples.json, so rare codes are not marked" in texts(folder, Level.ADVICE)
    write_json(folder / "examples.json", {"notes": {"428.0": 23, "486": 0}})
    assert "training notes are counted for 2 codes" in texts(folder, Level.OK)
    assert "examples.json" not in texts(folder, Level.ADVICE)


def test_counts_of_passages_are_named_so(folder: Path) -> None:
    write_json(folder / "examples.json", {"passages": {"428.0": 23}})
    assert "training passages are counted for 1 codes" in texts(folder, Level.OK)


def test_counts_of_codes_the_model_does_not_know_are_a_problem(folder: Path) -> None:
    write_json(folder / "examples.json", {"notes": {"4280": 23}})
    assert "notes names 1 codes the model does not know" in texts(folder, Level.PROBLEM)


def test_how_often_probabilities_held_is_named_missed_and_out_of_date(folder: Path) -> None:
    assert "no reliability.json, so it is not shown" in texts(folder, Level.ADVICE)
    write_json(folder / "reliability.json", held(folder, codes={"428.0": [LOW, HIGH]}))
    assert "how often probabilities held, for 1 codes by themselves" in texts(folder, Level.OK)
    write_json(folder / "thresholds.json", {"global": 0.6})
    again = f"measure again: python -m icd9_review model reliability {folder} --data"
    assert again in texts(folder, Level.ADVICE)
    assert texts(folder, Level.PROBLEM) == ""
    write_json(folder / "reliability.json", held(folder, all=[HIGH]))
    assert "reliability.json: all: " in texts(folder, Level.PROBLEM)


def test_it_says_whether_a_second_judge_looks_at_what_reaches_its_threshold(folder: Path) -> None:
    assert "no judge.json" in texts(folder, Level.OK)
    judge = {
        "intercept": 0,
        "margin": 1,
        "doubts": {"withheld": 2, "unnamed": 0},
        "split": "60 notes",
    }
    write_json(folder / "judge.json", judge)
    assert "a second judge weighs 1 doubts (60 notes)" in texts(folder, Level.OK)
    own = {"intercept": 1, "margin": 1, "doubts": {"planned": 2, "past": 1}}
    write_json(folder / "judge.json", {**judge, "procedures": own})
    told = "a second judge weighs 1 doubts about diagnoses and 2 about procedures (60 notes)"
    assert told in texts(folder, Level.OK)
    assert texts(folder, Level.PROBLEM) == ""


def test_a_judge_that_doubts_what_is_unknown_is_a_problem(folder: Path) -> None:
    judge = {"intercept": 0, "margin": 1, "doubts": {"witheld": 2}, "split": ""}
    write_json(folder / "judge.json", judge)
    assert "judge.json" in texts(folder, Level.PROBLEM)
    assert "witheld" in texts(folder, Level.PROBLEM)
