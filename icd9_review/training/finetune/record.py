"""run.json: what was done to make a model, so that somebody else can judge and repeat it."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import torch

from icd9_review.training.finetune.run import Trained

_PACKAGES = (
    "torch",
    "transformers",
    "accelerate",
    "tokenizers",
    "safetensors",
    "numpy",
    "scikit-learn",
    "codecarbon",
)


def environment() -> dict[str, Any]:
    """The machine and the versions a model was trained with; None for what is not installed."""
    return {
        "hardware": {
            "gpus": [
                torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())
            ],
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "system": platform.platform(),
        },
        "versions": {"python": sys.version.split()[0]} | {name: _held(name) for name in _PACKAGES},
    }


def _held(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def training_figures(trained: Trained) -> dict[str, Any]:
    """Steps, epochs, the best checkpoint, and the curves of training and validation."""
    figures = asdict(trained)
    history = figures.pop("history")
    return {
        **figures,
        "stopped_early": trained.steps < trained.planned_steps,
        "loss_curve": [[row["step"], row["loss"]] for row in history if "loss" in row],
        "validation_curve": [
            {"step": row["step"], "loss": row["eval_loss"], "f1": row["eval_f1"]}
            for row in history
            if "eval_loss" in row
        ],
    }
