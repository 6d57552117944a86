"""Where a model computes: the processor, or a GPU that the settings name."""

from __future__ import annotations

from typing import Any

import torch

from icd9_review.errors import SettingsError
from icd9_review.model.folder.label_attention import NoteNetwork


def move_to(model: NoteNetwork, device: str) -> None:
    """Put a model on a device (cpu, cuda, cuda:1). Raises SettingsError where it is not there."""
    if device == "cpu":
        return
    number = torch.device(device).index or 0
    if number >= torch.cuda.device_count():
        raise SettingsError(
            f"ICD9_REVIEW_DEVICE is {device}, and PyTorch finds {torch.cuda.device_count()} GPUs "
            "here; set it to cpu, or install PyTorch with CUDA (pytorch.org says how)"
        )
    moved: Any = model  # to is untyped in transformers
    moved.to(torch.device(device))
