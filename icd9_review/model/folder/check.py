"""What is good and what is wrong with a model folder, as far as it can be told at once."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from icd9_review.codes.table import is_valid
from icd9_review.errors import ModelFolderError
from icd9_review.model.explaining.embeddings import EmbeddingReader
from icd9_review.model.folder.checkpoint import check_case, load_tokenizer
from icd9_review.model.folder.declarations import (
    RELIABILITY,
    read_buckets,
    read_calibration,
    read_examples,
    read_judge,
    read_reliability,
    read_thresholds,
)
from icd9_review.model.folder.files import (
    WEIGHTS,
    check_files,
    check_problem_type,
    fitting_windows,
    listed_labels,
    model_version,
    positions_of,
    read_config,
    read_folder,
    read_labels,
)
from icd9_review.model.folder.labels import count_kinds
from icd9_review.model.folder.numbers import read_numbers
from icd9_review.model.folder.tensors import stored_types
from icd9_review.model.reading.backends import PyTorch
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.values import JudgeWeights, Kind, ModelVersion

_SAMPLE = "Congestive heart failure."
_APART = 1e-3  # of a logit: far above rounding; by judgement
_NAMED = 5  # codes that a remark names; by judgement


class Level(StrEnum):
    """OK needs nothing, ADVICE may be wanted so, PROBLEM is refused by the app."""

    OK = "OK"
    ADVICE = "advice"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Remark:
    """One line about a folder; a problem's text says how to mend it."""

    level: Level
    text: str


def check_folder(path: Path) -> tuple[Remark, ...]:
    """Everything there is to say about a folder; the model is loaded where the files allow it."""
    files = _try(lambda: _files(path))
    try:
        config = read_config(path) if path.is_dir() else None
    except ModelFolderError as error:
        return files, Remark(Level.PROBLEM, str(error))
    if config is None:
        return (files,)
    remarks = [files, *(_try(step) for step in _steps(path, config))]
    if (path / "tokenizer.json").is_file():
        remarks.append(_try(lambda: _case(path)))
    if all(remark.level is not Level.PROBLEM for remark in remarks):
        remarks.append(_try(lambda: _answer(path)))
    return tuple(remarks)


def checked_version(path: Path) -> ModelVersion:
    """The model version of a folder in which nothing is wrong.

    Raises ModelFolderError with what is, in the words of ``check_folder``.
    """
    problems = [each.text for each in check_folder(path) if each.level is Level.PROBLEM]
    if problems:
        raise ModelFolderError(" ".join(problems))
    return read_folder(path).version


def _steps(path: Path, config: dict[str, Any]) -> tuple[Callable[[], Remark], ...]:
    return (
        lambda: _problem_type(path, config),
        lambda: _labels(path, config),
        lambda: _known(path, config),
        lambda: _half_precision(path, config),
        lambda: _windows(path, config),
        lambda: _thresholds(path, config),
        lambda: _calibration(path, config),
        lambda: _judge(path),
        lambda: _numbers(path),
        lambda: _examples(path, config),
        lambda: _reliability(path, config),
    )


def _try(step: Callable[[], Remark]) -> Remark:
    try:
        return step()
    except ModelFolderError as error:
        return Remark(Level.PROBLEM, str(error))


def _files(path: Path) -> Remark:
    check_files(path)
    return Remark(Level.OK, "config.json, the tokenizer and the weights as safetensors are there")


def _problem_type(path: Path, config: dict[str, Any]) -> Remark:
    check_problem_type(path, config)
    return Remark(Level.OK, "every output is a yes or no of its own (multi-label)")


def _labels(path: Path, config: dict[str, Any]) -> Remark:
    labels, kinds = read_labels(path, config)
    counted = f"{count_kinds(kinds)}, by the form of their dotted codes"
    by_kind = {
        kind: [c for c, of in zip(labels, kinds, strict=True) if of is kind] for kind in Kind
    }
    procedures, diagnoses = by_kind[Kind.PROCEDURE], by_kind[Kind.DIAGNOSIS]
    if procedures and diagnoses and not any(code.startswith("0") for code in diagnoses):
        return Remark(
            Level.ADVICE,
            f"{counted}; {procedures[0]} is a procedure, and no diagnosis begins with 0: if it is "
            "a diagnosis, it has lost its leading zero",
        )
    return Remark(Level.OK, counted)


def _known(path: Path, config: dict[str, Any]) -> Remark:
    keys = zip(*read_labels(path, config), strict=True)
    strange = [code for code, kind in keys if not is_valid(kind, code)]
    if not strange:
        return Remark(Level.OK, "every code is one of version 32")
    named = ", ".join(strange[:_NAMED]) + (" …" if len(strange) > _NAMED else "")
    were = "code is" if len(strange) == 1 else "codes are"
    return Remark(
        Level.ADVICE,
        f"{len(strange):,} {were} not in version 32, or of the other kind there: {named}. They are "
        "suggested all the same, and an edit stops a chart with one: a code may be retired, a "
        "category that has to be more specific, or written without its leading zero",
    )


def _half_precision(path: Path, config: dict[str, Any]) -> Remark:
    declared = config.get("dtype", config.get("torch_dtype"))
    if not (path / WEIGHTS).is_file() or declared == "float32":
        return Remark(Level.OK, "config.json asks for float32")
    if stored_types(path / WEIGHTS) <= {"F32", "I64"}:
        return Remark(Level.OK, "the weights are float32")
    return Remark(
        Level.ADVICE,
        'the weights are in half precision; this program loads them as float32, add "dtype": '
        '"float32" to config.json so that others do too',
    )


def _windows(path: Path, config: dict[str, Any]) -> Remark:
    windows = fitting_windows(path, config)
    origin = "windows.json" if (path / "windows.json").exists() else "no windows.json, so the usual"
    if windows.attended:
        read = (
            f"windows of {windows.length} word pieces, and each code attends to the pieces of all "
            "of them (label attention)"
        )
    elif windows.cut is not None:
        read = f"a note is read by sentences of at most {windows.length} word pieces"
    else:
        read = f"windows of {windows.length} word pieces, {windows.stride} of them shared"
    positions = positions_of(config) or 0
    if not (path / "windows.json").exists() and positions > windows.length:
        more = (
            f"the model has positions for {positions:,}; say in windows.json what it learned with"
        )
        return Remark(Level.ADVICE, f"{origin}: {read}; {more}")
    return Remark(Level.OK, f"{origin}: {read}")


def _thresholds(path: Path, config: dict[str, Any]) -> Remark:
    labels = listed_labels(path, config)
    thresholds = read_thresholds(path, labels, read_buckets(path, labels))
    if not (path / "thresholds.json").exists():
        return Remark(Level.ADVICE, f"no thresholds.json, so {thresholds.overall} for every code")
    of_buckets = f", {len(thresholds.per_bucket):,} buckets" if thresholds.per_bucket else ""
    return Remark(
        Level.OK,
        f"threshold {thresholds.overall}{of_buckets}, {len(thresholds.per_code):,} codes with "
        "their own",
    )


def _calibration(path: Path, config: dict[str, Any]) -> Remark:
    labels = listed_labels(path, config)
    found = read_calibration(path, labels, read_buckets(path, labels))
    if found is None:
        return Remark(Level.ADVICE, "no calibration.json, so probabilities are not calibrated")
    if not found.line_of:
        return Remark(Level.OK, "probabilities are calibrated")
    own = len(found.line_of) - found.line_of.count(0)
    return Remark(
        Level.OK,
        f"probabilities are calibrated, {own:,} codes by the lines of {len(found.lines):,} buckets",
    )


def _judge(path: Path) -> Remark:
    judge = read_judge(path)
    if judge is None:
        return Remark(Level.OK, "no judge.json, so every code that reaches its threshold is shown")
    used = f"a second judge weighs {_used(judge)} doubts"
    if judge.procedures is not None:
        used += f" about diagnoses and {_used(judge.procedures)} about procedures"
    return Remark(Level.OK, f"{used} ({judge.split})")


def _used(weights: JudgeWeights) -> int:
    return sum(weight > 0 for weight in weights.doubts.values())


def _numbers(path: Path) -> Remark:
    found = read_numbers(path)
    if found is None:
        return Remark(Level.OK, "it predicts in fp32")
    return Remark(
        Level.OK,
        f"it predicts in {found.numbers}, {found.speedup:.2f} times as fast as in fp32, with "
        f"nothing otherwise in {found.notes:,} notes; measured on {found.processor}",
    )


def _examples(path: Path, config: dict[str, Any]) -> Remark:
    examples = read_examples(path, listed_labels(path, config))
    if examples is None:
        return Remark(Level.ADVICE, "no examples.json, so rare codes are not marked")
    counted = f"training {examples.unit}s are counted for {len(examples.counts):,} codes"
    return Remark(Level.OK, counted)


def _reliability(path: Path, config: dict[str, Any]) -> Remark:
    if not (path / RELIABILITY).exists():
        return Remark(
            Level.ADVICE, f"no {RELIABILITY}, so it is not shown how often probabilities held"
        )
    held = read_reliability(path, listed_labels(path, config), model_version(path))
    if held is None:
        return Remark(
            Level.ADVICE,
            f"{RELIABILITY} was measured with another version of the model and is not shown; "
            f"measure again: python -m icd9_review model reliability {shlex.quote(str(path))} "
            "--data NOTES.jsonl",
        )
    return Remark(
        Level.OK,
        f"it is known how often probabilities held, for {len(held.codes):,} codes by themselves",
    )


def _case(path: Path) -> Remark:
    check_case(path, load_tokenizer(path)[0])
    return Remark(Level.OK, "the tokenizer treats capitals as its vocabulary does")


def _answer(path: Path) -> Remark:
    predictor = load_predictor(path)
    predictor.score(_SAMPLE)
    _check_embeddings(path, predictor)
    return Remark(
        Level.OK,
        "the model loads and answers, to word pieces and to embeddings; version "
        f"{predictor.model_version}",
    )


def _check_embeddings(path: Path, predictor: Predictor) -> None:
    """Whether it says the same of embeddings, which are explained, as of word pieces."""
    passage = predictor.passages(_SAMPLE)[0]
    network = type(predictor.checkpoint.model).__name__
    try:
        reader = EmbeddingReader(predictor)
        by_embeddings = reader.logits(reader.path(passage).end[None])
    except Exception as error:
        raise ModelFolderError(
            f"{path}: the model answers, but not to embeddings ({type(error).__name__}), so that "
            f"nothing could be explained; a {network} is none that this program can read"
        ) from error
    pieces = np.array([predictor.framed(passage)])
    by_pieces = PyTorch(predictor.checkpoint.model).logits(pieces, np.ones_like(pieces))
    apart = np.abs(by_embeddings - by_pieces).max()
    if not apart <= _APART:
        raise ModelFolderError(
            f"{path}: of embeddings the model says otherwise than of word pieces (logits differ by "
            f"{apart:.1g}), so that explanations would be of something else; a {network} is none "
            "that this program can read"
        )
