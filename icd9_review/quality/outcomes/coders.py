"""How long charts take, and who accepts nearly everything in hardly any time.

The second is where a word with a coder may be due: what they are given may be easy, or the model
good at it. It is no judgement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from icd9_review.statistics.proportions import Proportion

FEWEST_CHARTS: Final = 20
"""Signed charts below which nobody is compared with others; by judgement."""
HIGH_ACCEPTANCE: Final = 0.9
"""Acceptance is high where its interval begins above this, and above the others'; by judgement."""
QUICK_SHARE: Final = 0.5
"""Somebody is quick whose middle chart takes less than this share of the others'; by judgement."""


class CaseCount(NamedTuple):
    """Signed charts of one coder that took so many seconds, and their suggestions in all."""

    signer: int
    seconds: int
    charts: int
    decided: int
    accepted: int


@dataclass(frozen=True, slots=True)
class CoderFigures:
    """One coder's signed charts; ``seconds`` are those of the middle one.

    ``others`` is what all others took, and accepted, together; None of one coder alone.
    ``look`` is whether a look at their charts is worthwhile: None where it cannot be said.
    """

    coder: int
    charts: int
    seconds: float
    per_decision: float | None
    acceptance: Proportion
    look: bool | None


def coder_figures(counts: Iterable[CaseCount]) -> tuple[CoderFigures, ...]:
    """The figures of each coder, most charts first."""
    grouped: dict[int, list[CaseCount]] = defaultdict(list)
    for each in counts:
        grouped[each.signer].append(each)
    everybody = [each for mine in grouped.values() for each in mine]
    found = (
        _figures(coder, mine, [each for each in everybody if each.signer != coder])
        for coder, mine in grouped.items()
    )
    return tuple(sorted(found, key=lambda each: (-each.charts, each.coder)))


def middle_seconds(counts: Iterable[CaseCount]) -> float | None:
    """The median of the seconds of charts; None of none."""
    ordered = sorted(counts, key=lambda each: each.seconds)
    whole = sum(each.charts for each in ordered)
    if not whole:
        return None
    return (_at(ordered, (whole - 1) // 2) + _at(ordered, whole // 2)) / 2


def _at(ordered: Sequence[CaseCount], place: int) -> int:
    for each in ordered:
        place -= each.charts
        if place < 0:
            return each.seconds
    raise IndexError(place)


def _figures(coder: int, mine: Sequence[CaseCount], others: Sequence[CaseCount]) -> CoderFigures:
    seconds = middle_seconds(mine) or 0.0
    decided = sum(each.decided for each in mine)
    spent = sum(each.seconds * each.charts for each in mine)
    acceptance = _acceptance(mine)
    return CoderFigures(
        coder=coder,
        charts=sum(each.charts for each in mine),
        seconds=seconds,
        per_decision=spent / decided if decided else None,
        acceptance=acceptance,
        look=_is_worth_a_look(seconds, acceptance, mine, others),
    )


def _acceptance(counts: Sequence[CaseCount]) -> Proportion:
    return Proportion(sum(e.accepted for e in counts), sum(e.decided for e in counts))


def _is_worth_a_look(
    seconds: float,
    acceptance: Proportion,
    mine: Sequence[CaseCount],
    others: Sequence[CaseCount],
) -> bool | None:
    theirs = _acceptance(others)
    compared = middle_seconds(others)
    enough = min(sum(e.charts for e in mine), sum(e.charts for e in others)) >= FEWEST_CHARTS
    if not enough or compared is None or not acceptance.whole or not theirs.whole:
        return None
    high = acceptance.low > max(HIGH_ACCEPTANCE, theirs.value)
    return high and seconds < QUICK_SHARE * compared
