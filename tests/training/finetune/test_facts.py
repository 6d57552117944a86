"""The card of a run says every fact of it, and is written again with test figures."""

from __future__ import annotations

import json
import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from icd9_review.errors import InputError, ModelFolderError
from icd9_review.evaluation.report.record import FORMAT, Evaluation
from icd9_review.model.folder.files import model_version
from icd9_review.training.card_facts import Credits, hub_figures, read_record, rewrite_card
from icd9_review.training.finetune.facts import card_record

RECORD: dict[str, Any] = {
    "model_version": "ab" * 32,
    "request": {
        "base": "dmis-lab/biobert-base-cased-v1.1",
        "base_sha256": "cd" * 32,
        "labels": "top50",
        "splits": None,
        "diagnoses_only": False,
        "seed": 9,
        "reading": "first",
        "max_windows": 8,
        "loss": "bce",
        "focal_gamma": 2.0,
        "positive_weight": 1.0,
        "goal": "f1",
        "learning_rate": 5e-5,
        "batch": 8,
        "accumulate": 2,
        "epochs": 10,
        "patience": 6,
        "checkpoint_steps": 500,
    },
    "precision": "bf16",
    "corpus": {"labels": 50, "counts": {"train": 8066, "validation": 1573, "test": 1729}},
    "labels_without_training_notes": 0,
    "training": {
        "steps": 3000,
        "planned_steps": 5050,
        "epochs": 5.9,
        "best_step": 2500,
        "stopped_early": True,
    },
    "validation": {
        "notes": 1573,
        "micro_f1": 0.6,
        "precision": 0.6,
        "recall": 0.6,
        "global_threshold": 0.4,
        "codes_with_own_threshold": 49,
    },
    "used": {
        "legs": 1,
        "seconds": {"training": 7200.0},
        "energy_kwh": 1.5,
        "co2_kg": 0.6,
        "country": "USA",
    },
    "hardware": {"gpus": ["A GPU"], "processor": "x86_64", "cores": 8},
    "versions": {"python": "3.11", "codecarbon": None},
}
OPEN = ("to be added", "to be specified", "to be calculated", "{{", "TODO", "[More Information")


def record(**changes: dict[str, Any]) -> dict[str, Any]:
    changed = deepcopy(RECORD)
    for part, fields in changes.items():
        changed[part] |= fields
    return changed


@pytest.fixture
def folder(tiny_model_folder: Path, tmp_path: Path) -> Path:
    path = Path(shutil.copytree(tiny_model_folder, tmp_path / "model"))
    card_record(RECORD).write(path)
    return path


def card_of(folder: Path) -> str:
    return (folder / "README.md").read_text("utf-8")


def evaluation(folder: Path) -> dict[str, Any]:
    figure = {"value": 0.612, "low": 0.55, "high": 0.66}
    return {
        **dict.fromkeys(Evaluation.__dataclass_fields__),
        "format": FORMAT,
        "model": {"version": model_version(folder)},
        "data": {"file": "corpus.jsonl", "split": "test"},
        "rule": {"f1": figure, "precision": figure, "recall": {**figure, "value": None}},
        "ranking": {"map": figure},
    }


def test_the_card_says_what_was_done_with_nothing_left_open(folder: Path) -> None:
    card = card_of(folder)
    for fact in (
        "BioBERT fine-tuned on MIMIC-III",
        "PhysioNet Credentialed Health Data Use Agreement",
        "8,066 admissions to train, 1,573 to validate, 1,729 kept for testing",
        "split by patient, seed 9",
        "of each note its first window was read",
        "stopped early after 3,000 of 5,050 steps",
        "best checkpoint by validation micro-F1",
        "16 (8 at once, 2 accumulated)",
        "bfloat16 mixed precision",
        "A GPU for 2.0 hours, in one piece. It used 1.500 kWh",
        "0.600 kg of CO2 with the energy mix of USA",
        "micro-F1 0.600",
        "It has not been measured on notes kept apart",
        "base_model: dmis-lab/biobert-base-cased-v1.1",
        "license: other",
    ):
        assert fact in card
    assert not [mark for mark in OPEN if mark in card]


@pytest.mark.parametrize(
    ("part", "changes", "sentence"),
    [
        ("request", {"splits": "/caml"}, "split by the lists of CAML"),
        ("request", {"diagnoses_only": True}, "diagnoses only"),
        ("request", {"reading": "all"}, "at most 8 windows spread over it"),
        ("request", {"loss": "focal"}, "focal loss (gamma 2)"),
        ("request", {"positive_weight": 3.0}, "weighted 3"),
        ("training", {"stopped_early": False}, "ran to its end"),
        ("used", {"energy_kwh": None}, "Energy was not measured"),
        ("used", {"co2_kg": None}, "CO2 was not estimated"),
        ("hardware", {"gpus": []}, "8 cores of x86_64"),
        ("request", {"labels": "/home/somebody/codes.txt"}, "Label space: the codes of codes.txt"),
        ("used", {"legs": 3}, "at least 2.0 hours, stopped and taken up again 2 times"),
        ("request", {"base": "/home/somebody/pubmedbert"}, "pubmedbert (a local folder)"),
    ],
)
def test_each_choice_has_its_sentence(
    folder: Path, part: str, changes: dict[str, Any], sentence: str
) -> None:
    card_record(record(**{part: changes})).write(folder)
    assert sentence in card_of(folder)
    assert "/home/somebody" not in card_of(folder)


def test_who_made_it_is_named_and_physionets_agreement_stays(folder: Path) -> None:
    version = model_version(folder)
    rewrite_card(folder, None, Credits("A hospital", "Ours alone", "Us 2026", "us@example.org"))
    card = card_of(folder)
    for given in ("A hospital", "Ours alone; models trained on MIMIC-III", "Us 2026", "us@example"):
        assert given in card
    assert read_record(folder).facts.developer == "A hospital"
    assert model_version(folder) == version


def test_figures_of_another_model_are_refused(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"
    path.write_text(json.dumps({"model": {"version": "of another"}}), "utf-8")
    with pytest.raises(InputError, match="measured the model version of another"):
        rewrite_card(folder, path, Credits())


@pytest.mark.parametrize("content", ["not JSON", "[]", '{"model": 3}'])
def test_a_file_that_is_no_evaluation_is_refused(
    folder: Path, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "evaluation.json"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=r"is not the evaluation\.json"):
        rewrite_card(folder, path, Credits())


def test_an_evaluation_that_lacks_its_figures_is_refused(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"
    path.write_text(json.dumps({"format": FORMAT, "model": {"version": model_version(folder)}}))
    with pytest.raises(InputError, match=r"is not the evaluation\.json"):
        rewrite_card(folder, path, Credits())


def test_a_file_that_is_not_there_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.json cannot be read"):
        rewrite_card(folder, tmp_path / "absent.json", Credits())


def test_what_the_training_recorded_is_not_written_over(folder: Path) -> None:
    before = card_of(folder)
    with pytest.raises(InputError, match="leave out base model, training data"):
        rewrite_card(folder, None, Credits(base_model="other/base", training_data=("Charts.",)))
    assert card_of(folder) == before


def test_facts_that_were_damaged_are_refused(folder: Path) -> None:
    (folder / "card.json").write_text('{"facts": {}}', "utf-8")
    with pytest.raises(ModelFolderError, match="not as it was written"):
        read_record(folder)


def test_the_metadata_has_the_figures_that_are_defined(folder: Path) -> None:
    found = list(hub_figures(evaluation(folder)))
    assert [(line.metric, line.value) for line in found] == [
        ("f1", 0.612),
        ("precision", 0.612),
        ("map", 0.612),
    ]
    assert found[0].dataset == "corpus.jsonl, split test"
