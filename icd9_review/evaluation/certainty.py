"""Whether what is sure is right: calibration and risk, over all codes and by their frequency.

Probabilities are those that people are shown. Nearly all pairs of note and code are codes near
0 that nobody sees, so that their error is small whatever is shown; beside it stands the error
of what is suggested.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from icd9_review.arrays import Bools, Floats
from icd9_review.evaluation.rarity import BUCKET_NAMES, bucket_of
from icd9_review.evaluation.readings import Readings
from icd9_review.statistics.calibration import bins_error, reliability_bins
from icd9_review.statistics.risk import RiskPoint, risk_curve

KEPT = (0.2, 0.4, 0.6, 0.8, 1.0)
"""Shares of the surest suggestions whose risk is given; by judgement."""

_POINTS = 20  # of the curve at most; by judgement: what a plot needs


@dataclass(frozen=True, slots=True)
class Certainty:
    """Of some codes: calibration over all pairs and over the suggested ones, and risk.

    ``gap`` is how far the mean probability of the suggestions is from the share that is right.
    ``risk`` has the share of wrong ones among the surest, by the share that is kept; ``curve``
    has more of it. What is not defined is NaN.
    """

    pairs: int
    suggested: int
    ece: float
    ece_suggested: float
    gap: float
    risk: Mapping[str, float]
    risk_area: float
    curve: tuple[RiskPoint, ...]


@dataclass(frozen=True, slots=True)
class CertaintyFigures:
    """All codes together, and by frequency where that is known."""

    all: Certainty
    frequency: Mapping[str, Certainty] | None


def measure_certainty(
    readings: Readings, frequency: Sequence[int] | None = None
) -> CertaintyFigures:
    """The figures over all codes of the model, and by how frequent each one was."""
    shown = readings.shown
    every = np.ones(len(readings.codes), dtype=np.bool_)
    return CertaintyFigures(
        all=_certainty(readings, shown, every),
        frequency=None if frequency is None else dict(_by_bucket(readings, shown, frequency)),
    )


def _by_bucket(
    readings: Readings, shown: Floats, frequency: Sequence[int]
) -> Iterator[tuple[str, Certainty]]:
    names = np.array([bucket_of(count) for count in frequency])
    for name in BUCKET_NAMES:
        if (chosen := names == name).any():
            yield name, _certainty(readings, shown, chosen)


def _certainty(readings: Readings, shown: Floats, chosen: Bools) -> Certainty:
    kept = ~readings.mask[:, chosen]
    given, truth = shown[:, chosen][kept], readings.truth[:, chosen][kept]
    suggested = readings.suggested[:, chosen][kept]
    sure, right = given[suggested], truth[suggested]
    risk = risk_curve(sure, ~right)
    step = max(1, math.ceil(len(risk.points) / _POINTS))
    return Certainty(
        pairs=len(given),
        suggested=len(sure),
        ece=_error(given, truth),
        ece_suggested=_error(sure, right),
        gap=abs(float(sure.mean() - right.mean())) if len(sure) else math.nan,
        risk={f"{share:.1f}": risk.risk_at(share) for share in KEPT},
        risk_area=risk.area,
        curve=risk.points[::-1][::step][::-1],
    )


def _error(given: Floats, truth: Bools) -> float:
    return bins_error(reliability_bins(given, truth)) if len(given) else math.nan
