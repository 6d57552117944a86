"""``evaluate`` as people call it, on the tiny model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from icd9_review.cli.main import app
from icd9_review.errors import CorpusError, InputError, ReviewError
from icd9_review.evaluation.labelled.labelled_notes import read_labelled
from icd9_review.evaluation.report.summary import to_markdown
from icd9_review.model.folder.files import model_version
from icd9_review.training.baseline.fit import YardstickRecipe, train_baseline
from icd9_review.training.baseline.folder import write_baseline
from icd9_review.training.baseline.thresholds import codes_of
from tests.tiny import CODES, WORDS

PAIR = {
    "cue": "negation",
    "code": "486",
    "phrase": "pneumonia",
    "present": "He has pneumonia.",
    "absent": "He has a cough.",
}


def row(number: int, *codes: str, split: str = "test") -> dict[str, object]:
    """A note that mentions its codes, the last word of each as evidence."""
    text, labels = "Admitted.", []
    for code in codes:
        text += f" {WORDS[code][0].capitalize()}."
        evidence = [[len(text) - 1 - len(WORDS[code][0]), len(text) - 1]]
        labels.append({"any_of": [code], "evidence": evidence})
    factors = {"sex": "F" if number % 2 else "M"}
    return {
        "id": f"n{number}", "text": text, "labels": labels, "split": split, "factors": factors
    }  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Twenty notes with two codes each, and one of another split."""
    rows = [row(number, CODES[number % 6], CODES[6 + number % 3]) for number in range(20)]
    rows.append(row(99, "486", split="train"))
    path = tmp_path / "notes.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    return path


def run(*arguments: object) -> str:
    """What the command prints; an error raised on purpose is raised here too."""
    result = CliRunner().invoke(app, ["evaluate", *map(str, arguments)])
    if isinstance(result.exception, ReviewError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def held(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "evaluation.json").read_text("utf-8"))
    return content


def test_the_figures_are_printed_and_written(
    tiny_model_folder: Path, data: Path, tmp_path: Path
) -> None:
    output = tmp_path / "figures"
    arguments = (tiny_model_folder, "--data", data, "--split", "test", "--output", output)
    printed = run(*arguments, "--labelled-by", "the test", "--draws", 20)
    assert "tiny (10 codes) on 20 notes of notes.jsonl, split test" in printed
    assert printed.index("All codes") < printed.index("Within the label space")
    assert "0 of 0" in printed
    found = held(output)
    assert found["model"]["version"] == model_version(tiny_model_folder)
    assert found["data"]["labelled_by"] == "the test"
    assert found["rule"]["recall"]["value"] > 0.9
    assert found["rule"]["core"] == 40
    assert {group["value"] for group in found["groups"]} >= {"F", "M", "all"}
    assert (found["pairs"], found["explanations"], found["yardsticks"]) == (None, None, {})
    assert (output / "report.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_the_same_seed_gives_the_same_figures(
    tiny_model_folder: Path, data: Path, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        run(tiny_model_folder, "--data", data, "--output", tmp_path / name, "--draws", 30)
    assert held(tmp_path / "a") == held(tmp_path / "b")


def test_yardsticks_pairs_and_explanations_are_measured_beside_the_model(
    tiny_model_folder: Path, data: Path, tmp_path: Path
) -> None:
    terms = tmp_path / "terms.tsv"
    terms.write_text("code\tsource\tphrase\n486\tindex\tPneumonia\n", encoding="utf-8")
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text(json.dumps(PAIR) + "\n", encoding="utf-8")
    notes = list(read_labelled(data))
    baseline = train_baseline(
        [note.text for note in notes],
        [codes_of(note) for note in notes],
        [*CODES, "001.0"],
        seed=1,
        recipe=YardstickRecipe(),
    )
    write_baseline(baseline, tmp_path / "baseline")
    printed = run(
        tiny_model_folder, "--data", data, "--training-split", "train", "--terms", terms,
        "--pairs", pairs, "--baseline", tmp_path / "baseline", "--explanations",
        "--explanations-limit", 2, "--output", tmp_path / "figures", "--draws", 10,
    )  # fmt: skip
    found = held(tmp_path / "figures")
    assert found["yardsticks"]["dictionary"]["precision"]["value"] == 1.0
    assert found["yardsticks"]["baseline"]["found"] > 0
    assert found["pairs"]["negation"]["right"] == 1
    assert found["explanations"]["explained"] == 2
    assert {bucket["bucket"] for bucket in found["rarity"]} == {"0", "1-10"}
    assert "Dictionary, all codes" in printed
    assert "MINIMAL PAIRS" in printed


def test_another_model_stands_beside_it_under_its_name(
    tiny_model_folder: Path, data: Path, tmp_path: Path
) -> None:
    before = tmp_path / "the model before"
    shutil.copytree(tiny_model_folder, before)
    output = tmp_path / "figures"
    printed = run(
        tiny_model_folder, "--data", data, "--beside", before, "--output", output, "--draws", 20
    )
    assert "The model before" in printed
    figures = held(output)
    assert figures["yardsticks"]["the model before"]["found"] == figures["rule"]["found"]


def test_notes_labelled_with_one_kind_of_codes_are_measured_by_these_alone(
    tiny_model_folder: Path, data: Path, tmp_path: Path
) -> None:
    output = tmp_path / "figures"
    arguments = (tiny_model_folder, "--data", data, "--draws", 20, "--output", output)
    run(*arguments)
    both = held(output)
    run(*arguments, "--kind", "diagnosis")
    alone = held(output)
    assert (both["data"]["kind"], alone["data"]["kind"]) == (None, "diagnosis")
    assert alone["rule"]["found"] == both["rule"]["found"]
    run(*arguments, "--kind", "procedure")
    assert held(output)["all_codes"]["all"]["core"] == 0
    assert "diagnosis codes alone" in to_markdown(alone)


def test_steadiness_is_measured_where_it_is_asked_for(
    tiny_model_folder: Path, data: Path, tmp_path: Path
) -> None:
    printed = run(
        tiny_model_folder, "--data", data, "--steadiness", "--steadiness-limit", 2,
        "--output", tmp_path, "--draws", 5,
    )  # fmt: skip
    found = held(tmp_path)["steadiness"]
    assert found["notes"] == 2
    assert found["changes"]["line in front"]["notes"] == 2
    assert "STEADINESS" in printed
    assert "of the codes from outside them" in printed


def test_the_projects_own_pairs_need_no_file(
    tiny_model_folder: Path, data: Path, tmp_path: Path
) -> None:
    run(tiny_model_folder, "--data", data, "--pairs", "own", "--output", tmp_path, "--draws", 5)
    found = held(tmp_path)
    cues = {"negation", "family", "history", "uncertainty", "procedure"}
    assert set(found["pairs"]) == cues
    assert found["pairs"]["procedure"]["pairs"] == 0
    assert found["pairs"]["procedure"]["unknown"] >= 60
    assert set(found["pairs_held_out"]) <= cues


def test_a_note_the_model_cannot_take_is_named_and_not_quoted(
    tiny_model_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text(json.dumps({"id": "n7", "text": " \n ", "labels": []}), encoding="utf-8")
    with pytest.raises(CorpusError, match=r"^note 'n7': the text is empty"):
        run(tiny_model_folder, "--data", path)


@pytest.mark.parametrize(
    "options",
    [
        ("--explanations-limit", 3),
        ("--explanations", "--explanations-limit", 0),
        ("--steadiness-limit", 3),
        ("--steadiness", "--steadiness-limit", 0),
        ("--pair-notes", "x.jsonl"),
        ("--training-split", "nope"),
    ],
)
def test_options_that_cannot_be_are_refused_before_the_model_reads(
    tiny_model_folder: Path,
    data: Path,
    options: tuple[object, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read(*_given: object) -> None:
        raise AssertionError

    monkeypatch.setattr("icd9_review.evaluation.run.read_notes", read)
    with pytest.raises(InputError):
        run(tiny_model_folder, "--data", data, *options)


def test_the_folder_of_the_figures_is_for_its_owner_alone(
    tiny_model_folder: Path, data: Path, tmp_path: Path
) -> None:
    run(tiny_model_folder, "--data", data, "--output", tmp_path / "new", "--draws", 5)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("option", ["--draws", "--fewest"])
def test_numbers_below_one_are_refused(tiny_model_folder: Path, data: Path, option: str) -> None:
    with pytest.raises(InputError, match=f"{option} must be at least 1"):
        run(tiny_model_folder, "--data", data, option, 0)


def test_a_missing_file_of_pairs_and_an_output_that_is_a_file_are_named(
    tiny_model_folder: Path, data: Path
) -> None:
    with pytest.raises(CorpusError, match=r"absent\.jsonl cannot be read"):
        run(tiny_model_folder, "--data", data, "--pairs", data.with_name("absent.jsonl"))
    with pytest.raises(InputError, match="--output"):
        run(tiny_model_folder, "--data", data, "--output", data, "--draws", 5)
