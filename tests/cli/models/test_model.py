"""A folder of MIMIC-III's 50 most frequent codes, 17 of them procedures, goes the whole way.

As it is found: a pickle, no codes but a list of MIMIC's ICD9_CODE without dots.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from typer.testing import CliRunner

from icd9_review.cli.main import app
from icd9_review.model.folder.check import Level, check_folder
from icd9_review.model.folder.files import model_version, read_folder
from icd9_review.values import Kind
from tests.tiny import WINDOWS, WORDS, build_classifier, build_tokenizer, write_json

_DIAGNOSES = (
    "4019 4280 42731 41401 5849 25000 2724 51881 5990 53081 2720 2859 2449 486 2851 2762 496 "
    "99592 V5861 5070 0389 5859 40390 311 3051 412 2875 41071 2761 V4581 4240 V1582 5119"
)
_PROCEDURES = "3893 9604 966 9671 9904 3961 9672 8856 3891 3615 9915 8872 3722 3324 3995 4513 3723"
DIAGNOSES, PROCEDURES = _DIAGNOSES.split(), _PROCEDURES.split()
"""The 50 most frequent codes of MIMIC-III, after a published list (``mimic/``)."""

KNOWN = {"96.04": "fall"} | {code: words[0] for code, words in WORDS.items() if code != "E849.0"}
"""What the model looks for; the word for the procedure is one that the tiny BERT knows."""


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [*map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def found(tmp_path: Path, tiny_model_folder: Path) -> Path:
    """The tiny model's weights, its classifier spread over 50 outputs: 17 procedures first."""
    folder = tmp_path / "top50"
    folder.mkdir()
    pieces = len(build_tokenizer(folder / "vocab.txt", cased=False))
    lines = [f"{code} procedure" for code in PROCEDURES] + [f"{c} diagnosis" for c in DIAGNOSES]
    (folder / "codes.txt").write_text("\n".join(lines) + "\n", "utf-8")
    model = build_classifier(pieces, [f"LABEL_{number}" for number in range(50)])
    weights = load_file(tiny_model_folder / "model.safetensors")
    taught = {code.replace(".", ""): place for place, code in enumerate(WORDS)} | {"9604": 9}
    rows = torch.tensor([taught.get(code, -1) for code in (*PROCEDURES, *DIAGNOSES)])
    classifier = weights["classifier.weight"][rows] * (rows >= 0)[:, None]
    bias = torch.where(rows >= 0, weights["classifier.bias"][0], -6.0)
    model.load_state_dict(
        weights | {"classifier.weight": classifier, "classifier.bias": bias.float()}
    )
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    config = {**model.config.to_dict(), "architectures": None, "problem_type": None}
    write_json(folder / "config.json", config)
    write_json(folder / "windows.json", WINDOWS)
    return folder


@pytest.fixture
def good(found: Path, tmp_path: Path) -> Path:
    told = run(
        "model", "convert", found, "--labels", found / "codes.txt", "--output", tmp_path / "good"
    )
    assert "33 diagnoses, 17 procedures, version " in told
    labels = read_folder(tmp_path / "good").version.labels
    seen = {code: 5 if code == "38.93" else 400 for code in labels}
    write_json(tmp_path / "good" / "examples.json", {"notes": seen, "split": "train"})
    return tmp_path / "good"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Notes that name some codes, one of them in each falsely: two splits alike."""
    chance = np.random.default_rng(2)
    rows = []
    for number in range(80):
        named = [str(code) for code in chance.choice(list(KNOWN), 3, replace=False)]
        if number % 2 and "96.04" not in named:
            named[0] = "96.04"
        text = " ".join(f"Admitted with {KNOWN[code]}." for code in named)
        labels = [{"any_of": [code]} for code in named[: 2 + number % 2]]
        split = "validation" if number % 4 < 2 else "test"
        rows.append({"id": f"n{number}", "text": text, "labels": labels, "split": split})
    file = tmp_path / "notes.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return file


def test_without_their_kind_codes_of_both_volumes_are_refused(found: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.txt"
    bare.write_text("\n".join((*PROCEDURES, *DIAGNOSES)), "utf-8")
    result = CliRunner().invoke(
        app,
        ["model", "convert", str(found), "--labels", str(bare), "--output", str(tmp_path / "x")],
    )
    assert "3893 may be the diagnosis 389.3 or the procedure 38.93" in str(result.exception)


def test_convert_and_check_know_both_kinds(good: Path) -> None:
    version = read_folder(good).version
    assert [kind for kind in version.kinds if kind is Kind.PROCEDURE] == [Kind.PROCEDURE] * 17
    assert {"38.93", "96.6", "486", "V45.81", "038.9"} <= set(version.labels)
    told = run("model", "check", good)
    assert "33 diagnoses, 17 procedures" in told
    assert "every code is one of version 32" in told


def test_predict_proposes_a_procedure(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(good))
    note = tmp_path / "note.txt"
    note.write_text("Admitted with fall. Congestive heart failure.", "utf-8")
    (told,) = run("predict", "--json", "--threshold", "0.5", note).splitlines()
    kinds = {each["code"]: each["kind"] for each in json.loads(told)["suggestions"]}
    assert kinds == {"96.04": "procedure", "428.0": "diagnosis"}


def test_its_card_has_both_kinds_and_the_figures_of_an_evaluation(
    good: Path, notes: Path, tmp_path: Path
) -> None:
    figures = tmp_path / "figures"
    run("evaluate", good, "--data", notes, "--split", "test", "--output", figures, "--draws", "20")
    told = "Discharge summaries of one hospital."
    run("model", "card", good, "--evaluation", figures / "evaluation.json", "--trained-on", told)
    card = (good / "README.md").read_text("utf-8")
    assert "50 (33 diagnoses, 17 procedures), ICD-9-CM version 32 |" in card
    assert "Measured on notes.jsonl, split test, 40 notes." in card
    assert f"- {told}\n- Of the 50 codes 50 stood in a training note (train), 1 of them" in card


@pytest.mark.parametrize("options", [(), ("--by-frequency",)])
def test_fitted_thresholds_and_calibration_are_used_and_measured(
    good: Path, notes: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    before = model_version(good)
    told = run("model", "fit", good, "--data", notes, "--split", "validation", *options)
    assert "fitted on 40 notes: split validation of notes.jsonl" in told
    assert [r.text for r in check_folder(good) if r.level is Level.PROBLEM] == []
    version = read_folder(good).version
    assert version.version != before
    assert version.calibration is not None
    assert version.calibration.reorders == bool(options)
    figures = tmp_path / "figures"
    run("evaluate", good, "--data", notes, "--split", "test", "--output", figures, "--draws", "20")
    measured = json.loads((figures / "evaluation.json").read_text("utf-8"))
    rows = {row["code"]: row for row in measured["per_code"]}
    assert rows["96.04"]["recall"] > 0.9
    assert rows["96.04"]["title"] == "Insertion of endotracheal tube"
    assert measured["calibration"]["ece_after"] < measured["calibration"]["ece_before"]


@pytest.mark.parametrize(
    ("options", "said"), [((), ""), (("--by-frequency",), ", calibrated probabilities")]
)
def test_the_table_of_predict_says_where_its_probabilities_are_calibrated_by_bucket(
    good: Path,
    notes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    said: str,
) -> None:
    run("model", "fit", good, "--data", notes, "--split", "validation", *options)
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(good))
    note = tmp_path / "note.txt"
    note.write_text("Admitted with fall. Congestive heart failure.", "utf-8")
    first, *lines = run("predict", "--all", note).splitlines()
    assert first == f"{note}: 50 codes, 100% of the note read{said}"
    by_line = [each.split()[:2] for each in lines]
    (told,) = run("predict", "--all", "--json", note).splitlines()
    name = "calibrated" if said else "probability"
    assert by_line == [
        [each["code"], f"{each[name]:.2f}"] for each in json.loads(told)["suggestions"]
    ]


def test_buckets_are_of_one_kind_and_about_as_frequent_and_go_with_another_fit(
    good: Path, notes: Path
) -> None:
    run("model", "fit", good, "--data", notes, "--split", "validation", "--by-frequency")
    buckets = json.loads((good / "buckets.json").read_text("utf-8"))
    assert buckets["by"] == "kind, and training notes of each code"
    sizes = {name: len(codes) for name, codes in buckets["codes"].items()}
    assert list(sizes.items()) == [
        ("diagnoses 101-500", 33),
        ("procedures 1-10", 1),
        ("procedures 101-500", 16),
    ]
    fitted = json.loads((good / "calibration.json").read_text("utf-8"))["per_bucket"]
    assert set(fitted) == {"procedures 101-500", "diagnoses 101-500"}
    assert all(line["positives"] >= 10 for line in fitted.values())
    run("model", "fit", good, "--data", notes, "--split", "validation")
    assert not (good / "buckets.json").exists()
    assert "per_bucket" not in (good / "thresholds.json").read_text("utf-8")


def test_buckets_need_counts_of_training_examples(good: Path, notes: Path) -> None:
    (good / "examples.json").unlink()
    arguments = ["model", "fit", str(good), "--data", str(notes), "--by-frequency"]
    assert "has no examples.json" in str(CliRunner().invoke(app, arguments).exception)
