"""How often the surest suggestions are wrong: risk against the share that is kept.

The risk–coverage curve of selective prediction (El-Yaniv and Wiener 2010; Geifman and El-Yaniv,
NeurIPS 2017). What the literature calls coverage is ``kept`` here, for coverage is another
figure of this program: the share of labels that a label space can express.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from icd9_review.arrays import Bools, Reals


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Of what is at least as sure as ``threshold``: its share of all, and the share of wrong."""

    kept: float
    threshold: float
    risk: float


@dataclass(frozen=True, slots=True)
class RiskCurve:
    """The curve from the surest down, and the mean of the risk over all shares kept.

    ``area`` is NaN where there is nothing.
    """

    points: tuple[RiskPoint, ...]
    area: float

    def risk_at(self, kept: float) -> float:
        """The risk with at least this share kept, ties together; NaN where there is nothing."""
        at_least = (point.risk for point in self.points if point.kept >= kept - 1e-9)
        return next(at_least, float("nan"))


def risk_curve(probabilities: Reals, wrong: Bools) -> RiskCurve:
    """The curve of suggestions, both of shape (suggestions,); equally sure ones go together.

    >>> found = risk_curve(np.array([0.9, 0.8, 0.6, 0.5]), np.array([False, False, True, False]))
    >>> [point.risk for point in found.points]
    [0.0, 0.0, 0.3333333333333333, 0.25]
    """
    if not wrong.size:
        return RiskCurve((), float("nan"))
    order = np.argsort(-probabilities, kind="stable")
    falling, errors = probabilities[order], np.cumsum(wrong[order])
    ends = np.append(np.flatnonzero(np.diff(falling)), len(falling) - 1)
    counts = ends + 1
    risks = errors[ends] / counts
    sizes = np.diff(counts, prepend=0)
    points = zip(counts / len(falling), falling[ends], risks, strict=True)
    return RiskCurve(
        tuple(RiskPoint(float(k), float(t), float(r)) for k, t, r in points),
        float((risks * sizes).sum() / len(falling)),
    )
