"""Loading the weights and the tokenizer of a model folder, as plain data and float32.

Nothing of the folder is run and nothing is fetched. What transformers would let pass
silently is refused: a head that is not in the file, a tokenizer that treats capitals
otherwise than its vocabulary, weights that are not numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from tokenizers import Tokenizer
from transformers import (
    CONFIG_MAPPING,
    AutoConfig,
    AutoModel,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
)
from transformers.utils import logging as transformers_logging

from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.declarations import read_windows
from icd9_review.model.folder.files import (
    WEIGHTS,
    ModelFolder,
    convert_command,
    has_label_attention,
    read_config,
)
from icd9_review.model.folder.label_attention import PREFIX, LabelAttentionModel, NoteNetwork

_CASED_SHARE = 0.01  # of the pieces; by judgement: an uncased vocabulary has none but strays
_LABELS = ("id2label", "label2id")
_SHOWN = 3  # tensors that a message names; by judgement


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A network in evaluation mode without gradients, and its tokenizer in plain form.

    ``tokenizer`` neither cuts nor pads, and takes the text "[SEP]" in a note for text.
    """

    model: NoteNetwork
    tokenizer: Tokenizer
    first: int
    last: int
    padding: int


def load_checkpoint(folder: ModelFolder) -> Checkpoint:
    """Load what ``read_folder`` has let pass; raises ModelFolderError for what it cannot see."""
    tokenizer, special = load_tokenizer(folder.path)
    check_case(folder.path, tokenizer)
    model = load_model(folder.path)
    pieces, embeddings = tokenizer.get_vocab_size(), embedding(model).weight.shape[0]
    if pieces > embeddings:
        raise ModelFolderError(
            f"{folder.path}: tokenizer.json has {pieces:,} word pieces, the model has "
            f"{embeddings:,} embeddings; they do not belong together"
        )
    return Checkpoint(model, tokenizer, *special)


def embedding(model: NoteNetwork) -> torch.nn.Embedding:
    """The table of the model's word piece embeddings."""
    table = model.get_input_embeddings()
    if not isinstance(table, torch.nn.Embedding):
        raise ModelFolderError(f"a {type(model).__name__} has no table of word piece embeddings")
    return table


def check_case(path: Path, tokenizer: Tokenizer) -> None:
    """Whether the tokenizer keeps capitals exactly where its vocabulary has them."""
    normalizer = tokenizer.normalizer
    lowers = normalizer is not None and normalizer.normalize_str("A") == "a"
    if lowers and is_cased(tokenizer.get_vocab()):
        raise ModelFolderError(
            f"{path}: the vocabulary has capital letters (a cased model such as BioBERT), but the "
            "tokenizer lowers every letter; set do_lower_case to false in tokenizer_config.json, "
            f"or: {convert_command(path)}"
        )
    if not lowers and not is_cased(tokenizer.get_vocab()):
        raise ModelFolderError(
            f"{path}: the vocabulary has no capital letters, but the tokenizer keeps them, so "
            "every word with one is unknown; set do_lower_case to true in tokenizer_config.json, "
            f"or: {convert_command(path)}"
        )


def is_cased(vocabulary: Iterable[str]) -> bool:
    """Whether word pieces with capital letters are more than strays.

    Pieces in brackets, such as [CLS] and [unused1], say nothing about it.
    """
    pieces = [piece for piece in vocabulary if not piece.startswith(("[", "<"))]
    capitals = sum(any("A" <= letter <= "Z" for letter in piece) for piece in pieces)
    return capitals > _CASED_SHARE * len(pieces)


def quiet() -> None:
    """No progress bars and no advice from transformers: what matters is raised here."""
    settings: Any = transformers_logging  # untyped in transformers
    settings.set_verbosity_error()
    settings.disable_progress_bar()


def load_tokenizer(path: Path) -> tuple[Tokenizer, tuple[int, int, int]]:
    """The tokenizer, and the numbers of its first, last and padding pieces."""
    quiet()
    config = _without_labels(path)
    try:
        loaded: Any = AutoTokenizer.from_pretrained(
            path, local_files_only=True, trust_remote_code=False, config=config
        )
    except Exception as error:
        raise ModelFolderError(
            f"{path}: tokenizer.json cannot be loaded ({type(error).__name__}); "
            f"run: python -m icd9_review model check {path}"
        ) from error
    special = (loaded.cls_token_id, loaded.sep_token_id, loaded.pad_token_id)
    if not loaded.is_fast or None in special:
        raise ModelFolderError(
            f"{path}: the tokenizer must be a fast one (tokenizer.json) with a first, a last and "
            "a padding token, as BERT's has [CLS], [SEP] and [PAD]"
        )
    tokenizer: Tokenizer = loaded.backend_tokenizer
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer, special


def _without_labels(path: Path) -> Any:
    """What a tokenizer asks of a configuration; None leaves it to transformers.

    Which would read it with its labels and write all of them out for its log: with 18,449 that
    takes longer than everything else here. A tokenizer that lies by itself has none.
    """
    if not (path / "config.json").exists():
        return None
    config = {name: held for name, held in read_config(path).items() if name not in _LABELS}
    if config["model_type"] not in CONFIG_MAPPING:
        return None
    try:
        return AutoConfig.for_model(**config)
    except Exception as error:
        raise ModelFolderError(
            f"{path / 'config.json'} is no configuration of a {config['model_type'][:40]} "
            f"({type(error).__name__}); copy it anew from where the weights are from"
        ) from error


def load_model(path: Path) -> NoteNetwork:
    """The weights as float32, whatever they are in the file; every one of them a number."""
    quiet()
    file, config = path / WEIGHTS, read_config(path)
    attended = has_label_attention(path, config)
    try:
        model, missing = (_load_attending if attended else _load_classifier)(path, config)
    except Exception as error:
        raise ModelFolderError(
            f"{file} cannot be loaded with config.json ({type(error).__name__}); the file is "
            "damaged or belongs to another configuration"
        ) from error
    if missing:
        shown = ", ".join(missing[:_SHOWN])
        raise ModelFolderError(
            f"{file} lacks {len(missing)} tensors of the model ({shown}); a body without its "
            "trained classifier would answer at random"
        )
    _check_explainable(path, model)
    _check_numbers(file, model)
    frozen: Any = model  # eval is untyped in transformers
    frozen.eval().requires_grad_(False)
    return model


def _load_classifier(path: Path, config: Mapping[str, Any]) -> tuple[NoteNetwork, list[str]]:
    """The network of a folder, and the tensors that it has not."""
    loaded: tuple[PreTrainedModel, dict[str, Any]] = (
        AutoModelForSequenceClassification.from_pretrained(path, **_plainly(config))
    )
    return loaded[0], sorted(loaded[1]["missing_keys"])


def _load_attending(path: Path, config: Mapping[str, Any]) -> tuple[NoteNetwork, list[str]]:
    """The same of an encoder with this program's label attention."""
    loaded: tuple[PreTrainedModel, dict[str, Any]] = AutoModel.from_pretrained(
        path, **_plainly(config)
    )
    model = LabelAttentionModel(loaded[0], len(config["id2label"]), read_windows(path).length)
    with safe_open(path / WEIGHTS, "pt") as file:
        held = {name for name in file.keys() if name.startswith(PREFIX)}  # noqa: SIM118, no dict
        own = {name.removeprefix(PREFIX): file.get_tensor(name).float() for name in held}
    wanted = model.label_attention.load_state_dict(own, strict=False).missing_keys
    encoder = [name for name in loaded[1]["missing_keys"] if not name.startswith("pooler.")]
    return model, sorted([*encoder, *(PREFIX + name for name in wanted)])


def _plainly(config: Mapping[str, Any]) -> dict[str, Any]:
    """As plain data and float32, with what was missing."""
    return {
        "local_files_only": True,
        "trust_remote_code": False,
        "use_safetensors": True,
        "dtype": torch.float32,
        "output_loading_info": True,
        **attention_of(config),
    }


def attention_of(config: Mapping[str, Any]) -> dict[str, str]:
    """How to load a model whose configuration asks for attention that needs a package of its own.

    PyTorch's own gives the same numbers, on every processor.
    """
    flash = "flash" in str(config.get("attn_implementation"))
    return {"attn_implementation": "sdpa"} if flash else {}


def _check_explainable(path: Path, model: NoteNetwork) -> None:
    network = model.encoder if isinstance(model, LabelAttentionModel) else model
    if "inputs_embeds" not in signature(network.forward).parameters:
        raise ModelFolderError(
            f"{path / 'config.json'}: a {type(network).__name__} takes no embeddings "
            "(inputs_embeds), so that nothing it proposes could be explained; bring an encoder "
            "such as BERT, RoBERTa or ModernBERT"
        )


def _check_numbers(file: Path, model: NoteNetwork) -> None:
    for name, tensor in model.state_dict().items():
        if not tensor.is_floating_point():
            continue
        if tensor.dtype != torch.float32:
            raise ModelFolderError(f"{file}: {name} was loaded as {tensor.dtype}, not float32")
        if not bool(torch.isfinite(tensor).all()):
            raise ModelFolderError(f"{file}: {name} holds values that are not finite numbers")
