"""The checkpoint that training starts from: found, told apart, and read as plain tensors.

BioBERT and its kin come as old folders: weights as a pickle, vocab.txt alone, sometimes a
config.json without its model_type. Such a folder is read as it is; nothing in it is run.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import torch
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HFValidationError
from transformers import (
    AutoConfig,
    BertForSequenceClassification,
    ModernBertForSequenceClassification,
)

from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.bounded import read_bounded
from icd9_review.model.folder.checkpoint import attention_of, quiet
from icd9_review.model.folder.convert import read_tokenizer
from icd9_review.model.folder.files import PICKLE, PROBLEM_TYPE, WEIGHTS
from icd9_review.model.folder.label_attention import LabelAttentionModel

_SMALL = ("config.json", "vocab.txt", "tokenizer.json", "tokenizer_config.json")
_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
_OTHER_FORMS = ("*.ckpt*.index", "*.ckpt*.data-*", "tf_model.h5", "flax_model.msgpack")
_BERT_FIELDS = ("vocab_size", "hidden_size", "num_hidden_layers", "type_vocab_size")
FreshNetwork: TypeAlias = BertForSequenceClassification | ModernBertForSequenceClassification
"""What can be trained from a base."""

_NETWORKS: Mapping[str, type[FreshNetwork]] = {
    "bert": BertForSequenceClassification,
    "modernbert": ModernBertForSequenceClassification,
}
_NEW = ("classifier.", "bert.pooler.", "head.")
_NAMED = 3  # tensors that a message names; by judgement


@dataclass(frozen=True, slots=True)
class BaseCheckpoint:
    """A folder with a checkpoint of a BERT or a ModernBERT; ``sha256`` is that of its weights."""

    path: Path
    config: dict[str, Any]
    weights: Path
    sha256: str

    @property
    def positions(self) -> int:
        """The longest window, in word pieces."""
        return int(self.config.get("max_position_embeddings", 512))


def find_base(name: str, report: Callable[[str], None]) -> BaseCheckpoint:
    """The base checkpoint of a local folder or a name on the Hugging Face hub.

    Raises ModelFolderError for a name that cannot be had, and for what is not a BERT in
    PyTorch's form; the message says how to get one.
    """
    path = Path(name)
    if not path.is_dir():
        if path.exists() or not _HUB_NAME.fullmatch(name):
            raise ModelFolderError(
                f"--base {name} is neither a folder nor a name on the Hugging Face hub such as "
                "dmis-lab/biobert-base-cased-v1.1"
            )
        path = _download(name, report)
    config, weights = _read_config(path), _find_weights(path)
    if not any((path / file).is_file() for file in ("tokenizer.json", "vocab.txt")):
        raise ModelFolderError(f"{path} has neither tokenizer.json nor vocab.txt; add vocab.txt")
    with weights.open("rb") as file:
        return BaseCheckpoint(
            path, config, weights, hashlib.file_digest(file, "sha256").hexdigest()
        )


def _download(name: str, report: Callable[[str], None]) -> Path:
    """The hub's files in its own cache; of the weights only one form."""
    report(f"looking for {name} in the cache of the hub, or on the hub")
    try:
        path = Path(snapshot_download(name, allow_patterns=[*_SMALL, WEIGHTS]))
        if not (path / WEIGHTS).is_file():
            path = Path(snapshot_download(name, allow_patterns=[*_SMALL, PICKLE]))
    except (OSError, HFValidationError, RuntimeError) as error:  # hub errors are OSErrors
        raise ModelFolderError(
            f"--base {name} is no folder here, not in the cache of the hub, and the hub cannot be "
            f"reached or does not have it ({type(error).__name__}); on a machine with a connection "
            f"run: hf download {name} --local-dir {name.rpartition('/')[2]}; copy that folder "
            "here and name it with --base FOLDER (HF_HUB_OFFLINE=1 forbids downloading)"
        ) from None
    return path


def _read_config(path: Path) -> dict[str, Any]:
    file = path / "config.json"
    if not file.is_file():
        _refuse_other_forms(path)
        raise ModelFolderError(f"{path} has no config.json; it is no checkpoint of transformers")
    try:
        config = json.loads(read_bounded(file))
    except (ValueError, RecursionError) as error:
        raise ModelFolderError(f"{file} is not JSON ({type(error).__name__})") from None
    if not isinstance(config, dict):
        raise ModelFolderError(f"{file} is not a model's configuration")
    kind = config.get("model_type")
    if kind is None and all(isinstance(config.get(field), int) for field in _BERT_FIELDS):
        kind = "bert"  # as configurations were before transformers 2.2
    if kind not in _NETWORKS:
        raise ModelFolderError(
            f"{file}: model_type is {str(kind)[:40]!r}; the base must be a BERT such as BioBERT, "
            "PubMedBERT or Bio_ClinicalBERT (model_type bert), or a ModernBERT such as "
            "BioClinical-ModernBERT (modernbert)"
        )
    return {**config, "model_type": kind}


def _find_weights(path: Path) -> Path:
    for name in (WEIGHTS, PICKLE):
        if (path / name).is_file():
            return path / name
    _refuse_other_forms(path)
    raise ModelFolderError(f"{path} has neither {WEIGHTS} nor {PICKLE}")


def _refuse_other_forms(path: Path) -> None:
    if found := [file.name for form in _OTHER_FORMS for file in path.glob(form)]:
        raise ModelFolderError(
            f"{path} holds {found[0]}, weights of TensorFlow or Flax; take the PyTorch form "
            "(dmis-lab/biobert-base-cased-v1.1 on the hub is BioBERT's), or convert it with "
            "transformers"
        )


def load_base(base: BaseCheckpoint, labels: Sequence[str], shares: Sequence[float]) -> FreshNetwork:
    """The base with a fresh classifier for the labels, as float32.

    ``shares`` are the labels' shares of the training notes; the classifier starts from them,
    so that rare codes need not first unlearn a probability of one half (Lin et al. 2017).
    Raises ModelFolderError where the weights are not those of a BERT encoder.
    """
    quiet()
    network: Any = _NETWORKS[base.config["model_type"]]
    try:
        loaded: Any = network.from_pretrained(
            base.path,
            config=_config_for(base, labels),
            local_files_only=True,
            use_safetensors=base.weights.name == WEIGHTS,
            weights_only=True,
            dtype=torch.float32,
            ignore_mismatched_sizes=True,  # the classifier of an earlier fine-tuning
            output_loading_info=True,
            **attention_of(base.config),
        )
    except Exception as error:
        raise ModelFolderError(
            f"{base.weights} does not load as plain tensors of a BERT ({type(error).__name__}); "
            "it holds code, is damaged, or does not fit config.json"
        ) from error
    found: FreshNetwork = loaded[0]
    info: dict[str, Any] = loaded[1]
    mismatched = [entry[0] for entry in info["mismatched_keys"]]
    strange = sorted(
        key for key in (*info["missing_keys"], *mismatched) if not key.startswith(_NEW)
    )
    if strange:
        shown = ", ".join(strange[:_NAMED])
        raise ModelFolderError(f"{base.weights} lacks {len(strange)} tensors of a BERT: {shown}")
    # A model read from tensors with old names (LayerNorm.gamma) is saved with them again, and a
    # checkpoint of the Trainer would then be resumed without them.
    model: FreshNetwork = network(found.config)
    model.load_state_dict(found.state_dict())
    _start_from(model.classifier, shares)
    return model


def load_attending_base(
    base: BaseCheckpoint, labels: Sequence[str], shares: Sequence[float], window: int
) -> LabelAttentionModel:
    """The same with label attention over windows of so many pieces in the classifier's place."""
    encoder: Any = load_base(base, labels, shares).base_model
    model = LabelAttentionModel(encoder, len(labels), window)
    _start_from(model.label_attention.output, shares)
    return model


def _config_for(base: BaseCheckpoint, labels: Sequence[str]) -> Any:
    given = {
        key: value
        for key, value in base.config.items()
        if key not in ("architectures", "num_labels", "torch_dtype", "dtype", "_name_or_path")
    }
    return AutoConfig.for_model(
        **{
            **given,
            "id2label": dict(enumerate(labels)),
            "label2id": {label: index for index, label in enumerate(labels)},
            "problem_type": PROBLEM_TYPE,
        }
    )


@torch.no_grad()
def _start_from(classifier: Any, shares: Sequence[float]) -> None:
    # Within logits of 9.2: a code that is rarer has no share to go by; by judgement.
    bounded = (min(max(share, 1e-4), 1 - 1e-4) for share in shares)
    classifier.bias.copy_(torch.tensor([math.log(share / (1 - share)) for share in bounded]))


def write_tokenizer(base: BaseCheckpoint, folder: Path) -> None:
    """The base's tokenizer in the form of a model folder; its case is told from the vocabulary.

    Raises ModelFolderError where it has more word pieces than the base has embeddings.
    """
    tokenizer = read_tokenizer(base.path)
    if len(tokenizer) > int(base.config["vocab_size"]):
        raise ModelFolderError(
            f"{base.path}: the vocabulary has {len(tokenizer):,} word pieces, config.json says "
            f"{base.config['vocab_size']:,}; they do not belong together"
        )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(folder)
