"""What the figures of the arms say, in sentences, and which they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from icd9_review.quality.arms.figures import (
    FEWEST_AUDITS,
    SHARES,
    ArmFigures,
    ArmMeasure,
    ArmReport,
    is_beyond_chance,
)
from icd9_review.quality.outcomes.figures import LEAST
from icd9_review.statistics.intervals import Interval
from icd9_review.values import Arm

ARM_NAMES: Final[Mapping[Arm, str]] = {
    Arm.FULL: "full",
    Arm.PLAIN: "plain (no explanations)",
    Arm.BLIND: "blind (no suggestions)",
}
MEASURE_NAMES: Final[Mapping[ArmMeasure, str]] = {
    ArmMeasure.RECALL: "signed codes that the model has",
    ArmMeasure.SIGNED: "suggestions that were signed",
    ArmMeasure.BESIDE: "codes a chart that the model has not",
    ArmMeasure.OMISSION: "omission: right codes without a suggestion that were left out",
    ArmMeasure.COMMISSION: "commission: wrong suggestions that were signed",
    ArmMeasure.MIDDLE: "seconds of the middle chart",
    ArmMeasure.SECONDS: "seconds a chart",
    ArmMeasure.PER_DECISION: "seconds a decision",
}
"""What each measure is called beside its figure."""

NOBODY: Final = (
    "No chart of an arm has been signed. A share of new encounters is coded without suggestions, "
    "or without explanations, where an administrator sets one (ICD9_REVIEW_BLIND_SHARE, "
    "ICD9_REVIEW_PLAIN_SHARE)."
)


def describe_measure(measure: ArmMeasure, found: Interval | None) -> str:
    """A figure with its interval.

    >>> describe_measure(ArmMeasure.RECALL, Interval(0.8, 0.712, 0.88))
    '80 % (71–88)'
    >>> describe_measure(ArmMeasure.BESIDE, None)
    'too few'
    """
    if found is None:
        return "too few"
    factor, unit, places = _scale(measure)
    value = f"{factor * found.value:.{places}f}{unit}"
    if found.low != found.low or found.high != found.high:  # NaN
        return value
    return f"{value} ({factor * found.low:.{places}f}–{factor * found.high:.{places}f})"


def describe_gap(measure: ArmMeasure, found: Interval | None) -> str:
    """A difference with its interval, shares in points.

    >>> describe_gap(ArmMeasure.SIGNED, Interval(0.12, 0.03, 0.21))
    '+12 points (+3 to +21)'
    >>> describe_gap(ArmMeasure.SIGNED, Interval(0.04, -0.001, 0.1))
    '+4 points (+0 to +10)'
    """
    if found is None:
        return "too few"
    factor, unit, places = _scale(measure)
    unit = " points" if measure in SHARES else unit
    value, low, high = (
        f"{factor * each:+z.{places}f}" for each in (found.value, found.low, found.high)
    )
    return f"{value}{unit} ({low} to {high})"


def describe_recall(report: ArmReport) -> str:
    """What the model is worth, by charts whose coders had not seen it."""
    blind = report.of(Arm.BLIND)
    if blind is None or (recall := blind.measures[ArmMeasure.RECALL]) is None:
        return _few(blind, "coded without suggestions", "what share of their codes the model has")
    said = (
        f"Of the codes that were signed in {blind.charts:,} charts coded without suggestions the "
        f"model has {describe_measure(ArmMeasure.RECALL, recall)}: its recall, beside coders who "
        "had not seen it."
    )
    leaning = report.bias.get(ArmMeasure.RECALL)
    if leaning is None:
        return said
    return (
        f"{said} Where its suggestions are shown that share is "
        f"{describe_gap(ArmMeasure.RECALL, leaning)} away from it."
    )


def describe_bias(report: ArmReport) -> str:
    """What suggestions do to coders: what they take over, and what they leave out."""
    bias = report.bias
    if ArmMeasure.SIGNED not in bias:
        return "There are too few charts of both arms to say what suggestions do to coders."
    said = [
        f"A suggestion is signed {describe_gap(ArmMeasure.SIGNED, bias[ArmMeasure.SIGNED])} "
        f"more often where it is shown{_chance(bias[ArmMeasure.SIGNED])}."
    ]
    if beside := bias.get(ArmMeasure.BESIDE):
        said.append(
            "Codes that the model has not: "
            f"{describe_gap(ArmMeasure.BESIDE, beside)} a chart where suggestions are "
            f"shown{_chance(beside)}."
        )
    said.append(_errors(bias))
    return " ".join(said)


def describe_highlights(report: ArmReport) -> str:
    """What explanations do to coders here."""
    found = report.highlights
    if not found:
        return _few(report.of(Arm.PLAIN), "coded without explanations", "what explanations do")
    changed = [measure for measure in ArmMeasure if measure in found]
    beyond = [measure for measure in changed if is_beyond_chance(found[measure])]
    if not beyond:
        return (
            "With explanations coders sign neither other codes nor sooner, beyond chance: the "
            "intervals below say how large a difference could still be."
        )
    told = (
        f"{MEASURE_NAMES[measure]}: {describe_gap(measure, found[measure])}" for measure in beyond
    )
    return f"With explanations, beside charts without them, beyond chance: {'; '.join(told)}."


def _errors(bias: Mapping[ArmMeasure, Interval]) -> str:
    judged = [m for m in (ArmMeasure.OMISSION, ArmMeasure.COMMISSION) if m in bias]
    if not judged:
        return (
            f"Whether that is for better or worse audits say, from {FEWEST_AUDITS} final ones in "
            "each arm on."
        )
    told = (f"{each.value} {describe_gap(each, bias[each])}" for each in judged)
    return f"By audits, shown less not shown: {', '.join(told)}."


def _chance(found: Interval) -> str:
    return "" if is_beyond_chance(found) else ", which may be chance"


def _few(arm: ArmFigures | None, how: str, what: str) -> str:
    count = arm.charts - arm.unread if arm else 0
    return f"{count:,} charts {how} are too few to say {what} (from {LEAST} on)."


def _scale(measure: ArmMeasure) -> tuple[int, str, int]:
    """By what a figure is multiplied, its unit, and its decimals."""
    if measure in SHARES:
        return 100, " %", 0
    return (1, "", 2) if measure is ArmMeasure.BESIDE else (1, " s", 0)
