"""What the files of a model folder say of it, in the words of its card.

Read anew each time a card is written, so that thresholds that were fitted again are told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from icd9_review.codes.table import is_valid
from icd9_review.model.folder.declarations import (
    BUCKETS,
    DEFAULT_WINDOWS,
    JUDGE,
    read_examples,
    read_reliability,
)
from icd9_review.model.folder.files import HEAD_FIELD, WEIGHTS, model_version, read_labels
from icd9_review.model.folder.tensors import count_numbers, stored_types
from icd9_review.values import Kind

_RARE = 10  # training notes; up to which the workbench marks a code as rare (docs/model-folder.md)
_NAMED = 5  # codes outside version 32 that are named; by judgement
_SIZES = (
    (("num_hidden_layers", "n_layers"), "{:,} layers"),
    (("num_attention_heads", "n_heads"), "{:,} heads"),
    (("hidden_size", "dim"), "width {}"),
    (("vocab_size",), "{:,} word pieces"),
)
"""By their names in the configurations of BERT and its kin, and of DistilBERT."""
_ENCODERS = {"bert": "BERT", "modernbert": "ModernBERT"}
_STORED = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}


def describe(folder: Path, config: dict[str, Any]) -> dict[str, Any]:
    """What stands in the slots of ``card.md`` that are filled from the folder."""
    version = model_version(folder)
    labels, _ = read_labels(folder, config)
    return {
        "architecture": _architecture(config),
        "codes": _codes(folder, config),
        "version": f"`{version}`",
        "size": _size(folder),
        "windows": _windows(folder),
        "preprocessing": _preprocessing(folder),
        "thresholds": _thresholds(folder),
        "calibration": _calibration(folder),
        "judge": _judge(folder),
        "reliability": _reliability(folder, labels, version),
        "examples": _examples(folder, labels),
    }


def _architecture(config: Mapping[str, Any]) -> dict[str, str]:
    sizes = [
        words.format(config[name])
        for names, words in _SIZES
        for name in names
        if isinstance(config.get(name), int)
    ]
    kind = str(config["model_type"])
    encoder = _ENCODERS.get(kind, kind)
    head, what = _head(config, encoder)
    size = f" ({', '.join(sizes)})" if sizes else ""
    return {
        "type": f"{encoder} with {head} (one sigmoid per code)",
        "text": f"{_article(encoder)} {encoder} encoder{size} {what}. Weights may be stored in "
        "half precision; they are computed in single.",
    }


def _article(noun: str) -> str:
    return "An" if noun[0] in "aeiou" else "A"


def _head(config: Mapping[str, Any], encoder: str) -> tuple[str, str]:
    """What stands on the encoder, as a noun and as a clause."""
    if HEAD_FIELD in config:
        clause = "on which each code attends to the pieces of all windows of a note"
        return "label attention", clause
    if encoder in _ENCODERS.values():
        clause = "whose pooled first piece feeds a linear layer with one output per code"
        return "a multi-label head", clause
    return "a multi-label head", "with a classifier that has one output per code"


def _codes(folder: Path, config: dict[str, Any]) -> str:
    labels, kinds = read_labels(folder, config)
    strange = [c for c, kind in zip(labels, kinds, strict=True) if not is_valid(kind, c)]
    diagnoses, procedures = kinds.count(Kind.DIAGNOSIS), kinds.count(Kind.PROCEDURE)
    told = f"{len(labels):,} ({diagnoses:,} diagnoses, {procedures:,} procedures), ICD-9-CM"
    if not strange:
        return f"{told} version 32"
    named = ", ".join(strange[:_NAMED]) + (" …" if len(strange) > _NAMED else "")
    return f"{told}; {len(strange):,} not in version 32: {named}"


def _size(folder: Path) -> str:
    weights = folder / WEIGHTS
    types = ", ".join(_STORED.get(each, each) for each in sorted(stored_types(weights)))
    return f"{count_numbers(weights):,} parameters, {weights.stat().st_size:,} bytes as {types}"


def _reliability(folder: Path, labels: tuple[str, ...], version: str) -> str:
    held = read_reliability(folder, labels, version)
    return "not measured" if held is None else f"measured on {held.split} (reliability.json)"


def _examples(folder: Path, labels: tuple[str, ...]) -> str:
    """How many codes training has met, and how often; empty where the folder does not say."""
    held = read_examples(folder, labels)
    if held is None:
        return ""
    seen = [count for count in map(held.of, labels) if count]
    rare = sum(count <= _RARE for count in seen)
    return (
        f"Of the {len(labels):,} codes {len(seen):,} stood in a training {held.unit} "
        f"({held.split}), {rare:,} of them in {_RARE} or fewer (examples.json)."
    )


def _windows(folder: Path) -> str:
    held = read_declaration(folder / "windows.json") or DEFAULT_WINDOWS.to_json()
    if held.get("aggregation") == "label attention":
        return (
            f"whole, in windows of {held['length']} word pieces; a code's score is of the pieces "
            "of all of them together"
        )
    if "cut" in held:
        return (
            "by sentences (list items, lines and headings are some too; family history and "
            f"allergies stay whole), each by itself and of at most {held['length']} word pieces; "
            "a code's score is its largest logit over them"
        )
    return (
        f"whole, in windows of {held['length']} word pieces of which {held['stride']} are shared; "
        "a code's score is its largest logit over the windows"
    )


def _preprocessing(folder: Path) -> str:
    held = read_declaration(folder / "tokenizer_config.json") or {}
    case = "in lower case" if held.get("do_lower_case", True) else "with its capitals"
    return (
        f"The text is taken {case} and cut into word pieces; nothing else is changed or removed. "
        f"A note is read {_windows(folder)}. Windows of one batch are padded to the longest."
    )


def _thresholds(folder: Path) -> str:
    held = read_declaration(folder / "thresholds.json")
    if held is None:
        return "0.8 for every code"
    per_code, per_bucket = held.get("per_code") or {}, held.get("per_bucket") or {}
    have = "code has its" if len(per_code) == 1 else "codes have their"
    own = f", {len(per_code):,} {have} own" if per_code else ""
    of_buckets = ""
    if values := per_bucket.values():
        between = f"{min(values):.2f} to {max(values):.2f}"
        of_buckets = f", {between} by bucket ({_parted_by(folder)})"
    return f"{held['global']:.2f}{of_buckets}{own}; fitted on: {held.get('split', 'not said')}"


def _calibration(folder: Path) -> str:
    held = read_declaration(folder / "calibration.json")
    if held is None:
        return "not calibrated"
    lines = held.get("per_bucket") or {}
    positives = ", ".join(f"{name}: {line.get('positives', '–')}" for name, line in lines.items())
    by = f", by bucket ({_parted_by(folder)}; positives of each: {positives})" if lines else ""
    verdicts = "; then by what the second judge said" if held.get("passed") else ""
    return f"Platt scaling{by}{verdicts}, fitted on: {held['split']}"


def _judge(folder: Path) -> str:
    """What weighs how much against a code; empty where the folder has no judge."""
    held = read_declaration(folder / JUDGE)
    if held is None:
        return ""
    own = held.get("procedures")
    procedures = f"; a procedure: {_weights(own)}" if own else ""
    return (
        f"demotes a diagnosis whose log-odds are below 0: {_weights(held)}{procedures}; "
        f"fitted on: {held['split']}"
    )


def _weights(held: Mapping[str, Any]) -> str:
    weights = ", ".join(f"{name} {weight:.2f}" for name, weight in held["doubts"].items())
    return f"{held['intercept']:.2f} + {held['margin']:.2f} × its margin, less {weights}"


def _parted_by(folder: Path) -> str:
    return str((read_declaration(folder / BUCKETS) or {}).get("by", "not said by what"))


def read_declaration(path: Path) -> dict[str, Any] | None:
    """A small file of the folder as it stands; None where it is absent."""
    if not path.is_file():
        return None
    held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return held
