"""The committed model folder: its form, and what a coder sees on a plain discharge note."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from icd9_review.codes.table import codes
from icd9_review.evaluation.labelled.labelled_notes import read_labelled
from icd9_review.evaluation.labelled.scoring import Counts, count_note
from icd9_review.evaluation.readings import read_notes
from icd9_review.evaluation.rule import count_each
from icd9_review.model.folder.files import model_version
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.model.reading.scorer import ModelScorer
from icd9_review.training.default.card.account import (
    BOTH_KINDS,
    CODIESP,
    MEASURED,
    tell_figures,
)
from icd9_review.training.default.labels import label_codes
from icd9_review.training.folder import file_digest
from icd9_review.values import ExampleUnit, Kind, Suggestion

LARGEST = 70_000_000  # bytes
NOTE = (
    "DISCHARGE DIAGNOSES: 1. Acute on chronic congestive heart failure. 2. Atrial fibrillation, "
    "on Coumadin. 3. Type 2 diabetes mellitus. 4. Urinary tract infection. No evidence of "
    "pneumonia. Family history of coronary artery disease in the father."
)
PNEUMONIA = [str(number) for number in range(480, 487)]
CORONARY = [str(number) for number in range(410, 415)]


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return load_predictor(Path(__file__).resolve().parents[3] / "models" / "default")


@pytest.fixture(scope="module")
def suggested(predictor: Predictor) -> dict[str, Suggestion]:
    """The best diagnosis above its threshold by three-digit category."""
    found: dict[str, Suggestion] = {}
    for suggestion in predictor.predict(NOTE):
        if suggestion.suggested and suggestion.kind is Kind.DIAGNOSIS:
            found.setdefault(suggestion.code.split(".")[0], suggestion)
    return found


def read(folder: Path, name: str) -> dict[str, object]:
    content: dict[str, object] = json.loads((folder / name).read_text(encoding="utf-8"))
    return content


def test_it_has_an_output_for_every_code_of_version_32(predictor: Predictor) -> None:
    assert predictor.labels == label_codes()
    assert set(predictor.version.places) == {(kind, code) for kind in Kind for code in codes(kind)}


@pytest.mark.parametrize(
    ("code", "done", "not_done"),
    [
        (
            "51.23",
            "Laparoscopic cholecystectomy was performed without complications.",
            "Laparoscopic cholecystectomy is scheduled for next month.",
        ),
        (
            "45.23",
            "PROCEDURE PERFORMED: Colonoscopy to the cecum.",
            "He declined a colonoscopy.",
        ),
    ],
)
def test_a_procedure_is_suggested_where_it_was_done(
    predictor: Predictor, code: str, done: str, not_done: str
) -> None:
    assert code in {each.code for each in predictor.predict(done) if each.suggested}
    assert code not in {each.code for each in predictor.predict(not_done) if each.suggested}


@pytest.mark.parametrize("category", ["428", "427", "250", "599"])
def test_a_listed_diagnosis_is_suggested(suggested: dict[str, Suggestion], category: str) -> None:
    assert category in suggested


@pytest.mark.parametrize("category", PNEUMONIA)
def test_denied_pneumonia_is_not_suggested(suggested: dict[str, Suggestion], category: str) -> None:
    assert category not in suggested


@pytest.mark.parametrize("category", CORONARY)
def test_coronary_disease_of_the_father_is_not_suggested(
    suggested: dict[str, Suggestion], category: str
) -> None:
    assert category not in suggested


def test_the_weights_are_half_precision_and_small(default_folder: Path) -> None:
    weights = default_folder / "model.safetensors"
    assert weights.stat().st_size <= LARGEST
    tensors = load_file(weights)
    assert {t.dtype for t in tensors.values() if t.is_floating_point()} == {torch.float16}
    assert all(torch.isfinite(tensor).all() for tensor in tensors.values())


def test_the_configuration_asks_for_single_precision(default_folder: Path) -> None:
    config = read(default_folder, "config.json")
    assert config["dtype"] == "float32"
    assert config["problem_type"] == "multi_label_classification"


def test_nothing_is_baked_into_the_tokenizer(default_folder: Path) -> None:
    tokenizer = read(default_folder, "tokenizer.json")
    assert tokenizer["truncation"] is None
    assert tokenizer["padding"] is None
    assert read(default_folder, "tokenizer_config.json")["do_lower_case"] is True


def test_the_figures_belong_to_these_weights(default_folder: Path) -> None:
    metrics = read(default_folder, "metrics.json")
    assert metrics["weights_sha256"] == file_digest(default_folder / "model.safetensors")
    assert metrics["model_version"] == model_version(default_folder)


def test_how_often_probabilities_held_was_measured_with_these_weights_on_the_same_notes(
    predictor: Predictor, default_folder: Path
) -> None:
    held = predictor.reliability
    assert held is not None
    assert "not by certified coders" in held.split
    measured = read(default_folder, "metrics.json")["measured"]
    assert isinstance(measured, dict)
    assert held.split.startswith(f"{measured['data']['notes']} notes: ")
    others = [each for each in measured["calibration"]["bins_after"] if each["count"]]
    pairs = sum(each.count for each in held.all)
    assert pairs == sum(each["count"] for each in others)
    for ours, theirs in (("mean", "mean_probability"), ("observed", "share_positive")):
        whole = sum(each["count"] * each[theirs] for each in others)
        found = sum(each.count * getattr(each, ours) for each in held.all)
        assert found == pytest.approx(whole, abs=1e-6 * pairs)  # shares have six digits


def test_the_read_notes_that_it_learned_from_are_counted_by_code(predictor: Predictor) -> None:
    examples = predictor.examples
    assert examples is not None
    assert examples.unit is ExampleUnit.NOTE
    assert set(examples.counts) <= set(predictor.labels)
    assert examples.of("401.9") > 100
    assert examples.of("47.01") > 0


def test_the_card_is_the_one_written_from_the_figures(default_folder: Path) -> None:
    measured = read(default_folder, "metrics.json")["measured"]
    assert isinstance(measured, dict)
    card = (default_folder / "README.md").read_text(encoding="utf-8")
    for rate in ("precision", "recall", "f1", "coverage"):
        assert f"{measured['rule'][rate]['value']:.3f}" in card, rate
    for yardstick in measured["yardsticks"].values():
        assert f"{yardstick['f1']['value']:.3f}" in card
    assert "not by certified coders" in card


def test_the_card_tells_of_its_figures_what_the_program_would(default_folder: Path) -> None:
    metrics: Mapping[str, Any] = read(default_folder, "metrics.json")
    found = {name: metrics[name] for name in (MEASURED, CODIESP, BOTH_KINDS)}
    told = tell_figures(metrics["fitted"], found, metrics["before"])
    assert read(default_folder, "card.json")["validation"] == told
    assert told in (default_folder / "README.md").read_text(encoding="utf-8")


def test_the_readme_has_the_figures_of_the_card(default_folder: Path) -> None:
    measured = read(default_folder, "metrics.json")["measured"]
    assert isinstance(measured, dict)
    readme = (default_folder.parents[1] / "README.md").read_text(encoding="utf-8")
    systems = {"model": measured["rule"], **measured["yardsticks"]}
    for name, rates in systems.items():
        assert f"{rates['f1']['value']:.2f}" in readme, name


@pytest.mark.reference
def test_the_figures_are_measured_again_on_ten_labelled_notes(
    predictor: Predictor, reference_data: Path
) -> None:
    path = reference_data / "notes" / "mtsamples_dev_labelled.jsonl"
    readings = read_notes(ModelScorer(predictor), tuple(read_labelled(path))[:10])
    counted = count_each(readings.notes, readings.suggested_codes, frozenset(readings.codes))
    assert sum(counted, Counts()).f1 > 0.5


@pytest.mark.reference
def test_whatever_the_labelled_notes_need_is_in_the_label_space(
    predictor: Predictor, reference_data: Path
) -> None:
    path = reference_data / "notes" / "mtsamples_dev_labelled.jsonl"
    notes = tuple(read_labelled(path))
    space = frozenset(predictor.labels)
    assert sum((count_note((), n.labels, space) for n in notes), Counts()).coverage == 1
