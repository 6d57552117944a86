"""A real BERT small enough to train within a second, and texts that need no reference data."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

from icd9_review.codes.written_terms import written_terms
from icd9_review.training.default.labels import label_codes
from icd9_review.training.default.phrases import PhraseBook, load_phrase_book


@pytest.fixture(scope="session")
def book() -> PhraseBook:
    return load_phrase_book(None)


@pytest.fixture(scope="session")
def tiny_tokenizer(tmp_path_factory: pytest.TempPathFactory) -> BertTokenizer:
    letters = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
    words = sorted(
        {w.lower() for terms in written_terms().values() for t in terms for w in t.split()}
    )
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
    pieces += ["##" + letter for letter in letters] + [w for w in words if len(w) > 1]
    path = tmp_path_factory.mktemp("vocabulary") / "vocab.txt"
    path.write_text("\n".join(dict.fromkeys(pieces)), encoding="utf-8")
    return BertTokenizer(vocab=str(path), do_lower_case=True)


@pytest.fixture
def tiny_model(tiny_tokenizer: BertTokenizer) -> BertForSequenceClassification:
    torch.manual_seed(0)
    codes = label_codes()
    return BertForSequenceClassification(
        BertConfig(
            vocab_size=len(tiny_tokenizer),
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=160,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            id2label=dict(enumerate(codes)),
            label2id={code: index for index, code in enumerate(codes)},
            problem_type="multi_label_classification",
        )
    )


@pytest.fixture
def default_folder() -> Path:
    return Path(__file__).resolve().parents[2] / "models" / "default"
