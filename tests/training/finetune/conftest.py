"""A BERT to start from, as BioBERT is handed out, and invented tables to train it on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.tiny import build_tiny_model
from tests.training.mimic.tables import invented_tables, write_tables

_FIELDS = [
    "vocab_size",
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "intermediate_size",
    "max_position_embeddings",
    "type_vocab_size",
]


@pytest.fixture(scope="package", autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other cost a tiny network more than they save."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def base_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cased base in the form of 2019; copy it before changing anything in it."""
    return build_base(tmp_path_factory.mktemp("bases"))


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five tables of enough patients for all three splits."""
    return write_tables(tmp_path_factory.mktemp("tables"), invented_tables(100), gz=True)


def build_base(folder: Path) -> Path:
    """The tiny encoder that attends to clinical words: a pickle, vocab.txt alone, no model_type.

    Words have a second piece with a capital, whose embedding is that of the first. Tensors
    have their old names, and with the default configuration comes dropout.
    """
    tiny = build_tiny_model(folder / "tiny")
    pieces: dict[str, int] = json.loads((tiny / "tokenizer.json").read_text("utf-8"))["model"][
        "vocab"
    ]
    capitals = {
        piece.capitalize(): number
        for piece, number in pieces.items()
        if piece.isalpha() and piece.isascii()
    }
    base = folder / "biobert"
    base.mkdir()
    names = [*sorted(pieces, key=pieces.__getitem__), *capitals]
    (base / "vocab.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    config = json.loads((tiny / "config.json").read_text("utf-8")) | {"vocab_size": len(names)}
    (base / "config.json").write_text(json.dumps({f: config[f] for f in _FIELDS}), "utf-8")
    weights = load_file(tiny / "model.safetensors")
    words = weights["bert.embeddings.word_embeddings.weight"]
    weights["bert.embeddings.word_embeddings.weight"] = torch.cat(
        [words, words[list(capitals.values())]]
    )
    torch.save({_old(n): t for n, t in weights.items() if "classifier" not in n},
               base / "pytorch_model.bin")  # fmt: skip
    return base


def _old(name: str) -> str:
    return name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
        "LayerNorm.bias", "LayerNorm.beta"
    )
