"""Choosing from which probability a code is suggested: for all codes, a bucket, or one code.

A code is suggested where its probability reaches its threshold, ``probability >= threshold``.
Thresholds are fitted on validation notes only; fitted on the notes they are measured on, the
measurement means nothing. They are swept exactly, over every place where the suggestions
change, and lie midway between the probabilities on both sides of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from icd9_review.errors import CorpusError
from icd9_review.statistics.calibration import Platt

FEWEST_POSITIVES = 20
"""Positives a code needs for a threshold of its own; below, it takes the global one.

By judgement."""

_SMALLEST = 1e-9  # a model folder takes thresholds above 0 and below 1


@dataclass(frozen=True, slots=True)
class FittedThresholds:
    """From which probability codes are suggested.

    ``global_`` for codes that neither have their own in ``per_code`` nor are in a bucket that
    has one in ``per_bucket``.
    """

    global_: float
    per_code: Mapping[str, float]
    per_bucket: Mapping[str, float] = field(default_factory=dict)

    def of(
        self, codes: Sequence[str], buckets: Sequence[str | None] | None = None
    ) -> npt.NDArray[np.float64]:
        """The thresholds of codes, in their order; ``buckets`` names that of each."""
        names = [None] * len(codes) if buckets is None else buckets
        found = [
            self.per_code.get(code, self.per_bucket.get(name or "", self.global_))
            for code, name in zip(codes, names, strict=True)
        ]
        return np.array(found, dtype=np.float64)

    def to_json(self, split: str) -> dict[str, object]:
        """As thresholds.json of a model folder holds them; ``split`` names the fitted notes."""
        per_bucket = {"per_bucket": dict(self.per_bucket)} if self.per_bucket else {}
        return {
            "global": self.global_,
            **per_bucket,
            "per_code": dict(self.per_code),
            "split": split,
        }


def choose_thresholds(
    probabilities: npt.NDArray[np.floating],
    truth: npt.NDArray[np.bool_],
    codes: Sequence[str],
    mask: npt.NDArray[np.bool_] | None = None,
    fewest: int = FEWEST_POSITIVES,
) -> FittedThresholds:
    """The global threshold with the best micro-F1, and per code that with the best F1.

    All matrices have the shape (notes, codes); pairs that are true in ``mask`` are neither
    positive nor negative. Codes with fewer than ``fewest`` positives take the global
    threshold. Of equally good thresholds the highest is taken: it suggests the least.
    Raises CorpusError where there is no positive to choose by.

    >>> said = np.array([[0.9, 0.2], [0.7, 0.6], [0.1, 0.2]])
    >>> truth = np.array([[True, False], [False, True], [False, False]])
    >>> choose_thresholds(said, truth, ("428.0", "486"), fewest=1).per_code
    {'428.0': 0.8, '486': 0.4}
    """
    kept = np.ones(truth.shape, dtype=np.bool_) if mask is None else ~mask
    positive = truth & kept
    _check_positives(positive)
    chosen = {
        codes[column]: best_threshold(
            probabilities[kept[:, column], column], positive[kept[:, column], column]
        )
        for column in np.flatnonzero(positive.sum(axis=0) >= fewest).tolist()
    }
    return FittedThresholds(best_threshold(probabilities[kept], positive[kept]), chosen)


def choose_by_bucket(
    shown: npt.NDArray[np.floating],
    truth: npt.NDArray[np.bool_],
    overall: Platt,
    lines: Mapping[str, Platt],
    mask: npt.NDArray[np.bool_] | None = None,
) -> FittedThresholds:
    """One threshold of the calibrated probability, as raw ones of all codes and of buckets.

    Micro-F1 is best where every code is suggested from the same probability on (Lipton et al.
    2014), if probabilities hold; a bucket whose line says that a logit means less therefore
    needs a larger one. ``shown`` are calibrated by the lines of the buckets, of shape (notes,
    codes). As many positives as smooth a bucket's line smooth its threshold: with the overall
    line a bucket has the overall threshold. Raises CorpusError like ``choose_thresholds``.

    >>> shown = np.array([[0.9, 0.2], [0.3, 0.7]])
    >>> truth = np.array([[True, False], [False, True]])
    >>> line = Platt(a=1.0, b=0.0)
    >>> found = choose_by_bucket(shown, truth, line, {"rare": Platt(a=1.0, b=-1.0)})
    >>> found.global_ < found.per_bucket["rare"]
    True
    """
    kept = np.ones(truth.shape, dtype=np.bool_) if mask is None else ~mask
    _check_positives(truth & kept)
    level = best_threshold(shown[kept], truth[kept])
    return FittedThresholds(
        _allowed(overall.raw(level)),
        {},
        {name: _allowed(line.raw(level)) for name, line in lines.items()},
    )


def best_threshold(probabilities: npt.NDArray[np.floating], truth: npt.NDArray[np.bool_]) -> float:
    """The threshold with the best F1 over pairs, both of shape (pairs,), some of them true.

    >>> best_threshold(np.array([0.9, 0.7, 0.5, 0.1]), np.array([True, False, True, False]))
    0.3
    """
    order = np.argsort(-probabilities, kind="stable")
    sorted_ = probabilities[order].astype(np.float64)
    found = np.cumsum(truth[order])
    suggested = np.arange(1, len(sorted_) + 1)
    f1 = 2 * found / (suggested + found[-1])
    f1[:-1][sorted_[:-1] == sorted_[1:]] = -1.0  # equal probabilities are suggested together
    last = int(np.argmax(f1))
    below = sorted_[last + 1] if last + 1 < len(sorted_) else 0.0
    middle = (sorted_[last] + below) / 2
    chosen = middle if middle > below else sorted_[last]
    return _allowed(float(chosen))


def _allowed(threshold: float) -> float:
    return float(np.clip(threshold, _SMALLEST, 1 - _SMALLEST))


def _check_positives(positive: npt.NDArray[np.bool_]) -> None:
    if not positive.any():
        raise CorpusError(
            "no note has a code of the model as its label, so no threshold can be chosen; "
            "check that the notes and the model have codes in common"
        )
