"""Writing a trained model as a model folder: half-precision weights, tokenizer, thresholds."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import BertForSequenceClassification, BertTokenizer

# A sentence each, so that no code moves for words of another; few are longer (docs/training.md).
EMBEDDED_WINDOWS = {"length": 64, "stride": 0, "aggregation": "max", "cut": "sentences"}
# Those of uncased BERT, which MiniLM has.
_TOKENIZER = {
    "tokenizer_class": "BertTokenizer",
    "do_lower_case": True,
    "strip_accents": None,
    "tokenize_chinese_chars": True,
    "model_max_length": 512,
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "pad_token": "[PAD]",
    "mask_token": "[MASK]",
    "unk_token": "[UNK]",
}
_LEFTOVERS = ("_name_or_path", "gradient_checkpointing", "torch_dtype")


def write_model(
    output: Path, model: BertForSequenceClassification, tokenizer: BertTokenizer
) -> None:
    """Configuration, fp16 weights and tokenizer; ``dtype`` says float32, so people load fp32."""
    output.mkdir(parents=True, exist_ok=True)
    config = {key: value for key, value in model.config.to_dict().items() if key not in _LEFTOVERS}
    write_json(
        output / "config.json",
        {**config, "dtype": "float32", "architectures": ["BertForSequenceClassification"]},
    )
    weights = {name: _halved(tensor) for name, tensor in model.state_dict().items()}
    save_file(weights, output / "model.safetensors", metadata={"format": "pt"})
    (output / "model.safetensors").chmod(0o644)
    _write_tokenizer(output, tokenizer)


def _halved(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().to(torch.float16) if tensor.is_floating_point() else tensor


def _write_tokenizer(output: Path, tokenizer: BertTokenizer) -> None:
    """The tokenizer without truncation and padding, and a configuration that has only its facts."""
    content = json.loads(tokenizer.backend_tokenizer.to_str())
    content["truncation"] = None
    content["padding"] = None
    path = output / "tokenizer.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    write_json(output / "tokenizer_config.json", _TOKENIZER)


def write_settings(output: Path, threshold: float, split: str) -> None:
    """The windows a note is read in, and the threshold with the data it was fitted on."""
    write_json(output / "windows.json", EMBEDDED_WINDOWS)
    write_json(output / "thresholds.json", {"global": threshold, "split": split})


def write_json(path: Path, content: object) -> None:
    """Indented JSON with a closing newline."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
