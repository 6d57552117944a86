import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertForSequenceClassification,
    BertTokenizer,
)

from icd9_review.training.default.labels import label_codes
from icd9_review.training.folder import file_digest, write_model, write_settings


def test_a_written_folder_loads_as_float32_with_dotted_labels(
    tmp_path: Path, tiny_model: BertForSequenceClassification, tiny_tokenizer: BertTokenizer
) -> None:
    write_model(tmp_path, tiny_model, tiny_tokenizer)
    loaded = AutoModelForSequenceClassification.from_pretrained(tmp_path)
    assert loaded.dtype == torch.float32
    assert tuple(loaded.config.id2label.values()) == label_codes()
    assert loaded.config.problem_type == "multi_label_classification"


def test_the_weights_on_disk_are_half_precision(
    tmp_path: Path, tiny_model: BertForSequenceClassification, tiny_tokenizer: BertTokenizer
) -> None:
    write_model(tmp_path, tiny_model, tiny_tokenizer)
    tensors = load_file(tmp_path / "model.safetensors")
    assert {t.dtype for t in tensors.values() if t.is_floating_point()} == {torch.float16}


def test_the_tokenizer_of_a_written_folder_cuts_and_pads_nothing(
    tmp_path: Path, tiny_model: BertForSequenceClassification, tiny_tokenizer: BertTokenizer
) -> None:
    tiny_tokenizer("asthma", truncation=True, max_length=4, padding="max_length")
    write_model(tmp_path, tiny_model, tiny_tokenizer)
    content = json.loads((tmp_path / "tokenizer.json").read_text(encoding="utf-8"))
    assert content["truncation"] is None
    assert content["padding"] is None
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    assert len(tokenizer("gout " * 300, verbose=False)["input_ids"]) == 302


def test_settings_name_the_threshold_and_the_data_it_was_fitted_on(tmp_path: Path) -> None:
    write_settings(tmp_path, 0.45, "development notes")
    held = json.loads((tmp_path / "thresholds.json").read_text(encoding="utf-8"))
    assert held == {"global": 0.45, "split": "development notes"}
    windows = json.loads((tmp_path / "windows.json").read_text(encoding="utf-8"))
    assert windows["cut"] == "sentences"


def test_a_digest_is_the_sha_256_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    assert file_digest(tmp_path / "file").startswith("ba7816bf8f01cfea")
