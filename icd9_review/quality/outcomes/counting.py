"""What one encounter adds to the counts from which every figure is made.

Whole numbers alone, so that what is added and taken away again leaves nothing behind.
"""

from __future__ import annotations

from typing import Final

from icd9_review.quality.outcomes.telling import TEN_THOUSAND, VERDICT_KINDS
from icd9_review.values import CaseAxis, Kind, OutcomeCase, OutcomeKind

SCORE_BINS: Final = 20
"""Bins of the probability, each (low, high] and five points wide: by judgement."""

UNSCORED: Final = -1
"""In place of a bin where no probability is known."""

CountKey = tuple[Kind, str, OutcomeKind, str, bool, str, int]
"""Kind, code, outcome, detail, whether it was suggested, model version, month."""
ScoreKey = tuple[Kind, str, int, bool, str, int]
"""Kind, code, bin, whether it was accepted, model version, month."""
TallyKey = tuple[int, str, str, str]
"""Month, model version, what it is told apart by (a `CaseAxis`, or RAW), and its value there."""
TimeKey = tuple[int, int, str]
"""Signer, seconds, model version."""
Sums = dict[tuple[object, ...], tuple[int, ...]]

RAW: Final = "raw"
"""Suggestions by the bin of the probability before calibration."""


def bin_of(score: int | None) -> int:
    """The bin of a probability in ten-thousandths.

    >>> bin_of(0), bin_of(500), bin_of(501), bin_of(10_000), bin_of(None)
    (0, 0, 1, 19, -1)
    """
    if score is None:
        return UNSCORED
    return min(SCORE_BINS - 1, max(0, -(-score * SCORE_BINS // TEN_THOUSAND) - 1))


def counts_of(case: OutcomeCase | None) -> Sums:
    """By `CountKey`: in how many encounters."""
    found: Sums = {}
    for each in case.outcomes if case else ():
        what = each.kind, each.code, each.outcome, each.detail, each.suggested
        add_sums(found, {(*what, each.version, case.month if case else 0): (1,)})
    return found


def scores_of(case: OutcomeCase | None) -> Sums:
    """By `ScoreKey`, of verdicts on suggestions: how many, their probabilities, and the squares."""
    found: Sums = {}
    for each in case.outcomes if case else ():
        if each.score is None or not each.suggested or each.outcome not in VERDICT_KINDS:
            continue
        accepted = each.outcome is OutcomeKind.ACCEPTED
        what = each.kind, each.code, bin_of(each.score), accepted
        sums = 1, each.score, each.score**2
        add_sums(found, {(*what, each.version, case.month if case else 0): sums})
    return found


def tallies_of(case: OutcomeCase | None) -> Sums:
    """By `TallyKey`: encounters, and their suggestions shown, decided on, accepted.

    An encounter counts once, for the model version of most of its suggestions.
    """
    found: Sums = {}
    if case is None:
        return found
    groups = tuple(zip((axis.value for axis in CaseAxis), case.groups, strict=True))
    for group in groups:
        add_sums(found, {(case.month, case.version, *group): (1, 0, 0, 0)})
    for each in case.outcomes:
        if not each.suggested:
            continue
        said = 0, 1, int(each.outcome in VERDICT_KINDS), int(each.outcome is OutcomeKind.ACCEPTED)
        for group in (*groups, (RAW, str(bin_of(each.raw)))):
            add_sums(found, {(case.month, each.version, *group): said})
    return found


def times_of(case: OutcomeCase | None) -> Sums:
    """By `TimeKey`, of a signed chart: one, and its signer's verdicts on suggestions, accepted."""
    if case is None or case.signer is None or case.seconds is None:
        return {}
    return {(case.signer, case.seconds, case.version): (1, case.decided, case.accepted)}


def add_sums(sums: Sums, more: Sums, times: int = 1) -> None:
    """Add sums to others, ``times`` -1 to take them away; what comes to nothing is left out."""
    for key, values in more.items():
        held = sums.get(key, (0,) * len(values))
        after = tuple(a + times * b for a, b in zip(held, values, strict=True))
        if any(after):
            sums[key] = after
        else:
            sums.pop(key, None)
