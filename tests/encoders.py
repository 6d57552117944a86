"""Other encoders than BERT, small enough to be made at once, with a tokenizer of bytes.

Their weights are noise, but the same on every call, and large enough that every code's logit
depends on the words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import torch
from tokenizers import (
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import (
    DistilBertForSequenceClassification,
    LongformerForSequenceClassification,
    ModernBertForSequenceClassification,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    RobertaForSequenceClassification,
)

from icd9_review.model.folder.checkpoint import quiet
from tests.tiny import CODES, NOTE, WORDS, write_json

_SPECIAL = ("[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]")
_COMMON: Final[Mapping[str, Any]] = {
    "pad_token_id": 3,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "id2label": dict(enumerate(CODES)),
    "label2id": {code: number for number, code in enumerate(CODES)},
    "problem_type": "multi_label_classification",
    "initializer_range": 0.3,  # noise that says something
}
_SMALL: Final[Mapping[str, Any]] = {
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
}


def _modernbert(pieces: int) -> PreTrainedModel:
    """Four layers, of which two see eight pieces to either side."""
    layers = {**_SMALL, "num_hidden_layers": 4, "local_attention": 16}
    layers |= {"initializer_cutoff_factor": 3.0, "max_position_embeddings": 2048}
    special = {"cls_token_id": 1, "sep_token_id": 2}
    return _make(ModernBertForSequenceClassification, pieces, layers | special)


def _roberta(pieces: int) -> PreTrainedModel:
    """Positions for 62 pieces: they are counted from behind the padding."""
    return _make(
        RobertaForSequenceClassification, pieces, {**_SMALL, "max_position_embeddings": 66}
    )


def _distilbert(pieces: int) -> PreTrainedModel:
    shape = {"dim": 16, "hidden_dim": 24, "n_layers": 2, "n_heads": 2}
    positions = {"max_position_embeddings": 62}
    return _make(DistilBertForSequenceClassification, pieces, shape | positions)


def _longformer(pieces: int) -> PreTrainedModel:
    own = {"max_position_embeddings": 132, "attention_window": [16, 16]}
    return _make(LongformerForSequenceClassification, pieces, {**_SMALL, **own})


def _make(network: Any, pieces: int, given: Mapping[str, Any]) -> PreTrainedModel:
    config = network.config_class(vocab_size=pieces, **_COMMON, **given)
    made: PreTrainedModel = network(config)
    return made


ENCODERS: Final[Mapping[str, Callable[[int], PreTrainedModel]]] = {
    "modernbert": _modernbert,
    "roberta": _roberta,
    "distilbert": _distilbert,
    "longformer": _longformer,
}


def build_encoder(folder: Path, name: str, length: int = 32) -> Path:
    """Write a model folder with one of ENCODERS that keeps the contract; returns the folder."""
    quiet()
    folder.mkdir(parents=True)
    tokenizer = build_byte_tokenizer()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        model = ENCODERS[name](len(tokenizer))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    write_json(folder / "config.json", {**config, "dtype": "float32"})
    write_json(folder / "windows.json", {"length": length, "stride": length // 4})
    write_json(folder / "thresholds.json", {"global": 0.5, "split": "none"})
    return folder


def build_byte_tokenizer() -> PreTrainedTokenizerFast:
    """As ModernBERT has it: pieces of bytes, the space before a word in its first piece."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=list(_SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(
        [NOTE, *(" ".join(words) for words in WORDS.values())] * 3, trainer
    )
    special = [(piece, _SPECIAL.index(piece)) for piece in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=special
    )
    names = ("unk_token", "cls_token", "sep_token", "pad_token", "mask_token")
    fast: Any = PreTrainedTokenizerFast  # untyped in transformers
    made: PreTrainedTokenizerFast = fast(
        tokenizer_object=tokenizer, **dict(zip(names, _SPECIAL, strict=True))
    )
    return made
