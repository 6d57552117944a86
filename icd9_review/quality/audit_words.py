"""Audits in words: differences, causes, and figures as pages and commands print them."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from types import MappingProxyType
from typing import Final

from icd9_review.quality.accuracy import AccuracyFigures
from icd9_review.quality.causes import CauseCount
from icd9_review.statistics.intervals import Interval
from icd9_review.values import Audit, Confidence, Difference, DifferenceCause, DifferenceKind

CAUSE_WORDS: Final[Mapping[DifferenceCause, str]] = MappingProxyType(
    {
        DifferenceCause.DOCUMENTATION: "documentation unclear",
        DifferenceCause.GUIDELINE: "gap in a guideline",
        DifferenceCause.CODER: "error of the coder",
        DifferenceCause.EDGE: "edge case",
    }
)
"""Where a difference comes from."""

CONFIDENCE_WORDS: Final[Mapping[Confidence, str]] = MappingProxyType(
    {
        Confidence.SURE: "sure",
        Confidence.LIKELY: "likely",
        Confidence.UNSURE: "unsure",
    }
)
"""How sure whoever adjudicated is."""

LEAST_AUDITS: Final = 10
"""Audits below which nothing is said of a target; by judgement: resampling fewer is too sure."""

_DIFFERENCES: Final[Mapping[DifferenceKind, str]] = MappingProxyType(
    {
        DifferenceKind.ADDED: "{audited} added",
        DifferenceKind.DELETED: "{coded} deleted",
        DifferenceKind.REVISED: "{coded} revised to {audited}",
        DifferenceKind.PRINCIPAL: "principal {coded} changed to {audited}",
        DifferenceKind.RESEQUENCED: "{coded} moved from place {before} to {after}",
        DifferenceKind.POA: "POA of {coded} changed from {before} to {after}",
    }
)


def describe_blindness(audit: Audit) -> str:
    """To what an audit is blind still, empty where to nothing."""
    to = [name for name, is_so in (("coder", audit.blind), ("model", audit.blind_model)) if is_so]
    if audit.is_closed or not to:
        return ""
    return f"Blind to the {' and the '.join(to)} until it is closed."


def describe_difference(found: Difference) -> str:
    """A difference in words: ``428.0 revised to 428.20``."""
    return _DIFFERENCES[found.what].format(
        coded=found.coded or "none",
        audited=found.audited or "none",
        before=found.before or "none",
        after=found.after or "none",
    )


def describe_causes(found: CauseCount) -> str:
    """How many differences come from where, in a line.

    >>> describe_causes(CauseCount(coder=3, guideline=1))
    '4 differences: error of the coder 3, gap in a guideline 1'
    """
    counts = {cause: getattr(found, cause.value) for cause in DifferenceCause}
    most = sorted(counts, key=lambda cause: -counts[cause])
    told = ", ".join(f"{CAUSE_WORDS[each]} {counts[each]:,}" for each in most if counts[each])
    noun = "difference" if found.whole == 1 else "differences"
    return f"{found.whole:,} {noun}{told and ': '}{told}"


def describe_uncounted(audits: int) -> str:
    """That causes of audits from before they were counted are missing, and what brings them."""
    return (
        f"{audits:,} audits are from before causes were counted and in none of these: "
        "`quality audit rebuild` counts them."
    )


def describe_accuracy_share(share: Interval) -> str:
    """A share with its interval: ``83.3 % (71.0–92.5)``; a dash where it is not defined."""
    if isnan(share.value):
        return "–"
    value = f"{100 * share.value:.1f} %"
    if isnan(share.low) or share.low == share.high:
        return value
    return f"{value} ({100 * share.low:.1f}–{100 * share.high:.1f})"


def describe_target(share: Interval, target: float, audits: int) -> str:
    """Whether a target was reached, as far as so many audits say.

    An interval by resampling has no width where all audits are alike, and says nothing then.
    """
    if isnan(share.value) or audits < LEAST_AUDITS:
        return "too few audits to say"
    if share.low == share.high:
        return "reached, interval not known" if share.value >= target else "missed"
    if share.low >= target:
        return "reached"
    if share.high < target:
        return "missed"
    above = share.value >= target
    return "reached, within the interval" if above else "missed, within the interval"


def describe_figures(figures: AccuracyFigures, target: float) -> list[str]:
    """The figures of some audits, a line each."""
    total = figures.total
    return [
        f"audits: {figures.audits:,}, codes of the reviewer: {total.reviewed:,}",
        f"code over code: {_beside(figures.codes, target, figures.audits)}",
        f"case over case: {_beside(figures.cases, target, figures.audits)}",
        f"kept: {describe_accuracy_share(figures.kept)}",
        f"POA: {describe_accuracy_share(figures.poa)}",
        f"order: {describe_accuracy_share(figures.order)}",
        f"added {total.added:,}, deleted {total.deleted:,}, revised {total.revised:,}, "
        f"re-sequenced {total.moved:,}",
    ]


def _beside(share: Interval, target: float, audits: int) -> str:
    return f"{describe_accuracy_share(share)}, {describe_target(share, target, audits)}"
