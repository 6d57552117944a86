"""The yardstick's thresholds, fitted by the scoring rule on notes it has not learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from icd9_review.arrays import Singles
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.readings import truth_and_mask
from icd9_review.statistics.thresholds import choose_thresholds
from icd9_review.suggestions import sigmoid
from icd9_review.training.baseline.fit import YardstickRecipe, train_baseline
from icd9_review.training.baseline.model import Baseline

OUT_OF_FOLD = "the training notes, each read by a model that was trained without it"
_FOLDS = 3  # models to train; by judgement: two thirds of the notes teach each
_MOST_PAIRS = 10_000_000  # of note and code; more would fill the memory and change nothing


def codes_of(note: LabelledNote) -> frozenset[str]:
    """The codes to learn from a note: those of its core labels."""
    return frozenset[str]().union(*(la.any_of for la in note.labels if la.status == "core"))


def fit_thresholds(baseline: Baseline, notes: Sequence[LabelledNote], split: str) -> Baseline:
    """The yardstick with thresholds fitted on notes; ``split`` says which they are.

    Raises CorpusError where no note has a code of the yardstick.
    """
    logits = baseline.logits([note.text for note in notes])
    return _with_thresholds(baseline, logits, notes, split)


def fit_out_of_fold(
    baseline: Baseline, notes: Sequence[LabelledNote], recipe: YardstickRecipe, seed: int
) -> Baseline:
    """Thresholds from the training notes: three models each read a third they have not seen.

    Where the notes are very many, a part of each third is read.
    """
    order = np.random.default_rng(seed).permutation(len(notes)).tolist()
    folds = min(_FOLDS, len(notes))
    limit = max(1, _MOST_PAIRS // len(baseline.labels) // folds)
    read: list[LabelledNote] = []
    logits: list[Singles] = []
    for fold in range(folds):
        held_out = order[fold::folds][:limit]
        left_out = frozenset(order[fold::folds])
        others = [note for number, note in enumerate(notes) if number not in left_out]
        codes = [codes_of(note) for note in others]
        texts = [note.text for note in others]
        model = train_baseline(texts, codes, baseline.labels, seed=seed, recipe=recipe)
        unseen = [notes[number] for number in held_out]
        logits.append(model.logits([note.text for note in unseen]))
        read += unseen
    return _with_thresholds(baseline, np.concatenate(logits), read, OUT_OF_FOLD)


def _with_thresholds(
    baseline: Baseline, logits: Singles, notes: Sequence[LabelledNote], split: str
) -> Baseline:
    probabilities = sigmoid(logits)
    truth, mask = truth_and_mask([note.labels for note in notes], baseline.labels, logits)
    chosen = choose_thresholds(probabilities, truth, baseline.labels, mask)
    return replace(baseline, thresholds=tuple(chosen.of(baseline.labels).tolist()), split=split)
