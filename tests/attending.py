"""The tiny BERT with label attention in the place of its classifier."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModel

from icd9_review.model.folder.checkpoint import quiet
from icd9_review.model.folder.label_attention import LabelAttentionModel
from tests.tiny import CODES, write_json

LENGTH = 32
WINDOWS = {"length": LENGTH, "stride": 0, "aggregation": "label attention"}


@torch.no_grad()
def build_attending_model(tiny: Path, folder: Path) -> Path:
    """Write a model folder in which each code looks for its words in the whole note."""
    quiet()
    shutil.copytree(tiny, folder)
    encoder: Any = AutoModel.from_pretrained(tiny)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        model = LabelAttentionModel(encoder, len(CODES), LENGTH)
    head = model.label_attention
    head.project.weight += torch.eye(16)
    head.attend.weight += 6 * torch.eye(16)[: len(CODES)]
    head.output.weight += 4 * torch.eye(16)[: len(CODES)]
    head.output.bias.fill_(-4.0)
    model.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    write_json(folder / "config.json", {**config, "dtype": "float32"})
    write_json(folder / "windows.json", WINDOWS)
    return folder
