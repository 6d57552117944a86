"""A model folder as it lies on disk: read and refused by its files alone, without torch.

The folder is what ``AutoModelForSequenceClassification.from_pretrained`` takes, with
dotted codes as labels and safetensors as the only form of weights. docs/model-folder.md
is the contract in words.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.bounded import read_bounded
from icd9_review.model.folder.declarations import (
    BUCKETS,
    CUT_RULE,
    JUDGE,
    JUDGE_RULE,
    Windows,
    read_buckets,
    read_calibration,
    read_examples,
    read_judge,
    read_reliability,
    read_thresholds,
    read_windows,
)
from icd9_review.model.folder.labels import kind_of
from icd9_review.model.folder.numbers import NUMBERS, MeasuredNumbers, read_numbers
from icd9_review.values import Examples, Judge, Kind, ModelVersion, Reliability

WEIGHTS = "model.safetensors"
PICKLE = "pytorch_model.bin"
HEAD_FIELD = "icd9_review_head"
LABEL_ATTENTION = "label-attention"
PROBLEM_TYPE = "multi_label_classification"
LABEL_LIMIT = 20_000  # version 32 has 18,449 codes

_REQUIRED = ("config.json", WEIGHTS, "tokenizer.json", "tokenizer_config.json")
_WEIGHTS_LIMIT = 8_000_000_000  # bytes; by judgement: some twenty times a BERT-base
_TOKENIZER_LIMIT = 64_000_000  # bytes; by judgement: far above BERT's
VERSIONED_FILES = (
    *_REQUIRED,
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "windows.json",
    "thresholds.json",
    "calibration.json",
    BUCKETS,
    JUDGE,
    NUMBERS,
)
"""Everything that changes the output, in the order it is hashed."""

_BEHIND_PADDING = frozenset(
    {
        *("camembert", "data2vec-text", "longformer", "mpnet", "roberta", "roberta-prelayernorm"),
        *("xlm-roberta", "xlm-roberta-xl", "xmod"),
    }
)
"""Encoders that count positions from behind the number of their padding piece."""

_QUOTED = 40  # characters of the file that a message repeats; by judgement


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder whose files keep the contract; ``labels`` in the order of the outputs.

    ``examples``, ``reliability`` and ``judge`` are None where the folder does not say,
    ``reliability`` also where it was measured with another version of the model, ``numbers`` where
    it predicts in fp32.
    """

    path: Path
    config: dict[str, Any]
    windows: Windows
    version: ModelVersion
    examples: Examples | None = None
    reliability: Reliability | None = None
    judge: Judge | None = None
    numbers: MeasuredNumbers | None = None


def read_folder(path: Path) -> ModelFolder:
    """Read a model folder's files.

    Raises ModelFolderError, which names the file, what is wrong with it and the way out.
    """
    check_files(path)
    config = read_config(path)
    labels, kinds = read_labels(path, config)
    check_problem_type(path, config)
    buckets = read_buckets(path, labels)
    version = ModelVersion(
        version=model_version(path),
        name=path.resolve().name,
        labels=labels,
        kinds=kinds,
        thresholds=read_thresholds(path, labels, buckets).of(labels, buckets),
        calibration=read_calibration(path, labels, buckets),
    )
    return ModelFolder(
        path=path,
        config=config,
        windows=fitting_windows(path, config),
        version=version,
        examples=read_examples(path, labels),
        reliability=read_reliability(path, labels, version.version),
        judge=read_judge(path),
        numbers=_fitting_numbers(path),
    )


def model_version(path: Path, without: Collection[str] = ()) -> str:
    """SHA-256 over every file that changes the output, each with its name and length.

    The rules by which windows are sentences and a judge has doubts count too: they are the
    program's.
    The model card, metrics.json and whatever else lies in the folder do not count; ``without`` are
    files that are to count for nothing either.
    """
    total = hashlib.sha256()
    for name in VERSIONED_FILES:
        file = path / name
        if file.is_file() and name not in without:
            with file.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            total.update(f"{name}\0{file.stat().st_size}\0{digest}\n".encode())
    if read_windows(path).cut is not None:
        total.update(f"sentences\0{CUT_RULE}\n".encode())
    if (path / JUDGE).is_file():
        total.update(f"judge\0{JUDGE_RULE}\n".encode())
    return total.hexdigest()


def convert_command(path: Path) -> str:
    """The command that makes a good folder of a bad one."""
    output = shlex.quote(f"{path}-converted")
    return f"python -m icd9_review model convert {shlex.quote(str(path))} --output {output}"


def check_files(path: Path) -> None:
    """Whether all files that are needed are there, weights as safetensors."""
    if not path.is_dir():
        raise ModelFolderError(
            f"{path} is not a folder; ICD9_REVIEW_MODEL must name a model folder "
            "(docs/model-folder.md)"
        )
    if not (path / WEIGHTS).is_file() and (path / PICKLE).is_file():
        raise ModelFolderError(
            f"{path} holds its weights as {PICKLE}, a pickle, which can run code when it is "
            f"loaded; make a safe folder of it: {convert_command(path)}"
        )
    missing = [name for name in _REQUIRED if not (path / name).is_file()]
    if missing:
        way_out = (
            convert_command(path)
            if missing[0].startswith("tokenizer") and (path / "vocab.txt").is_file()
            else "see docs/model-folder.md"
        )
        raise ModelFolderError(f"{path} has no {', no '.join(missing)}; {way_out}")
    for name, limit in ((WEIGHTS, _WEIGHTS_LIMIT), ("tokenizer.json", _TOKENIZER_LIMIT)):
        if (size := (path / name).stat().st_size) > limit:
            raise ModelFolderError(f"{path / name} has {size:,} bytes, the limit is {limit:,}")


def read_config(path: Path) -> dict[str, Any]:
    """config.json as it stands."""
    file = path / "config.json"
    try:
        config = json.loads(read_bounded(file))
    except (ValueError, RecursionError) as error:
        raise ModelFolderError(f"{file} is not JSON ({type(error).__name__})") from None
    if not isinstance(config, dict) or not isinstance(config.get("model_type"), str):
        raise ModelFolderError(f"{file}: model_type is missing; it is not a model's configuration")
    return config


def listed_labels(path: Path, config: dict[str, Any]) -> tuple[str, ...]:
    """The values of id2label in the order of the outputs, whatever they look like."""
    file, listed = path / "config.json", config.get("id2label")
    if not isinstance(listed, dict) or not listed:
        raise ModelFolderError(f"{file}: id2label is missing; {_with_labels(path)}")
    if len(listed) > LABEL_LIMIT:
        raise ModelFolderError(
            f"{file}: id2label names {len(listed):,} labels, the limit is {LABEL_LIMIT:,}"
        )
    if set(listed) != {str(index) for index in range(len(listed))}:
        raise ModelFolderError(
            f"{file}: id2label must have the keys 0 to {len(listed) - 1}, one for each output"
        )
    return tuple(str(listed[str(index)]) for index in range(len(listed)))


def read_labels(path: Path, config: dict[str, Any]) -> tuple[tuple[str, ...], tuple[Kind, ...]]:
    """The dotted codes of the outputs, and the kind each one's form tells."""
    labels = listed_labels(path, config)
    kinds = [kind_of(label) for label in labels]
    bad = [label for label, kind in zip(labels, kinds, strict=True) if kind is None]
    if bad:
        way_out = _with_labels(path) if bad[0].startswith("LABEL_") else convert_command(path)
        raise ModelFolderError(
            f"{path / 'config.json'}: id2label: {len(bad):,} of {len(labels):,} labels are not "
            f"dotted ICD-9-CM codes, the first is {bad[0][:_QUOTED]!r}; {way_out}"
        )
    if twice := [label for label, times in Counter(labels).items() if times > 1]:
        more = f" (of {len(twice):,} such codes)" if len(twice) > 1 else ""
        raise ModelFolderError(
            f"{path / 'config.json'}: id2label names {twice[0]}{more} more than once; "
            "every output needs a code of its own"
        )
    return labels, tuple(kind for kind in kinds if kind)


def check_problem_type(path: Path, config: dict[str, Any]) -> None:
    """Whether every output is a yes or no of its own, not one choice among all."""
    found = config.get("problem_type")
    if found is None:
        raise ModelFolderError(
            f"{path / 'config.json'}: problem_type is missing, it must be {PROBLEM_TYPE}; "
            f"{convert_command(path)}"
        )
    if found != PROBLEM_TYPE:
        raise ModelFolderError(
            f"{path / 'config.json'}: problem_type is {str(found)[:_QUOTED]!r}, it must be "
            f"{PROBLEM_TYPE}; a model trained for something else gives no probability per code"
        )


def fitting_windows(path: Path, config: dict[str, Any]) -> Windows:
    """The windows of the folder, which the model must have positions for."""
    windows = read_windows(path)
    if has_label_attention(path, config) != windows.attended:
        raise ModelFolderError(
            f'{path / "windows.json"}: aggregation must be "label attention" where config.json '
            f"names the head {LABEL_ATTENTION} ({HEAD_FIELD}), and only there; the files belong "
            "together, so copy both"
        )
    positions = positions_of(config)
    if positions is not None and windows.length > positions:
        raise ModelFolderError(
            f"{path / 'windows.json'}: length: {windows.length} word pieces, but the model has "
            f"{positions} positions (max_position_embeddings in config.json); set length to "
            f"{positions} or less"
        )
    return windows


def _fitting_numbers(path: Path) -> MeasuredNumbers | None:
    """numbers.json, which holds for the other files as they were when it was measured."""
    found = read_numbers(path)
    if found is not None and found.of_version != model_version(path, (NUMBERS,)):
        raise ModelFolderError(
            f"{path / NUMBERS}: {found.numbers} was measured with other weights, thresholds or "
            "calibration; measure again with the folder that it was made of: "
            "python -m icd9_review model quantise"
        )
    return found


def has_label_attention(path: Path, config: Mapping[str, Any]) -> bool:
    """Whether the head is this program's label attention; raises for one that nobody knows."""
    head = config.get(HEAD_FIELD)
    if head not in (None, LABEL_ATTENTION):
        raise ModelFolderError(
            f"{path / 'config.json'}: {HEAD_FIELD} is {str(head)[:_QUOTED]!r}; this version knows "
            f"{LABEL_ATTENTION} alone, and nothing that would have to be run"
        )
    return head is not None


def positions_of(config: Mapping[str, Any]) -> int | None:
    """The longest window a model can read, in word pieces; None where its configuration is silent.

    >>> positions_of({"model_type": "roberta", "max_position_embeddings": 514, "pad_token_id": 1})
    512
    """
    positions = config.get("max_position_embeddings")
    if not isinstance(positions, int):
        return None
    if config.get("model_type") in _BEHIND_PADDING:
        padding = config.get("pad_token_id")
        positions -= (padding if isinstance(padding, int) else 1) + 1
    return positions


def _with_labels(path: Path) -> str:
    return (
        f"{convert_command(path)} --labels CODES.txt (a file with one code a line, "
        "in the order of the outputs)"
    )
