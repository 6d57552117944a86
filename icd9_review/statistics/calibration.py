"""From logits to probabilities that mean what they say, and how far off they are.

Platt scaling (Platt 1999) with the Newton method of Lin, Lin and Weng (2007), one slope and
one intercept for all codes, fitted on validation notes only. The expected calibration error
is that of Naeini et al. (2015) and Guo et al. (2017), over bins of equal width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icd9_review.errors import CorpusError
from icd9_review.suggestions import calibrate, sigmoid
from icd9_review.values import Calibration

FEWEST_FOR_A_LINE = 10
"""Positives that codes of a bucket need together for a line of their own; by judgement."""
PRIOR_POSITIVES = 20
"""As many positives the overall line counts for in each bucket's own; by judgement."""
BINS = 15
"""Bins of the expected calibration error, as Guo et al. have them."""

_SMALLEST_SLOPE = 1e-3  # by judgement: nearly level, and the order of the codes stays
_ROUNDS = 100  # as many as Lin, Lin and Weng allow
_HALVINGS = 30  # to a step of 1e-9; Lin, Lin and Weng end at 1e-10
_ENOUGH = 1e-9  # of the gradient, per pair; by judgement

_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Platt:
    """``sigmoid(a * logit + b)`` is the probability; ``a`` is above 0."""

    a: float
    b: float

    def apply(self, logits: npt.NDArray[np.floating]) -> _Floats:
        """Calibrated probabilities of logits of any shape."""
        return calibrate(logits, Calibration(self.a, self.b, split=""))

    def raw(self, probability: float) -> float:
        """The raw probability that this one is the calibrated form of."""
        odds = np.log(probability) - np.log1p(-probability)
        return float(sigmoid(np.array((odds - self.b) / self.a)))

    def to_json(self, split: str) -> dict[str, object]:
        """As calibration.json of a model folder holds it; ``split`` names the fitted notes."""
        return {"method": "platt", "a": self.a, "b": self.b, "split": split}


def fit_platt(
    logits: npt.NDArray[np.floating],
    truth: npt.NDArray[np.bool_],
    mask: npt.NDArray[np.bool_] | None = None,
) -> Platt:
    """The slope and intercept under which the truth is most likely, with Platt's targets.

    Matrices of shape (notes, codes); pairs that are true in ``mask`` are left out. The slope
    never turns or flattens the order of the codes: where the likelihood asks for one below
    0.001, it is 0.001 with the intercept that fits best. Raises CorpusError where the pairs
    are all positive or all negative, which fit any slope.

    >>> logits = np.array([[-2.0, 3.0], [-1.0, 1.0], [4.0, -3.0]])
    >>> truth = np.array([[False, True], [False, False], [True, False]])
    >>> fit_platt(logits, truth).apply(np.array([-3.0, 0.0, 3.0])).round(2)
    array([0.09, 0.29, 0.62])
    """
    return _line(_pairs(logits, truth, mask))


@dataclass(frozen=True, slots=True)
class BucketLine:
    """The line of some codes, and how many of their pairs were positive where it was fitted."""

    platt: Platt
    positives: int


def fit_by_bucket(
    logits: npt.NDArray[np.floating],
    truth: npt.NDArray[np.bool_],
    buckets: Sequence[str | None],
    mask: npt.NDArray[np.bool_] | None = None,
) -> tuple[Platt, dict[str, BucketLine]]:
    """The line of all codes, and one for each bucket with enough positives.

    ``buckets`` names that of each code, None of one in none. A bucket's line is the most likely
    one for its own pairs and, beside them, as many positives as PRIOR_POSITIVES on the overall
    line (its likelihood there, to the second order). So few positives hardly move it, and
    buckets that behave as all codes do have the overall line. Below FEWEST_FOR_A_LINE, or where
    every pair is positive, a bucket has none of its own. Raises CorpusError like ``fit_platt``.

    >>> logits = np.array([[2.0, 2.0], [1.0, -1.0], [-2.0, -2.0], [-1.0, 1.0]])
    >>> truth = np.array([[True, True], [True, False], [False, False], [False, True]])
    >>> overall, lines = fit_by_bucket(logits, truth, ("rare", None))
    >>> overall.a > 0, lines
    (True, {})
    """
    pairs = _pairs(logits, truth, mask)
    overall = _line(pairs)
    centre = np.array([overall.a, overall.b])
    _, curvature = _derivatives(pairs.scores, pairs.targets, centre)
    prior = _Prior(centre, curvature * pairs.scores.size * PRIOR_POSITIVES / pairs.positives)
    names = np.array([name or "" for name in buckets])
    found: dict[str, BucketLine] = {}
    for name in dict.fromkeys(each for each in buckets if each):
        own = _pairs(
            logits[:, names == name],
            truth[:, names == name],
            None if mask is None else mask[:, names == name],
            targets=(pairs.low, pairs.high),
        )
        if FEWEST_FOR_A_LINE <= own.positives < own.scores.size:
            found[name] = BucketLine(_line(own, prior), own.positives)
    return overall, found


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Logits of pairs with the probabilities they shall have: ``low`` and ``high`` of them."""

    scores: _Floats
    positive: npt.NDArray[np.bool_]
    low: float
    high: float

    @property
    def positives(self) -> int:
        return int(self.positive.sum())

    @property
    def targets(self) -> _Floats:
        return np.where(self.positive, self.high, self.low)


@dataclass(frozen=True, slots=True)
class _Prior:
    """A line that is known, and how much each way from it costs: (2,) and (2, 2)."""

    line: _Floats
    precision: _Floats


def _pairs(
    logits: npt.NDArray[np.floating],
    truth: npt.NDArray[np.bool_],
    mask: npt.NDArray[np.bool_] | None,
    targets: tuple[float, float] | None = None,
) -> _Pairs:
    kept = np.ones(truth.shape, dtype=np.bool_) if mask is None else ~mask
    scores, positive = logits[kept].astype(np.float64), truth[kept]
    if targets is None:
        count = int(positive.sum())
        targets = 1 / (positive.size - count + 2), (count + 1) / (count + 2)
    return _Pairs(scores, positive, *targets)


def _line(pairs: _Pairs, prior: _Prior | None = None) -> Platt:
    count = pairs.positives
    if not 0 < count < pairs.scores.size:
        raise CorpusError(
            f"calibration needs positive and negative codes; {count:,} of {pairs.scores.size:,} "
            "pairs of note and code are positive. Check that the notes have codes of the model"
        )
    odds = np.log((count + 1) / (pairs.scores.size - count + 1))
    # A level line is where Lin et al. start: a steep one has no curvature to go by.
    start = np.array([0.0, odds]) if prior is None else prior.line
    a, b = _maximise(pairs, start, prior, free=2)
    if a < _SMALLEST_SLOPE:
        a, b = _maximise(pairs, np.array([_SMALLEST_SLOPE, odds]), prior, free=1)
    return Platt(float(a), float(b))


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs whose probability lies in (low, high], the first with 0 as well.

    ``mean_probability`` and ``share_positive`` are NaN where ``count`` is 0.
    """

    low: float
    high: float
    count: int
    mean_probability: float
    share_positive: float


def reliability_bins(
    probabilities: npt.NDArray[np.floating],
    truth: npt.NDArray[np.bool_],
    bins: int = BINS,
    mask: npt.NDArray[np.bool_] | None = None,
) -> tuple[Bin, ...]:
    """What was said and what was true, by bins of equal width; a diagram's points.

    Every pair of note and code counts once, whatever the shape; pairs that are true in
    ``mask`` are left out.

    >>> said, true = np.array([0.1, 0.3, 0.9]), np.array([False, True, True])
    >>> found = reliability_bins(said, true, bins=2)
    >>> [(each.high, each.count, each.share_positive) for each in found]
    [(0.5, 2, 0.5), (1.0, 1, 1.0)]
    """
    kept = np.ones(truth.shape, dtype=np.bool_) if mask is None else ~mask
    given, positive = probabilities[kept].astype(np.float64), truth[kept]
    numbers = np.clip(np.ceil(given * bins).astype(np.int64) - 1, 0, bins - 1)
    counts = np.bincount(numbers, minlength=bins)
    confidence = np.bincount(numbers, weights=given, minlength=bins)
    accuracy = np.bincount(numbers, weights=positive, minlength=bins)
    wholes = np.where(counts, counts, np.nan)
    means, shares = (confidence / wholes).tolist(), (accuracy / wholes).tolist()
    return tuple(
        Bin(number / bins, (number + 1) / bins, int(counts[number]), means[number], shares[number])
        for number in range(bins)
    )


def expected_calibration_error(
    probabilities: npt.NDArray[np.floating],
    truth: npt.NDArray[np.bool_],
    bins: int = BINS,
    mask: npt.NDArray[np.bool_] | None = None,
) -> float:
    """Mean distance of probability and share of positives over bins, weighted by their pairs.

    The bins are those of ``reliability_bins``. Most pairs of a large label space are negatives near
    0, so that the figure is small even where probabilities in the middle are wrong. Raises
    ValueError where there is no pair.

    >>> said, true = np.array([0.1, 0.3, 0.9]), np.array([False, True, True])
    >>> round(expected_calibration_error(said, true, bins=2), 3)
    0.233
    """
    return bins_error(reliability_bins(probabilities, truth, bins, mask))


def bins_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error of bins; raises ValueError where they have no pair."""
    pairs = sum(each.count for each in bins)
    if not pairs:
        raise ValueError("there is no pair to measure calibration on")
    held = (each for each in bins if each.count)
    gaps = (each.count * abs(each.mean_probability - each.share_positive) for each in held)
    return sum(gaps) / pairs


def _maximise(pairs: _Pairs, start: _Floats, prior: _Prior | None, *, free: int) -> _Floats:
    """Newton steps, halved until they gain; ``free=1`` moves the intercept alone."""
    moved = slice(2 - free, 2)
    scores, targets = pairs.scores, pairs.targets
    share = np.zeros((2, 2)) if prior is None else prior.precision / scores.size
    centre = start if prior is None else prior.line

    def cost(line: _Floats) -> float:
        away = line - centre
        return _loss(scores, targets, line) + float(away @ share @ away) / 2

    found, loss = start, cost(start)
    for _ in range(_ROUNDS):
        gradient, curvature = _derivatives(scores, targets, found)
        gradient, curvature = gradient + share @ (found - centre), curvature + share
        if np.abs(gradient[moved]).max() < _ENOUGH:
            break
        step = np.zeros(2)
        ridge = 1e-12 * np.eye(free)  # the sigma of Lin, Lin and Weng
        step[moved] = np.linalg.solve(curvature[moved, moved] + ridge, gradient[moved])
        for halving in range(_HALVINGS):
            trial = found - step / 2**halving
            if (trial_loss := cost(trial)) < loss:
                break
        else:
            break
        found, loss = trial, trial_loss
    return found


def _loss(scores: _Floats, targets: _Floats, line: _Floats) -> float:
    """Mean cross-entropy, without overflow."""
    z = line[0] * scores + line[1]
    return float(np.mean(np.logaddexp(0.0, z) - targets * z))


def _derivatives(scores: _Floats, targets: _Floats, line: _Floats) -> tuple[_Floats, _Floats]:
    """Gradient (2,) and Hessian (2, 2) of the mean cross-entropy."""
    given = sigmoid(line[0] * scores + line[1])
    error, weight = given - targets, given * (1 - given)
    gradient = np.array([np.mean(error * scores), np.mean(error)])
    mixed = np.mean(weight * scores)
    square = np.mean(weight * scores * scores)
    return gradient, np.array([[square, mixed], [mixed, np.mean(weight)]])
