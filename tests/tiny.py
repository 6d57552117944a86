"""A real BERT small enough to be made at once, for tests instead of mocks.

Two layers, hidden size 16, a vocabulary of clinical words. Its weights are noise, but
for what makes it look for words: each code has a dimension, the words of a code point
along it, the first layer attends to such words and the classifier reads the dimension.
So a note that mentions heart failure gets 428.0 well above the threshold, and one that
does not stays well below. It knows nothing of negation.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

from icd9_review.model.folder.checkpoint import quiet

WORDS = {
    "428.0": ("congestive", "heart", "chf"),
    "427.31": ("atrial", "fibrillation", "afib"),
    "250.00": ("diabetes", "mellitus"),
    "599.0": ("urinary", "tract", "uti"),
    "486": ("pneumonia",),
    "401.9": ("hypertension",),
    "038.9": ("sepsis", "septicemia"),
    "584.9": ("renal", "kidney"),
    "V58.61": ("coumadin", "anticoagulants"),
    "E849.0": ("fall",),
}
CODES = tuple(WORDS)
THRESHOLD = 0.5
WINDOWS = {"length": 32, "stride": 8, "aggregation": "max"}
NOTE = (
    "DISCHARGE DIAGNOSES: 1. Congestive heart failure. 2. Atrial fibrillation, on Coumadin.\n"
    "The patient was admitted with cough and dyspnea and went home in good condition.\n"
)
"""A note in which the tiny model finds 428.0, 427.31 and V58.61, and nothing else."""

_FILLER = (
    "the patient was admitted with cough and dyspnea to hospital on day and went home in good "
    "condition discharge diagnoses history of present illness no pain stable given seen for "
    "failure infection acute type disease at the long term family father evidence chest"
)


def copy_with_lower_thresholds(model: Path, folder: Path, threshold: float = 0.4) -> Path:
    """Another version of the tiny model, as further training would give it."""
    shutil.copytree(model, folder)
    thresholds = {"global": threshold, "split": "generated phrases"}
    (folder / "thresholds.json").write_text(json.dumps(thresholds), encoding="utf-8")
    return folder


def build_tiny_model(folder: Path) -> Path:
    """Write a model folder that keeps the contract; returns the folder."""
    quiet()
    folder.mkdir(parents=True)
    tokenizer = build_tokenizer(folder / "vocab.txt", cased=False)
    (folder / "vocab.txt").unlink()
    model = build_classifier(len(tokenizer))
    _point(model, tokenizer)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    write_json(folder / "config.json", {**config, "dtype": "float32"})
    write_json(folder / "windows.json", WINDOWS)
    write_json(folder / "thresholds.json", {"global": THRESHOLD, "split": "generated phrases"})
    return folder


def build_tokenizer(vocabulary: Path, *, cased: bool) -> BertTokenizer:
    """A word-piece tokenizer over clinical words and single letters; writes its vocabulary."""
    words = {word for words in WORDS.values() for word in words}
    letters = [chr(code) for code in range(33, 127) if cased or not chr(code).isupper()]
    if cased:
        words |= {word.capitalize() for word in words}
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
    pieces += [f"##{letter}" for letter in letters if letter.isalnum()]
    pieces += sorted(words | set(_FILLER.split()))
    vocabulary.write_text("\n".join(dict.fromkeys(pieces)) + "\n", encoding="utf-8")
    return BertTokenizer(vocab=str(vocabulary), do_lower_case=not cased)


def build_classifier(pieces: int, codes: Sequence[str] = CODES) -> BertForSequenceClassification:
    """The network with noise for weights, the same on every call, one output per code."""
    config = BertConfig(
        vocab_size=pieces,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        hidden_dropout_prob=0.1,  # as BERT has it: nobody may read it as in training
        attention_probs_dropout_prob=0.1,
        initializer_range=0.02,
        id2label=dict(enumerate(codes)),
        label2id={code: index for index, code in enumerate(codes)},
        problem_type="multi_label_classification",
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        return BertForSequenceClassification(config)


def relabel(folder: Path, codes: Mapping[str, str]) -> None:
    """Have outputs of a folder stand for other codes."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    labels = {at: codes.get(code, code) for at, code in config["id2label"].items()}
    config |= {"id2label": labels, "label2id": {code: int(at) for at, code in labels.items()}}
    write_json(folder / "config.json", config)


def write_json(path: Path, content: object) -> None:
    """JSON as the model folder's small files hold it."""
    path.write_text(json.dumps(content), encoding="utf-8")


@torch.no_grad()
def _point(model: Any, tokenizer: BertTokenizer) -> None:
    """Make words point to their codes: dimensions 0 to 9 codes, 10 to 13 other words."""
    vocabulary = tokenizer.get_vocab()
    directions = {piece: 10 + number % 4 for piece, number in vocabulary.items()}
    directions |= {"[CLS]": 15, "[SEP]": 14, "[PAD]": 14}
    directions |= {word: CODES.index(code) for code, words in WORDS.items() for word in words}
    for piece, number in vocabulary.items():
        model.bert.embeddings.word_embeddings.weight[number, directions[piece]] += 4.0
    layer = model.bert.encoder.layer[0].attention
    for first in (0, 8):  # of each of the two heads
        layer.self.query.bias[first] = 3.5
        layer.self.key.weight[first, : len(CODES)] += 1.0
    layer.self.value.weight += torch.eye(16)
    layer.output.dense.weight += 3 * torch.eye(16)
    model.bert.pooler.dense.weight += 0.8 * torch.eye(16)
    model.classifier.weight += 8 * torch.eye(16)[: len(CODES)]
    model.classifier.bias.fill_(-2.0)
