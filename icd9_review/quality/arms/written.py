"""The figures of the arms as names and numbers, for JSON; null where the page shows none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from icd9_review.quality.arms.figures import ArmMeasure, ArmReport
from icd9_review.statistics.intervals import Interval


def write_arms(report: ArmReport) -> dict[str, Any]:
    """The arms by their names, and how full differs from blind (bias) and plain (highlights)."""
    return {
        "arms": {
            each.arm.value: {
                "charts": each.charts,
                "unread": each.unread,
                "audits": each.audits,
                **{name.value: _interval(found) for name, found in each.measures.items()},
            }
            for each in report.arms
        },
        "bias": _differences(report.bias),
        "highlights": _differences(report.highlights),
    }


def _differences(found: Mapping[ArmMeasure, Interval]) -> dict[str, Any]:
    return {name.value: _interval(each) for name, each in found.items()}


def _interval(found: Interval | None) -> dict[str, float | None] | None:
    if found is None:
        return None
    ends = {"value": found.value, "low": found.low, "high": found.high}
    return {name: None if math.isnan(end) else round(end, 4) for name, end in ends.items()}
