"""What is fitted of a model folder on labelled notes: thresholds.json and calibration.json.

For all codes alike, or by bucket: codes of one kind that stood about as often in training. A
bucket's figures are smoothed towards those of all codes (``statistics/``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from icd9_review.arrays import Bools, Floats, Reals
from icd9_review.errors import ModelFolderError
from icd9_review.evaluation.labelled.sources import LabelSource, read_source
from icd9_review.evaluation.rarity import BUCKET_NAMES, bucket_of
from icd9_review.evaluation.readings import Readings, read_notes
from icd9_review.model.folder.declarations import BUCKETS, JUDGE
from icd9_review.model.folder.files import ModelFolder, read_folder
from icd9_review.model.folder.labels import kind_of
from icd9_review.model.reading.scorer import load_scorer
from icd9_review.statistics.calibration import BucketLine, Platt, fit_by_bucket, fit_platt
from icd9_review.statistics.thresholds import (
    FittedThresholds,
    choose_by_bucket,
    choose_thresholds,
)
from icd9_review.suggestions import calibrate, sigmoid
from icd9_review.values import Calibration, Examples, Kind

_KINDS = {Kind.DIAGNOSIS: "diagnoses", Kind.PROCEDURE: "procedures"}
_ORDER = [f"{kind} {name}" for kind in _KINDS.values() for name in BUCKET_NAMES]
"""Buckets as files name them: of each kind the rarest first."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """The bucket of every code by its name, None of a code in none; ``by`` says what parts them."""

    by: str
    buckets: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """Thresholds and lines of ``codes``; ``grouping`` and ``lines`` where it went by bucket."""

    codes: tuple[str, ...]
    thresholds: FittedThresholds
    platt: Platt
    grouping: Grouping | None
    lines: Mapping[str, BucketLine]

    def suggested(self, logits: Reals) -> Bools:
        """Which code is suggested for which note."""
        names = self.grouping.buckets if self.grouping else None
        chosen: Bools = sigmoid(logits) >= self.thresholds.of(self.codes, names)
        return chosen

    def shown(self, logits: Reals) -> Floats:
        """The probabilities that people see."""
        if self.grouping is None or not self.lines:
            return self.platt.apply(logits)
        return calibrate(logits, _by_label(self.platt, self.lines, self.grouping.buckets))

    def files(self, split: str) -> dict[str, object | None]:
        """The content of the folder's files by name; None for one that there shall not be."""
        calibration, buckets = self.platt.to_json(split), None
        if self.grouping is not None and self.lines:
            calibration["per_bucket"] = {
                name: {"a": line.platt.a, "b": line.platt.b, "positives": line.positives}
                for name, line in self.lines.items()
            }
            buckets = {"by": self.grouping.by, "codes": _members(self.codes, self.grouping)}
        return {
            BUCKETS: buckets,
            "calibration.json": calibration,
            "thresholds.json": self.thresholds.to_json(split),
        }


def fit(
    logits: Reals,
    truth: Bools,
    codes: Sequence[str],
    mask: Bools | None = None,
    grouping: Grouping | None = None,
) -> Fit:
    """Fit what is said of ``codes``; all matrices are of shape (notes, codes).

    A code with enough positives has its own threshold in any case. Raises CorpusError where
    there is nothing to fit on.
    """
    thresholds = choose_thresholds(sigmoid(logits), truth, codes, mask)
    if grouping is None:
        return Fit(tuple(codes), thresholds, fit_platt(logits, truth, mask), None, {})
    platt, lines = fit_by_bucket(logits, truth, grouping.buckets, mask)
    lines = {name: lines[name] for name in _in_order(lines)}
    shown = calibrate(logits, _by_label(platt, lines, grouping.buckets))
    own = {name: line.platt for name, line in lines.items()}
    by_bucket = choose_by_bucket(shown, truth, platt, own, mask)
    by_bucket = replace(by_bucket, per_code=thresholds.per_code)
    return Fit(tuple(codes), by_bucket, platt, grouping, lines)


def by_frequency(codes: Sequence[str], examples: Examples) -> Grouping:
    """Codes of one kind that stood in about as many training examples, as ``rarity`` parts them."""
    names = []
    for code in codes:
        kind = kind_of(code)
        names.append(None if kind is None else f"{_KINDS[kind]} {bucket_of(examples.of(code))}")
    return Grouping(f"kind, and training {examples.unit}s of each code", tuple(names))


def frequency_of(folder: ModelFolder) -> Grouping:
    """The same of a folder. Raises ModelFolderError where it does not count its examples."""
    if folder.examples is None:
        raise ModelFolderError(
            f"{folder.path} has no examples.json, which says how often each code stood in "
            "training; write it (docs/model-folder.md), or leave out --by-frequency"
        )
    return by_frequency(folder.version.labels, folder.examples)


def read_and_fit(
    folder: Path,
    data: Path,
    split: str | None = None,
    name: str | None = None,
    *,
    frequency: bool = False,
) -> tuple[Fit, str]:
    """Fit a folder on the labelled notes of a file; what it gave, and what the notes are.

    ``name`` says the latter to people. Raises ModelFolderError for the folder and CorpusError
    for the file.
    """
    grouping = frequency_of(read_folder(folder)) if frequency else None
    readings = by_logits(read_notes(load_scorer(folder), read_source(LabelSource(data, split))))
    where = name or (f"split {split} of {data.name}" if split else data.name)
    found = fit(readings.logits, readings.truth, readings.codes, readings.mask, grouping)
    return found, f"{len(readings.notes):,} notes: {where}"


def by_logits(readings: Readings) -> Readings:
    """The same with a truth in which no calibration has a part: it is what is to be fitted.

    Of the codes that a label allows, the one that comes first counts.
    """
    return replace(readings, calibration=None)


def write_fit(folder: Path, found: Fit, split: str) -> None:
    """Write thresholds.json and calibration.json, and buckets.json where there are buckets.

    A judge that is there goes: it was fitted above other thresholds (``judge_fitting``). Raises
    ModelFolderError where one cannot be written.
    """
    files = found.files(split)
    try:
        for name, content in files.items():
            if content is not None:
                draft = folder / f".{name}.draft"
                draft.write_text(_as_text(content), encoding="utf-8")
        for name, content in files.items():
            if content is not None:
                (folder / f".{name}.draft").replace(folder / name)
        (folder / JUDGE).unlink(missing_ok=True)
        if files[BUCKETS] is None:
            (folder / BUCKETS).unlink(missing_ok=True)
    except OSError as error:
        for name in files:
            (folder / f".{name}.draft").unlink(missing_ok=True)
        raise ModelFolderError(f"{folder} cannot be written: {error.strerror}") from None


def _as_text(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _by_label(
    platt: Platt, lines: Mapping[str, BucketLine], buckets: Sequence[str | None]
) -> Calibration:
    number_of = {name: number for number, name in enumerate(lines, start=1)}
    return Calibration(
        platt.a,
        platt.b,
        split="",
        lines=tuple((line.platt.a, line.platt.b) for line in lines.values()),
        line_of=bytes(number_of.get(name or "", 0) for name in buckets),
    )


def _members(codes: Sequence[str], grouping: Grouping) -> dict[str, list[str]]:
    names = [name for name in grouping.buckets if name is not None]
    members: dict[str, list[str]] = {name: [] for name in _in_order(dict.fromkeys(names))}
    for code, name in zip(codes, grouping.buckets, strict=True):
        if name is not None:
            members[name].append(code)
    return members


def _in_order(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: _ORDER.index(name) if name in _ORDER else 0)
