"""The figures as names and numbers, for JSON; what is not shown on the page is null here too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from icd9_review.quality.arms.written import write_arms
from icd9_review.quality.outcomes.certainty_bins import BucketRisk, DecisionReliability
from icd9_review.quality.outcomes.coders import CoderFigures
from icd9_review.quality.outcomes.figures import CodeOutcomes, is_enough
from icd9_review.quality.outcomes.report import Drift, OutcomeReport
from icd9_review.quality.outcomes.subgroups import Subgroup
from icd9_review.statistics.proportions import Proportion

_COUNTS = (
    *("shown", "decided", "accepted", "replaced", "rejected", "untouched", "waiting", "direct"),
    *("below", "edited", "on_text", "off_text", "added", "final", "final_suggested"),
)


def as_record(report: OutcomeReport, names: Mapping[int, str]) -> dict[str, Any]:
    """The whole report; ``names`` are those of people."""
    return {
        "period": str(report.period) if report.period else None,
        "uncounted": report.uncounted,
        "all": write_code(report.whole),
        "codes": [write_code(each) for each in report.codes],
        "reliability": _reliability(report.reliability),
        "risk": [_risk(each) for each in report.risk],
        "charts": report.charts,
        "seconds": report.seconds,
        "coders": [_coder(each, names) for each in report.coders],
        "drift": _drift(report.drift) if report.drift else None,
        "groups": [_group(each) for each in report.groups],
        **write_arms(report.arms),
    }


def write_code(figures: CodeOutcomes) -> dict[str, Any]:
    """The figures of one code, or of all."""
    return {
        "kind": figures.kind.value if figures.kind else None,
        "code": figures.code or None,
        **{name: getattr(figures, name) for name in _COUNTS},
        "acceptance": _share(figures.acceptance),
        "ignored": _share(figures.ignored),
        "capture": _share(figures.capture),
        "replaced_by": dict(figures.replaced_by),
        "edited_from": dict(figures.edited_from),
        "reasons": dict(figures.reasons),
    }


def _share(share: Proportion) -> dict[str, float] | None:
    if not is_enough(share):
        return None
    found = {"value": share.value, "low": share.low, "high": share.high}
    return {name: round(value, 4) for name, value in found.items()}


def _reliability(found: DecisionReliability) -> dict[str, Any]:
    return {
        "decisions": found.decisions,
        "ece": found.ece,
        "brier": found.brier,
        "bins": [
            {
                "low": each.low,
                "high": each.high,
                "decisions": each.count,
                "shown": round(each.mean_probability, 4),
                "accepted": round(each.share_positive, 4),
            }
            for each in found.bins
            if each.count
        ],
    }


def _risk(found: BucketRisk) -> dict[str, Any]:
    return {
        "bucket": found.bucket,
        "codes": found.codes,
        "decisions": found.decisions,
        "area": round(found.curve.area, 4),
        "surer_half": _share(found.surest),
        "rest": _share(found.rest),
        "falls": found.falls,
        "points": [
            {"kept": round(p.kept, 4), "threshold": p.threshold, "risk": round(p.risk, 4)}
            for p in found.curve.points
        ],
    }


def _coder(found: CoderFigures, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "coder": names.get(found.coder, str(found.coder)),
        "charts": found.charts,
        "seconds": found.seconds,
        "seconds_per_suggestion": found.per_decision,
        "acceptance": _share(found.acceptance),
        "look": found.look,
    }


def _drift(found: Drift) -> dict[str, Any]:
    return {
        "before": str(found.before),
        "after": str(found.after),
        "encounters": list(found.cases),
        "without_words": list(found.without_words),
        "psi": {each.name: each.psi for each in found.distributions},
        "moved": [
            {
                "kind": each.key[0].value,
                "code": each.key[1],
                "before": round(each.before.value, 4),
                "after": round(each.after.value, 4),
            }
            for each in found.moved
        ],
    }


def _group(found: Subgroup) -> dict[str, Any]:
    return {
        "by": found.axis.value,
        "group": found.value,
        "encounters": found.cases,
        "decided": found.decided,
        "acceptance": _share(found.acceptance) if found.acceptance else None,
        "suppressed": found.suppressed,
    }
