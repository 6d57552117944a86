"""How often the intervals hold what they are to hold, in a thousand simulated studies."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from icd9_review.quality.agreement.alpha import Alpha, masi_distances
from icd9_review.quality.agreement.coefficients import Specific, kappa, specific_agreement
from icd9_review.statistics.intervals import Bootstrap, Ratio
from icd9_review.statistics.resampling import bca_interval

STUDIES = 1000
ENCOUNTERS = 100  # of a study: a month of second reviews

LARGE = 400_000  # in which a figure is as good as exact

Codes = npt.NDArray[np.bool_]

pytestmark = pytest.mark.long


def coders(rng: np.random.Generator, encounters: int) -> tuple[Codes, Codes]:
    """Two coders who find four of five codes that belong there, and add one now and then."""
    prevalence = np.concatenate([[0.4, 0.3, 0.2], np.full(12, 0.12), np.full(25, 0.03)])
    true = rng.random((encounters, len(prevalence))) < prevalence
    hard = rng.beta(8, 2, (encounters, 1))  # some notes are harder than others, for both
    first, second = (
        (true & (rng.random(true.shape) < hard)) | (rng.random(true.shape) < 0.005) for _ in "ab"
    )
    return first, second


def held(
    truth: float, interval: Callable[[np.random.Generator, int], tuple[float, float]]
) -> float:
    """The share of studies whose interval holds the truth."""
    found = [interval(np.random.default_rng(seed), seed) for seed in range(STUDIES)]
    return float(np.mean([low <= truth <= high for low, high in found]))


def alpha_of(first: Codes, second: Codes) -> Alpha:
    rows = np.stack([first, second], 1).reshape(2 * len(first), -1)
    return Alpha.of_distances(masi_distances(rows), np.arange(len(first)).repeat(2))


def test_intervals_of_alpha_hold_what_a_large_study_finds() -> None:
    rng = np.random.default_rng(99)
    truth = float(np.mean([alpha_of(*coders(rng, 1500)).value for _ in range(20)]))

    def interval(rng: np.random.Generator, seed: int) -> tuple[float, float]:
        found = bca_interval(alpha_of(*coders(rng, ENCOUNTERS)), seed=seed)
        return found.low, found.high

    assert 0.93 <= held(truth, interval) <= 0.97


def test_intervals_of_the_jaccard_index_hold_what_a_large_study_finds() -> None:
    def indexes(first: Codes, second: Codes) -> npt.NDArray[np.float64]:
        union = (first | second).sum(1)
        both = (first & second).sum(1)
        return np.where(union > 0, both / np.maximum(union, 1), 1.0)

    truth = float(indexes(*coders(np.random.default_rng(99), LARGE)).mean())

    def interval(rng: np.random.Generator, seed: int) -> tuple[float, float]:
        mean = Ratio.mean(indexes(*coders(rng, ENCOUNTERS)))
        found = Bootstrap(seed=seed).intervals({"jaccard": mean})["jaccard"]
        return found.low, found.high

    assert 0.93 <= held(truth, interval) <= 0.97


def table(first: Codes, second: Codes, code: int) -> npt.NDArray[np.int64]:
    one, other = first[:, code], second[:, code]
    return np.array(
        [[(one & other).sum(), (one & ~other).sum()], [(~one & other).sum(), (~one & ~other).sum()]]
    )


@pytest.mark.parametrize("code", [0, 2])
def test_intervals_of_kappa_hold_what_a_large_study_finds(code: int) -> None:
    truth = float(kappa(table(*coders(np.random.default_rng(99), LARGE), code)).value)

    def interval(rng: np.random.Generator, seed: int) -> tuple[float, float]:
        found = kappa(table(*coders(rng, ENCOUNTERS), code))
        return float(found.low), float(found.high)

    assert 0.93 <= held(truth, interval) <= 0.97


@pytest.mark.parametrize("code", [0, 2])
def test_intervals_of_positive_agreement_hold_what_a_large_study_finds(code: int) -> None:
    def agreement(first: Codes, second: Codes) -> Specific:
        one, other = first[:, [code]], second[:, [code]]
        return specific_agreement(2 * (one & other), one.astype(int) + other)

    truth = float(agreement(*coders(np.random.default_rng(99), LARGE)).value[0])

    def interval(rng: np.random.Generator, seed: int) -> tuple[float, float]:
        found = agreement(*coders(rng, ENCOUNTERS))
        return float(found.low[0]), float(found.high[0])

    assert 0.93 <= held(truth, interval) <= 0.97
