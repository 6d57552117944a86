"""A BERT-base of random weights: what people with a BioBERT of their own will see."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch
from transformers import BertConfig, BertForSequenceClassification

from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.settings import ROOT

_DEFAULT = ROOT / "models" / "default"
_CODES = 50  # as many as MIMIC-III's top 50 (Mullenbach et al. 2018)
_SUGGESTED = 3  # of each note; by judgement: enough to share passes


def base_predictor() -> Predictor:
    """Twelve layers of width 768 with 50 codes, windows of 512 pieces, and the embedded tokenizer.

    Thresholds suggest the first three codes of every note: weights at random mean nothing.
    """
    labels = json.loads((_DEFAULT / "config.json").read_text("utf-8"))["id2label"]
    names = {number: labels[str(number)] for number in range(_CODES)}
    torch.manual_seed(9)  # any number would do
    make: Any = BertConfig  # its common arguments are untyped
    config = make(
        vocab_size=_pieces(),
        num_labels=_CODES,
        id2label=names,
        label2id={name: number for number, name in names.items()},
        problem_type="multi_label_classification",
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "base"
        BertForSequenceClassification(config).save_pretrained(folder)
        for file in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(_DEFAULT / file, folder)
        # Of random weights all probabilities lie between.
        thresholds = {"global": 0.999, "per_code": {names[n]: 0.001 for n in range(_SUGGESTED)}}
        (folder / "thresholds.json").write_text(json.dumps(thresholds), "utf-8")
        return load_predictor(folder)


def _pieces() -> int:
    tokenizer = json.loads((_DEFAULT / "tokenizer.json").read_text("utf-8"))
    return len(tokenizer["model"]["vocab"]) + len(tokenizer["added_tokens"])
