"""Training with label attention: killed, resumed, better than chance, and served as it learned."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from icd9_review.cli.main import app
from icd9_review.model.folder.files import read_folder
from icd9_review.model.reading.predictor import load_predictor
from icd9_review.settings import ROOT
from icd9_review.training.finetune.dataset import read_corpus
from icd9_review.training.finetune.workplace import corpus_of
from tests.tiny import NOTE

_STEPS = 16  # between checkpoints, in the midst of an epoch
_OPTIONS = (
    "--head label-attention --length 32 --max-windows 8 --epochs 6 --batch 4 --accumulate 2 "
    f"--checkpoint-steps {_STEPS} --learning-rate 1e-2"
).split()


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory, tables: Path, base_folder: Path) -> Path:
    """A run that was killed after its first checkpoint, and given the same command again."""
    folder = tmp_path_factory.mktemp("attending") / "out"
    paths = ("--mimic", str(tables), "--output", str(folder), "--base", str(base_folder))
    command = ["train", "mimic", *paths, *_OPTIONS]
    laps = folder / "work" / "laps.jsonl"
    with (folder.parent / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "icd9_review", *command],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdout=log,
            stderr=log,
        )
        while not (laps.is_file() and f'"step": {_STEPS},' in laps.read_text("utf-8")):
            assert process.poll() is None, (folder.parent / "log").read_text("utf-8")[-2000:]
            time.sleep(0.01)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    ended = CliRunner().invoke(app, command, catch_exceptions=False)
    assert ended.exit_code == 0, ended.output
    resumed = re.search(r"going on from step (\d+)", ended.output)
    assert resumed is not None
    assert int(resumed[1]) >= _STEPS
    return folder


def test_it_learns_better_than_chance(output: Path) -> None:
    """Beside what the same codes for every note would reach, however many of them."""
    record = json.loads((output / "run.json").read_text("utf-8"))
    labels = read_folder(output / "model").version.labels
    (validation,) = read_corpus(corpus_of(output), labels, ("validation",))
    counts = np.sort(validation.truth(len(labels)).sum(axis=0))[::-1]
    found, given = counts.cumsum(), len(validation) * np.arange(1, len(labels) + 1)
    chance = float((2 * found / (given + counts.sum())).max())
    assert record["validation"]["micro_f1"] > chance + 0.1
    assert record["request"]["head"] == "label-attention"
    first, *_, last = record["training"]["loss_curve"]
    assert last[1] < first[1] / 1.5


def test_the_folder_is_served_as_it_was_trained(output: Path) -> None:
    folder = read_folder(output / "model")
    assert folder.windows.to_json() == {
        "length": 32, "stride": 0, "aggregation": "label attention",
    }  # fmt: skip
    checked = CliRunner().invoke(app, ["model", "check", str(output / "model")])
    assert checked.exit_code == 0
    codes = [each.code for each in load_predictor(output / "model").predict(NOTE)[:3]]
    assert {"428.0", "427.31"} <= {*codes}


def test_the_card_says_what_head_it_has(output: Path) -> None:
    card = (output / "model" / "README.md").read_text("utf-8")
    assert "Label attention (Vu et al. 2020) was put on the base" in card
    assert "BERT with label attention (one sigmoid per code)" in card
    assert "PLM-ICD" in card
    assert "load_predictor" in card
