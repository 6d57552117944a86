"""What suggestions and their explanations do to coders: the figures of the arms, and how they
differ."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from icd9_review.quality.outcomes.figures import LEAST
from icd9_review.statistics.intervals import Interval
from icd9_review.statistics.ratio_sums import (
    RatioSums,
    difference_interval,
    middle_interval,
    rate_interval,
    share_interval,
)
from icd9_review.values import Arm

FEWEST_AUDITS: Final = 10
"""Audits of an arm below which nothing is said of omission and commission; by judgement."""


class ArmMeasure(StrEnum):
    """What is measured of the charts of an arm."""

    RECALL = "recall"
    SIGNED = "signed"
    BESIDE = "beside"
    OMISSION = "omission"
    COMMISSION = "commission"
    MIDDLE = "middle"
    SECONDS = "seconds"
    PER_DECISION = "per_decision"


SHARES: Final = (
    *(ArmMeasure.RECALL, ArmMeasure.SIGNED),
    *(ArmMeasure.OMISSION, ArmMeasure.COMMISSION),
)
"""The measures that are shares; the others are codes a chart, and seconds."""


@dataclass(frozen=True, slots=True)
class ArmSums:
    """What was counted of the charts of an arm at their first signature.

    ``unread`` are those that no model had read. Each of the rest is (part, whole) of a chart:
    ``recall`` the codes both signed and suggested, of the signed; ``signed`` the same, of the
    suggested; ``beside`` the signed that were not suggested, and 1; ``seconds`` and 1;
    ``per_decision`` the seconds, and decisions. ``times`` are (seconds, charts). Of audited charts
    ``omission`` is (omitted, unprompted), ``commission`` (committed, wrong).
    """

    arm: Arm
    charts: int
    unread: int
    recall: RatioSums
    signed: RatioSums
    beside: RatioSums
    seconds: RatioSums
    per_decision: RatioSums
    times: Sequence[tuple[int, int]] = ()
    omission: RatioSums = field(default_factory=RatioSums)
    commission: RatioSums = field(default_factory=RatioSums)


@dataclass(frozen=True, slots=True)
class ArmFigures:
    """The charts of an arm, how many had an audit, and each measure; None of too few."""

    arm: Arm
    charts: int
    unread: int
    audits: int
    measures: dict[ArmMeasure, Interval | None]


@dataclass(frozen=True, slots=True)
class ArmReport:
    """The arms that have charts, and how full differs from blind and from plain.

    ``bias`` is what suggestions do: each measure where they were shown less where they were not.
    ``highlights`` is what explanations do: with them less without.
    """

    arms: tuple[ArmFigures, ...] = ()
    bias: dict[ArmMeasure, Interval] = field(default_factory=dict)
    highlights: dict[ArmMeasure, Interval] = field(default_factory=dict)

    def of(self, arm: Arm) -> ArmFigures | None:
        """The figures of one arm."""
        return next((each for each in self.arms if each.arm is arm), None)


def arm_report(counted: Iterable[ArmSums]) -> ArmReport:
    """The figures of what was counted, in the order full, plain, blind."""
    order = list(Arm)
    arms = sorted(map(_figures, counted), key=lambda each: order.index(each.arm))
    by_arm = {each.arm: each for each in arms}
    full = by_arm.get(Arm.FULL)
    return ArmReport(
        tuple(arms),
        bias=_compare(full, by_arm.get(Arm.BLIND)),
        highlights=_compare(full, by_arm.get(Arm.PLAIN)),
    )


def is_beyond_chance(found: Interval) -> bool:
    """Whether an interval of a difference leaves out that there is none."""
    return found.low > 0 or found.high < 0


def _figures(sums: ArmSums) -> ArmFigures:
    audits = sums.omission.units
    judged = audits >= FEWEST_AUDITS
    enough = sums.charts >= LEAST
    read = sums.charts - sums.unread >= LEAST
    return ArmFigures(
        arm=sums.arm,
        charts=sums.charts,
        unread=sums.unread,
        audits=audits,
        measures={
            ArmMeasure.RECALL: _of(sums.recall, share_interval, enough=read),
            ArmMeasure.SIGNED: _of(sums.signed, share_interval, enough=read),
            ArmMeasure.BESIDE: _of(sums.beside, rate_interval, enough=read),
            ArmMeasure.OMISSION: _of(sums.omission, share_interval, enough=judged),
            ArmMeasure.COMMISSION: _of(sums.commission, share_interval, enough=judged),
            ArmMeasure.MIDDLE: middle_interval(sums.times) if enough else None,
            ArmMeasure.SECONDS: _of(sums.seconds, rate_interval, enough=enough),
            ArmMeasure.PER_DECISION: _of(sums.per_decision, rate_interval, enough=enough),
        },
    )


def _of(
    sums: RatioSums, interval: Callable[[RatioSums], Interval], *, enough: bool
) -> Interval | None:
    """A measure with its interval; None of too few charts, or too little to take a share of."""
    return interval(sums) if enough and sums.whole >= LEAST else None


def _compare(one: ArmFigures | None, other: ArmFigures | None) -> dict[ArmMeasure, Interval]:
    if one is None or other is None:
        return {}
    pairs = {name: (one.measures[name], other.measures[name]) for name in ArmMeasure}
    found = {name: difference_interval(a, b) for name, (a, b) in pairs.items() if a and b}
    return {name: each for name, each in found.items() if not math.isnan(each.low + each.high)}
