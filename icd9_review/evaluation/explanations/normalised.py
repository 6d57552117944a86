"""How faithful the explanations of some codes are, put between the bounds of any order of words.

What ``measurement`` says of NAOPC among much else, and of codes whose evidence nobody marked: for
two models side by side, where raw losses of probability say little (``naopc``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from icd9_review.evaluation.explanations.explanation_figures import (
    NormalisedFaithfulness,
    estimate,
)
from icd9_review.evaluation.explanations.naopc import Naopc, RemovalCurves, measure_naopc
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.explaining.words import group_words
from icd9_review.model.reading.predictor import Predictor
from icd9_review.statistics.intervals import Bootstrap


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A code that a model suggested rightly for a note, which is given by its place."""

    note: int
    code: str


def measure_normalised(
    predictor: Predictor,
    notes: Sequence[LabelledNote],
    found: Sequence[FoundCode],
    bootstrap: Bootstrap,
) -> NormalisedFaithfulness:
    """NAOPC of the explanations that people are shown, as means over these codes."""
    figures = [_measure(predictor, notes[one.note].text, one, bootstrap.seed) for one in found]
    rows = [one.note for one in found]
    return NormalisedFaithfulness(
        comprehensiveness=estimate([one.comprehensiveness for one in figures], rows, bootstrap),
        sufficiency=estimate([one.sufficiency for one in figures], rows, bootstrap),
        chance=estimate([one.chance for one in figures], rows, bootstrap),
        windows=sum(not math.isnan(one.comprehensiveness) for one in figures),
    )


def _measure(predictor: Predictor, text: str, found: FoundCode, seed: int) -> Naopc:
    window = next(each.window for each in predictor.predict(text) if each.code == found.code)
    passage = predictor.read_together(text, window)
    words = [
        word
        for word in group_words(text, passage.offsets)
        if any(letter.isalnum() for letter in text[word.start : word.end])
    ]
    explained = Explainer(predictor).explain_many(text, [found.code], window=window)
    given = {(each.start, each.end): each.weight for each in explained[found.code].words}
    weights = [given.get((word.start, word.end), 0.0) for word in words]
    curves = RemovalCurves.of(predictor, passage, found.code, words)
    place = predictor.labels.index(found.code)
    rng = np.random.default_rng((seed, found.note, place))
    return measure_naopc(curves, curves.bounds(), weights, rng)
