"""The second judge: demotes codes that reach their threshold and are probably wrong all the same.

It can only take away. Its weights belong to the model (``judge.json`` in its folder), those for
diagnoses and those for procedures apart, and its facts are those of ``doubts``; a folder without
weights has no judge, and one without weights for procedures has none of these. Its verdict is
stored with the scores, so that nothing that is shown later depends on how it was worked out.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from icd9_review.naming.doubts import Candidate, Doubts, among, find_doubts
from icd9_review.suggestions import label_places, sigmoid
from icd9_review.values import Demotion, Doubt, Judge, JudgeWeights, Kind, ModelVersion, Scores

_SLIGHT = 0.2  # of the log-odds: what weighs less is no reason to give; by judgement


def judged(text: str, scores: Scores, model: ModelVersion, judge: Judge) -> Scores:
    """The scores of a text with what the judge demotes."""
    weights = {kind: held for kind in Kind if (held := judge.of(kind)) is not None}
    found = candidates(scores, model, weights)
    every = list(found.values())
    doubts = find_doubts(text, every)
    # What is demoted itself speaks against nothing: two codes must not take each other away.
    pairs = zip(every, doubts, strict=True)
    standing = [one for one, against in pairs if log_odds(one, against, weights[one.kind]) >= 0]
    doubts = among(doubts, every, standing)
    demoted = {
        place: _demotion(doubt, weights[candidate.kind])
        for (place, candidate), doubt in zip(found.items(), doubts, strict=True)
        if log_odds(candidate, doubt, weights[candidate.kind]) < 0
    }
    return replace(scores, demoted=demoted)


def candidates(
    scores: Scores, model: ModelVersion, kinds: Collection[Kind] = frozenset(Kind)
) -> dict[int, Candidate]:
    """The codes of some kinds that reach their threshold, by their places among the labels."""
    places = label_places(scores)
    rows = np.flatnonzero(sigmoid(scores.logits) >= model.limits[places])
    return {
        place: Candidate(
            kind=model.kinds[place],
            code=model.labels[place],
            margin=float(scores.logits[row]) - _logit(model.thresholds[place]),
            window=scores.spans[scores.windows[row]],
        )
        for row, place in zip(rows.tolist(), places[rows].tolist(), strict=True)
        if model.kinds[place] in kinds
    }


def log_odds(candidate: Candidate, doubts: Doubts, judge: JudgeWeights) -> float:
    """Those of a candidate being right, by the weights of a judge."""
    against = sum(judge.doubts.get(doubt, 0.0) * size for doubt, size in doubts.sizes.items())
    return judge.intercept + judge.margin * candidate.margin - against


def _demotion(doubts: Doubts, judge: JudgeWeights) -> Demotion:
    """The doubt that weighs most; that the threshold is hardly reached where none weighs much."""
    weights = {doubt: judge.doubts.get(doubt, 0.0) * size for doubt, size in doubts.sizes.items()}
    doubt = max(weights, key=weights.__getitem__)
    if weights[doubt] < _SLIGHT:
        return Demotion(Doubt.MARGIN)
    return Demotion(doubt, doubts.beside.get(doubt, ""))


def _logit(probability: float) -> float:
    return math.log(probability / (1.0 - probability))
