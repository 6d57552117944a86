"""Which number format is taken, when training stops, and what its record says."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from icd9_review.errors import InputError, ReviewError
from icd9_review.training.finetune.laps import LapLog
from icd9_review.training.finetune.recipe import Precision
from icd9_review.training.finetune.record import environment, training_figures
from icd9_review.training.finetune.run import Diary, Trained, choose_precision


@pytest.mark.parametrize(
    ("asked", "gpu", "supported", "taken"),
    [
        (Precision.AUTO, True, True, Precision.BF16),
        (Precision.AUTO, True, False, Precision.FP32),
        (Precision.AUTO, False, False, Precision.FP32),
        (Precision.BF16, True, True, Precision.BF16),
        (Precision.FP32, True, True, Precision.FP32),
    ],
)
def test_auto_takes_bfloat16_where_a_gpu_has_it(
    asked: Precision, gpu: bool, supported: bool, taken: Precision
) -> None:
    assert choose_precision(asked, gpu=gpu, supported=supported) is taken


def test_bfloat16_that_cannot_be_had_is_refused() -> None:
    with pytest.raises(InputError, match="--precision bf16 needs a GPU"):
        choose_precision(Precision.BF16, gpu=False, supported=False)


def test_a_loss_that_is_no_number_stops_the_training(tmp_path: Path) -> None:
    laps = LapLog(tmp_path / "laps.jsonl", None)
    try:
        diary, state = Diary(laps), SimpleNamespace(global_step=40)
        diary.on_log(None, state, None, logs={"loss": 0.5})
        with pytest.raises(ReviewError, match=r"the loss is nan at step 40; .*--learning-rate"):
            diary.on_log(None, state, None, logs={"loss": float("nan")})
    finally:
        laps.stop()


def test_the_record_has_both_curves_and_says_that_training_stopped_early() -> None:
    history = (
        {"step": 10, "loss": 0.4},
        {"step": 10, "eval_loss": 0.3, "eval_f1": 0.5},
        {"step": 20, "train_loss": 0.35},
    )
    figures = training_figures(Trained(20, 90, 1.5, 10, 0.5, history))
    assert figures["stopped_early"] is True
    assert figures["loss_curve"] == [[10, 0.4]]
    assert figures["validation_curve"] == [{"step": 10, "loss": 0.3, "f1": 0.5}]


def test_the_machine_and_the_versions_are_recorded() -> None:
    found = environment()
    assert found["versions"]["torch"]
    assert found["versions"]["transformers"]
    assert found["hardware"]["cores"] >= 1
