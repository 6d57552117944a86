"""Figures over the order of the codes, whatever the thresholds.

Reals may be logits or probabilities: only their order counts. Pairs that are true in a mask
have no place in the order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icd9_review.arrays import Bools, Floats, Reals

PRECISION_AT = (5, 8, 15)  # as Mullenbach et al. 2018 report for MIMIC-III
RECALL_AT = (5, 10, 15)  # by judgement: a glance, a list, the most that is scrolled through


def auc(scores: Reals, truth: Bools) -> float:
    """Area under the ROC curve of pairs: how often a true one comes before another.

    Ties count half (Mann and Whitney 1947). NaN unless there are true and other pairs.

    >>> auc(np.array([0.9, 0.4, 0.6, 0.6]), np.array([True, False, True, False]))
    0.875
    """
    positives = int(truth.sum())
    negatives = truth.size - positives
    if not positives or not negatives:
        return float("nan")
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    above = ranks[places][truth].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def code_aucs(scores: Reals, truth: Bools, mask: Bools) -> Floats:
    """The area of every code over its notes, of shape (codes,); NaN where it has none."""
    kept = ~mask
    return np.array(
        [
            auc(scores[kept[:, code], code], truth[kept[:, code], code])
            for code in range(truth.shape[1])
        ],
        dtype=np.float64,
    )


@dataclass(frozen=True, slots=True)
class NoteRanking:
    """Figures of the order of each note's codes, of shape (notes,).

    NaN for notes for which no code is true: whatever the order, nothing could be found.
    ``precision_at`` and ``recall_at`` have one entry for each k of PRECISION_AT and RECALL_AT.
    """

    precision_at: tuple[Floats, ...]
    recall_at: tuple[Floats, ...]
    r_precision: Floats
    average_precision: Floats


def rank_notes(scores: Reals, truth: Bools, mask: Bools) -> NoteRanking:
    """Precision and recall among the first k codes, R-precision and average precision.

    R-precision is the precision among as many codes as are true. Of equal scores the code
    that comes first in the label space is taken first; average precision, defined as in
    scikit-learn, takes them together. With fewer than k codes, precision is still per k.

    >>> scores, truth = np.array([[0.9, 0.6, 0.4]]), np.array([[True, False, True]])
    >>> found = rank_notes(scores, truth, np.zeros_like(truth))
    >>> found.r_precision, found.average_precision.round(3)
    (array([0.5]), array([0.833]))
    """
    rows = np.full((len(truth), len(PRECISION_AT) + len(RECALL_AT) + 2), np.nan)
    for row, (given, true, masked) in enumerate(zip(scores, truth, mask, strict=True)):
        kept = ~masked
        if true[kept].any():
            rows[row] = _rank(given[kept], true[kept])
    *firsts, r_precision, average = rows.T
    precision, recall = firsts[: len(PRECISION_AT)], firsts[len(PRECISION_AT) :]
    return NoteRanking(tuple(precision), tuple(recall), r_precision, average)


def places_in_order(scores: Reals, masked: Bools) -> npt.NDArray[np.int64]:
    """The place of every code of a note, 0 for the first, both of shape (codes,).

    Masked codes have none of their own: theirs is behind all others. Of equal scores the code
    that comes first in the label space is taken first.

    >>> places_in_order(np.array([0.1, 0.9, 0.5]), np.array([False, True, False]))
    array([1, 2, 0])
    """
    order = np.lexsort((np.arange(len(scores)), -scores, masked))
    places = np.empty(len(scores), dtype=np.int64)
    places[order] = np.arange(len(scores))
    return places


def _rank(scores: Reals, truth: Bools) -> list[float]:
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(truth[order], dtype=np.int64)
    positives = int(found[-1])

    def first(k: int) -> int:
        return int(found[min(k, len(found)) - 1])

    return [
        *(first(k) / k for k in PRECISION_AT),
        *(first(k) / positives for k in RECALL_AT),
        first(positives) / positives,
        _average_precision(scores[order], found),
    ]


def _average_precision(falling: Reals, found: npt.NDArray[np.int64]) -> float:
    """The precision at every place where recall grows, weighted by how much it grows."""
    ends = np.append(np.flatnonzero(np.diff(falling)), len(falling) - 1)
    at_ends = found[ends]
    gained = np.diff(at_ends, prepend=0)
    return float((gained * at_ends / (ends + 1)).sum() / at_ends[-1])


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Micro precision and recall with one threshold for all codes."""

    threshold: float
    precision: float
    recall: float


def precision_recall_curve(
    probabilities: Reals, truth: Bools, mask: Bools, points: int = 200
) -> tuple[CurvePoint, ...]:
    """At most so many points from the highest threshold down, evenly spaced in recall.

    >>> said, truth = np.array([[0.9, 0.6, 0.4]]), np.array([[True, False, True]])
    >>> curve = precision_recall_curve(said, truth, np.zeros_like(truth))
    >>> [(each.threshold, round(each.precision, 2), each.recall) for each in curve]
    [(0.9, 1.0, 0.5), (0.4, 0.67, 1.0)]
    """
    given, true = probabilities[~mask], truth[~mask]
    positives = int(true.sum())
    if not positives:
        return ()
    order = np.argsort(-given, kind="stable")
    found = np.cumsum(true[order])
    ends = np.append(np.flatnonzero(np.diff(given[order])), len(given) - 1)
    goals = np.unique(np.linspace(1, positives, points).astype(np.int64))
    chosen = ends[np.unique(np.searchsorted(found[ends], goals))]
    return tuple(
        CurvePoint(
            float(given[order[end]]), float(found[end] / (end + 1)), float(found[end] / positives)
        )
        for end in chosen
    )
