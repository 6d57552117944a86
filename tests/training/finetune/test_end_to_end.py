"""From tables to the app: train, kill, resume, check, measure, describe, serve.

The whole way is gone once, each test looks at one stretch of it.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from huggingface_hub import ModelCard
from safetensors.torch import load_file
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from icd9_review.cli.main import app
from icd9_review.model.reading.predictor import load_predictor
from icd9_review.settings import ROOT
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.scoring.scores import scores
from icd9_review.store.worklist.page import worklist
from icd9_review.suggestions import rank
from icd9_review.training.finetune.workplace import corpus_of
from icd9_review.training.snippet import SNIPPET
from icd9_review.ui.services import forget_services, services
from icd9_review.values import (
    ExampleUnit,
    WorklistQuery,
)
from tests.app.conftest import wait_until_read

NOTE = "Discharge diagnoses:\n1. congestive heart failure.\n2. atrial fibrillation.\n"
LEARNED = {"428.0", "427.31"}
_KILLED_AFTER = 21  # in the midst of an epoch
_OPTIONS = (
    "--windows all --max-windows 4 --length 64 --stride 8 --epochs 8 --batch 4 --accumulate 2 "
    f"--checkpoint-steps {_KILLED_AFTER} --learning-rate 1e-2"
).split()


@dataclass(frozen=True)
class Run:
    """A finished training, and what its last command wrote."""

    output: Path
    said: str

    @property
    def model(self) -> Path:
        return self.output / "model"


def command(output: Path, tables: Path, base: Path) -> list[str]:
    paths = ("--mimic", str(tables), "--output", str(output), "--base", str(base))
    return ["train", "mimic", *paths, *_OPTIONS]


def run(*arguments: object) -> str:
    """What a command writes, after it ended well."""
    ended = CliRunner().invoke(app, [*map(str, arguments)], catch_exceptions=False)
    assert ended.exit_code == 0, ended.output
    return ended.output


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory, tables: Path, base_folder: Path) -> Run:
    output = tmp_path_factory.mktemp("whole") / "out"
    return Run(output, run(*command(output, tables, base_folder)))


@pytest.fixture(scope="module")
def resumed(tmp_path_factory: pytest.TempPathFactory, tables: Path, base_folder: Path) -> Run:
    """Killed as by a power cut after its first checkpoint, then given the same command."""
    output = tmp_path_factory.mktemp("killed") / "out"
    arguments = command(output, tables, base_folder)
    with (output.parent / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "icd9_review", *arguments],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdout=log,
            stderr=log,
        )
        # The lap of a checkpoint is noted once it is whole.
        while not _has_lap(output / "work" / "laps.jsonl", f'"step": {_KILLED_AFTER},'):
            assert process.poll() is None, (output.parent / "log").read_text("utf-8")[-2000:]
            time.sleep(0.002)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    assert not (output / "model").exists()
    return Run(output, run(*arguments))


def _has_lap(path: Path, step: str) -> bool:
    return path.is_file() and step in path.read_text("utf-8")


@pytest.fixture(scope="module")
def measured(resumed: Run) -> Path:
    """The evaluation of the model on the test split."""
    figures = resumed.output / "test"
    options = ("--split", "test", "--training-split", "train", "--fewest", 3, "--draws", 50)
    run("evaluate", resumed.model, "--data", corpus_of(resumed.output), *options,
        "--output", figures)  # fmt: skip
    return figures / "evaluation.json"


def test_a_killed_run_goes_on_from_its_checkpoint(resumed: Run) -> None:
    found = re.search(r"going on from step (\d+)", resumed.said)
    assert found is not None
    assert int(found[1]) >= _KILLED_AFTER
    record = json.loads((resumed.output / "run.json").read_text("utf-8"))
    assert record["used"]["legs"] == 2
    assert record["training"]["steps"] == record["training"]["planned_steps"]
    assert record["request"]["seed"] == 9


def test_a_resumed_run_ends_with_the_weights_of_an_uninterrupted_one(
    resumed: Run, uninterrupted: Run
) -> None:
    whole = load_file(uninterrupted.model / "model.safetensors")
    found = load_file(resumed.model / "model.safetensors")
    assert found.keys() == whole.keys()
    assert max(float((found[name] - whole[name]).abs().max()) for name in whole) <= 1e-5


def test_the_finished_folder_keeps_the_contract(resumed: Run) -> None:
    assert "problem  " not in run("model", "check", resumed.model)


def test_the_folder_says_in_how_many_training_notes_each_code_stood(resumed: Run) -> None:
    predictor = load_predictor(resumed.model)
    counted: Counter[str] = Counter()
    for line in corpus_of(resumed.output).read_text("utf-8").splitlines():
        note = json.loads(line)
        if note["split"] == "train":
            counted.update({code for label in note["labels"] for code in label["any_of"]})
    found = predictor.examples
    assert found is not None
    assert found.unit is ExampleUnit.NOTE
    assert found.counts == {label: counted[label] for label in predictor.labels}
    assert max(found.counts.values()) > 1


def test_what_only_training_needed_is_gone_and_the_notes_are_closed_to_others(resumed: Run) -> None:
    work = resumed.output / "work"
    assert not (work / "checkpoints").exists()
    assert not (work / "windows").exists()
    assert work.stat().st_mode & 0o777 == 0o700
    assert resumed.model.stat().st_mode & 0o777 == 0o700


def test_the_same_command_after_the_end_does_nothing(
    resumed: Run, tables: Path, base_folder: Path
) -> None:
    again = run(*command(resumed.output, tables, base_folder))
    assert "is finished already; nothing was done" in again


def test_the_model_does_well_on_the_test_split(measured: Path) -> None:
    evaluation = json.loads(measured.read_text("utf-8"))
    assert evaluation["data"]["split"] == "test"
    assert evaluation["rule"]["f1"]["value"] > 0.5
    assert evaluation["rule"]["f1"]["low"] <= evaluation["rule"]["f1"]["value"]


def test_the_card_has_the_test_figures_and_the_version_stays(resumed: Run, measured: Path) -> None:
    card = resumed.model / "README.md"
    before = load_predictor(resumed.model).model_version
    run("model", "card", resumed.model, "--evaluation", measured, "--developer", "A test")
    text = card.read_text("utf-8")
    evaluation = json.loads(measured.read_text("utf-8"))
    assert f"{evaluation['rule']['f1']['value']:.3f}" in text
    assert "| Developed by | A test |" in text
    assert "### While fitting" in text
    assert "has not been measured" not in text
    assert {result.metric_type for result in ModelCard.load(card).data.eval_results} >= {
        "f1",
        "map",
    }
    assert load_predictor(resumed.model).model_version == before


def test_the_snippet_of_the_card_suggests_what_the_product_does(
    resumed: Run, tmp_path: Path
) -> None:
    assert SNIPPET in (resumed.model / "README.md").read_text("utf-8")
    note = NOTE + "The patient was admitted to hospital. " * 20
    start, _, _ = SNIPPET.rpartition("print(")
    script = tmp_path / "snippet.py"
    script.write_text(
        start.replace('"MODEL"', repr(str(resumed.model)))
        + f"print(json.dumps(suggest({note!r})))\n",
        encoding="utf-8",
    )
    ended = subprocess.run(
        [sys.executable, str(script)], capture_output=True, check=True, text=True, cwd=tmp_path
    )
    found = json.loads(ended.stdout)
    expected = {s.code: s.probability for s in load_predictor(resumed.model).predict(note)
                if s.suggested}  # fmt: skip
    assert list(found) == list(expected)
    assert set(found) >= LEARNED
    assert list(found.values()) == pytest.approx(list(expected.values()), abs=1e-4)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, resumed: Run) -> Iterator[AppTest]:
    """The app with the trained model, on an empty database."""
    monkeypatch.setenv("ICD9_REVIEW_DATA", str(tmp_path))
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(resumed.model))
    monkeypatch.setenv("ICD9_REVIEW_DEMONSTRATION", "false")
    forget_services()
    services()
    yield AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    services().stop()
    forget_services()


def test_the_app_suggests_what_the_model_learned(served: AppTest) -> None:
    served.run()
    served.switch_page("pages/coding/intake.py").run()
    served.text_area[0].set_value(NOTE)
    next(b for b in served.button if b.label == "Create and open").click().run()
    assert not served.exception
    wait_until_read()
    (row,) = worklist(services().database, WorklistQuery()).rows
    model = services().model
    assert model is not None
    version = model.predictor.version
    note = encounter(services().database, row.id).notes[0]
    found = scores(services().database, [note.id], version.version)[note.id]
    assert {s.code for s in rank(found, version) if s.suggested} >= LEARNED
    assert row.open >= len(LEARNED)
