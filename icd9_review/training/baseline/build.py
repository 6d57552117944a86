"""A yardstick's folder from labelled notes. Usage: ``python -m icd9_review train baseline``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from icd9_review.errors import CorpusError, InputError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote, read_labelled
from icd9_review.training.baseline.fit import YardstickRecipe, train_baseline
from icd9_review.training.baseline.folder import SETTINGS, write_baseline
from icd9_review.training.baseline.model import Baseline
from icd9_review.training.baseline.thresholds import codes_of, fit_out_of_fold, fit_thresholds
from icd9_review.training.mimic.labels import in_order, read_label_spec


@dataclass(frozen=True, slots=True)
class YardstickJob:
    """What to train on and how; ``labels`` is top50, full, min-count=N or a file of codes."""

    data: Path
    output: Path
    labels: str = "top50"
    split: str = "train"
    validation_split: str = "validation"
    recipe: YardstickRecipe = field(default_factory=YardstickRecipe)
    seed: int = 9  # any number would do


@dataclass(frozen=True, slots=True)
class _Material:
    train: tuple[LabelledNote, ...]
    validation: tuple[LabelledNote, ...]
    labels: tuple[str, ...]


def build_baseline(job: YardstickJob, report: Callable[[str], None]) -> Baseline:
    """Train, fit thresholds and write the folder.

    Thresholds come from the validation notes; where the file has none, from the training
    notes read out of fold. Raises CorpusError for the notes and the labels, InputError for an
    output folder that holds something else and for one split under two names.
    """
    _check_splits(job)
    _check_output(job.output)
    material = _read(job)
    report(
        f"{len(material.train):,} training notes, {len(material.validation):,} validation notes, "
        f"{len(material.labels):,} codes"
    )
    texts, codes = zip(*((note.text, codes_of(note)) for note in material.train), strict=True)
    untuned = train_baseline(texts, codes, material.labels, seed=job.seed, recipe=job.recipe)
    if material.validation:
        baseline = fit_thresholds(untuned, material.validation, job.validation_split)
    else:
        report(f"no notes of the split {job.validation_split!r}; thresholds come out of fold")
        baseline = fit_out_of_fold(untuned, material.train, job.recipe, job.seed)
    write_baseline(baseline, job.output)
    return baseline


def _check_splits(job: YardstickJob) -> None:
    if job.split == job.validation_split:
        raise InputError(
            f"--split and --validation-split are both {job.split!r}; thresholds fitted on the "
            "training notes mean nothing, name another split"
        )


def _check_output(folder: Path) -> None:
    """Only an empty folder or an earlier baseline is written over."""
    if not folder.exists() or (folder / SETTINGS).is_file():
        return
    if not folder.is_dir() or any(folder.iterdir()):
        raise InputError(f"--output {folder} holds something else; name another folder")


def _read(job: YardstickJob) -> _Material:
    """One pass over the file; codes are counted over all its notes, as MIMIC's labels are."""
    counts: Counter[str] = Counter()
    by_split: dict[str | None, list[LabelledNote]] = {job.split: [], job.validation_split: []}
    splits: set[str | None] = set()
    for note in read_labelled(job.data):
        counts.update(codes_of(note))
        splits.add(note.split)
        by_split.setdefault(note.split, [])
        if note.split in (job.split, job.validation_split, None):
            by_split[note.split].append(note)
    # Notes without splits are training notes as a whole.
    train = by_split[None if splits == {None} else job.split]
    if not train:
        names = ", ".join(sorted(name for name in splits if name))
        raise CorpusError(
            f"{job.data} has no notes of the split {job.split!r}; its splits: {names}"
        )
    ranks = Counter(code for note in train for code in codes_of(note))
    labels = in_order(read_label_spec(job.labels).choose(counts), ranks)
    return _Material(tuple(train), tuple(by_split[job.validation_split]), labels)
