"""A run takes its options at their word, and refuses what cannot be before any training."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from icd9_review.errors import InputError, SettingsError
from icd9_review.training.finetune import build
from icd9_review.training.finetune.build import FineTuning, check_packages, fine_tune
from icd9_review.training.finetune.recipe import Goal, LossFunction, Recipe
from icd9_review.training.mimic.corpus import CorpusRequest


def silent(_line: str) -> None: ...


@pytest.fixture
def job(tmp_path: Path, tables: Path, base_folder: Path) -> FineTuning:
    recipe = Recipe(
        str(base_folder), length=64, stride=8, epochs=6, batch=8, accumulate=1, checkpoint_steps=4
    )
    output = tmp_path / "out"
    return FineTuning(output, recipe, CorpusRequest(tables, output / "work", "top50", seed=9))


def record(job: FineTuning) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((job.output / "run.json").read_text("utf-8"))
    return found


def test_a_run_that_gets_no_better_stops_early_and_keeps_its_best(job: FineTuning) -> None:
    recipe = replace(
        job.recipe, learning_rate=0.5, patience=2, goal=Goal.LOSS, loss=LossFunction.FOCAL,
        positive_weight=2.0, save_memory=True,
    )  # fmt: skip
    fine_tune(replace(job, recipe=recipe), silent)
    training = record(job)["training"]
    assert training["stopped_early"] is True
    assert training["best_step"] < training["steps"] < training["planned_steps"]
    best = min(training["validation_curve"], key=lambda row: row["loss"])
    assert (training["best_step"], training["best_value"]) == (best["step"], best["loss"])


def test_a_run_killed_after_it_stopped_early_ends_with_the_same_model(
    job: FineTuning, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = replace(job, recipe=replace(job.recipe, learning_rate=0.5, patience=2, goal=Goal.LOSS))
    output = job.output.with_name("whole")
    whole = replace(job, output=output, corpus=replace(job.corpus, output=output / "work"))
    fine_tune(whole, silent)
    assert record(whole)["training"]["stopped_early"] is True

    def die(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(build, "write_folder", die)
        with pytest.raises(KeyboardInterrupt):
            fine_tune(job, silent)
    fine_tune(job, silent)
    for name in ("steps", "best_step", "best_value", "stopped_early"):
        assert record(job)["training"][name] == record(whole)["training"][name], name
    weights = [load_file(j.output / "model" / "model.safetensors") for j in (job, whole)]
    assert all(torch.equal(tensor, weights[1][name]) for name, tensor in weights[0].items())


def test_a_mistyped_option_can_be_corrected_in_the_same_folder(job: FineTuning) -> None:
    wrong = replace(job, recipe=replace(job.recipe, length=512, stride=128))
    with pytest.raises(InputError, match="64 positions"):
        fine_tune(wrong, silent)
    fine_tune(replace(job, recipe=replace(job.recipe, epochs=1)), silent)
    assert record(job)["request"]["length"] == 64


def test_a_run_killed_between_model_and_record_is_handed_over(
    job: FineTuning, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = replace(job, recipe=replace(job.recipe, epochs=1))

    def die(place: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(build, "_hand_over", die)
        with pytest.raises(KeyboardInterrupt):
            fine_tune(job, silent)
    os.rename(job.output / "work" / "model", job.output / "model")
    assert fine_tune(job, silent) == job.output / "model"
    assert record(job)["model_version"]


def test_windows_longer_than_the_base_reads_are_refused(job: FineTuning) -> None:
    recipe = replace(job.recipe, length=512, stride=128)
    with pytest.raises(InputError, match="--length 512 is more than the 64 positions"):
        fine_tune(replace(job, recipe=recipe), silent)


def test_what_changes_the_result_is_in_the_request_and_nothing_else(job: FineTuning) -> None:
    request = job.request()
    assert request == replace(job, output=job.output / "x", country="DEU").request()
    assert request != replace(job, recipe=replace(job.recipe, seed=10)).request()
    assert json.loads(json.dumps(request)) == request


def test_a_missing_package_is_named_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(build, "_NEEDED", {"no_such_module": "no-such-package"})
    with pytest.raises(SettingsError, match=r"needs no-such-package; .*requirements-train\.txt"):
        check_packages()
