"""How far probabilities held on decisions, and how often the surest suggestions were wrong.

Both from counts by bin of the probability that people were shown. A decision is not the truth: who
decides has seen the suggestion. The expected calibration error is that of ``statistics``
(Guo et al. 2017), the score that of Brier (1950), the curve that of Geifman and El-Yaniv (2017).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NamedTuple

from icd9_review.quality.outcomes.counting import SCORE_BINS
from icd9_review.quality.outcomes.figures import LEAST
from icd9_review.quality.outcomes.telling import TEN_THOUSAND
from icd9_review.statistics.calibration import Bin, bins_error
from icd9_review.statistics.proportions import Proportion
from icd9_review.statistics.risk import RiskCurve, RiskPoint
from icd9_review.values import CodeKey, Kind

FREQUENCIES: Final = (
    (10, "1–9 decisions"),
    (50, "10–49"),
    (200, "50–199"),
    (10**12, "200 or more"),
)
"""Buckets of codes by how often they were decided on here, each with the first number above it."""


class ScoreCount(NamedTuple):
    """Decisions on suggestions of a code within a bin: how many, accepted or not.

    ``total`` and ``squares`` are the sums of the probabilities in ten-thousandths and of their
    squares.
    """

    kind: Kind
    code: str
    bin: int
    accepted: bool
    decisions: int
    total: int
    squares: int


@dataclass(frozen=True, slots=True)
class DecisionReliability:
    """What was shown and what was accepted, by bins; None where nothing was decided."""

    bins: tuple[Bin, ...]
    decisions: int
    ece: float | None
    brier: float | None


@dataclass(frozen=True, slots=True)
class BucketRisk:
    """How often suggestions of the codes of a bucket were not accepted, from the surest down.

    ``falls`` is whether the surest half is wrong less often than the rest, beyond chance: the
    intervals of both do not meet. None where either has fewer than the least n.
    """

    bucket: str
    codes: int
    decisions: int
    curve: RiskCurve
    surest: Proportion
    rest: Proportion

    @property
    def falls(self) -> bool | None:
        if min(self.surest.whole, self.rest.whole) < LEAST:
            return None
        return self.surest.high < self.rest.low


def decision_reliability(counts: Iterable[ScoreCount]) -> DecisionReliability:
    """The diagram, the expected calibration error and the Brier score of decisions."""
    # decisions, accepted, the sum of their probabilities, that of their squared errors
    sums = [[0, 0, 0, 0] for _ in range(SCORE_BINS)]
    for each in counts:
        held = sums[each.bin]
        held[0] += each.decisions
        held[1] += each.decisions * each.accepted
        held[2] += each.total
        # (p - 1)² = p² - 2p + 1, in squares of ten-thousandths
        held[3] += each.squares
        if each.accepted:
            held[3] += TEN_THOUSAND * (TEN_THOUSAND * each.decisions - 2 * each.total)
    bins = tuple(_bin(number, *held) for number, held in enumerate(sums))
    decisions = sum(each.count for each in bins)
    if not decisions:
        return DecisionReliability(bins, 0, None, None)
    error = sum(held[3] for held in sums) / decisions / TEN_THOUSAND / TEN_THOUSAND
    return DecisionReliability(bins, decisions, bins_error(bins), error)


def _bin(number: int, count: int, accepted: int, total: int, _error: int) -> Bin:
    nothing = float("nan")
    mean = total / TEN_THOUSAND / count if count else nothing
    return Bin(
        low=number / SCORE_BINS,
        high=(number + 1) / SCORE_BINS,
        count=count,
        mean_probability=mean,
        share_positive=accepted / count if count else nothing,
    )


def risk_by_bucket(counts: Sequence[ScoreCount]) -> tuple[BucketRisk, ...]:
    """The curve of each bucket of codes that were decided on about as often."""
    decided: dict[CodeKey, int] = defaultdict(int)
    for each in counts:
        decided[each.kind, each.code] += each.decisions
    grouped: dict[str, list[ScoreCount]] = {name: [] for _, name in FREQUENCIES}
    for each in counts:
        grouped[_bucket(decided[each.kind, each.code])].append(each)
    return tuple(_risk(name, mine) for name, mine in grouped.items() if mine)


def decided_times(bucket: str) -> tuple[int, int]:
    """From how many decisions on, and below how many, a code is in a bucket. Raises ValueError."""
    names = [name for _, name in FREQUENCIES]
    place = names.index(bucket)
    return FREQUENCIES[place - 1][0] if place else 0, FREQUENCIES[place][0]


def _bucket(decisions: int) -> str:
    return next(name for limit, name in FREQUENCIES if decisions < limit)


def _risk(name: str, counts: Sequence[ScoreCount]) -> BucketRisk:
    sizes, wrong = [0] * SCORE_BINS, [0] * SCORE_BINS
    for each in counts:
        sizes[each.bin] += each.decisions
        wrong[each.bin] += each.decisions * (not each.accepted)
    steps = [(number, sizes[number], wrong[number]) for number in reversed(range(SCORE_BINS))]
    held = [step for step in steps if step[1]]
    kept = list(accumulate(size for _, size, _ in held))
    errors = list(accumulate(error for _, _, error in held))
    whole = kept[-1]
    points = tuple(
        RiskPoint(count / whole, number / SCORE_BINS, error / count)
        for (number, _, _), count, error in zip(held, kept, errors, strict=True)
    )
    area = sum(p.risk * size for p, (_, size, _) in zip(points, held, strict=True)) / whole
    half = next(place for place, count in enumerate(kept) if 2 * count >= whole)
    surest = Proportion(errors[half], kept[half])
    rest = Proportion(errors[-1] - errors[half], whole - kept[half])
    codes = len({(each.kind, each.code) for each in counts})
    return BucketRisk(name, codes, whole, RiskCurve(points, area), surest, rest)
