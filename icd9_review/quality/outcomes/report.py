"""All figures of outcomes together, from what the store has counted: for page and command alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from icd9_review.quality.arms.figures import ArmReport, ArmSums, arm_report
from icd9_review.quality.outcomes.bands import BAND_NAMES, NOT_KNOWN
from icd9_review.quality.outcomes.certainty_bins import (
    BucketRisk,
    DecisionReliability,
    ScoreCount,
    decision_reliability,
    risk_by_bucket,
)
from icd9_review.quality.outcomes.coders import (
    CaseCount,
    CoderFigures,
    coder_figures,
    middle_seconds,
)
from icd9_review.quality.outcomes.counting import SCORE_BINS
from icd9_review.quality.outcomes.drift import Moved, Stability, moved_codes, stability
from icd9_review.quality.outcomes.figures import CodeCount, CodeOutcomes, all_figures, code_figures
from icd9_review.quality.outcomes.periods import Period
from icd9_review.quality.outcomes.subgroups import GroupCount, Subgroup, subgroups
from icd9_review.values import CaseAxis, CodeKey

SCORES, LENGTHS, CODES = "scores", "length of the notes", "codes"
VOCABULARY = "unfamiliar words"
"""What drift is told of."""


@dataclass(frozen=True, slots=True)
class PeriodCounts:
    """What is compared of a period: encounters, and its distributions."""

    period: Period
    cases: int
    scores: Mapping[str, int]
    lengths: Mapping[str, int]
    codes: Mapping[CodeKey, int]
    vocabulary: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """What the store has counted of a period, of a model version or all.

    ``codes`` are told apart where that is asked for; else ``totals`` are all of them together, with
    no code. ``uncounted`` is whether encounters are here that a former program left uncounted.
    """

    period: Period | None
    codes: tuple[CodeCount, ...] = ()
    totals: tuple[CodeCount, ...] = ()
    scores: tuple[ScoreCount, ...] = ()
    cases: tuple[CaseCount, ...] = ()
    groups: tuple[GroupCount, ...] = ()
    before: PeriodCounts | None = None
    after: PeriodCounts | None = None
    arms: tuple[ArmSums, ...] = ()
    uncounted: bool = False


@dataclass(frozen=True, slots=True)
class Drift:
    """What is compared of two periods, the codes that were, and those that moved.

    ``without_words`` are the encounters of either whose words nobody counted.
    """

    before: Period
    after: Period
    cases: tuple[int, int]
    distributions: tuple[Stability, ...]
    moved: tuple[Moved, ...]
    codes: tuple[CodeKey, ...] = ()
    without_words: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class OutcomeReport:
    """The figures; ``seconds`` are those of the middle signed chart. No drift of nothing."""

    period: Period | None
    codes: tuple[CodeOutcomes, ...]
    whole: CodeOutcomes
    reliability: DecisionReliability
    risk: tuple[BucketRisk, ...]
    charts: int
    seconds: float | None
    coders: tuple[CoderFigures, ...]
    drift: Drift | None
    groups: tuple[Subgroup, ...]
    arms: ArmReport
    uncounted: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing was suggested, decided or signed."""
        whole = self.whole
        return not (self.codes or whole.shown or whole.final or self.arms.arms)


def outcome_report(counted: OutcomeCounts) -> OutcomeReport:
    """The figures of what was counted."""
    return OutcomeReport(
        period=counted.period,
        codes=code_figures(counted.codes),
        whole=all_figures(counted.totals or counted.codes),
        reliability=decision_reliability(counted.scores),
        risk=risk_by_bucket(counted.scores),
        charts=sum(each.charts for each in counted.cases),
        seconds=middle_seconds(counted.cases),
        coders=coder_figures(counted.cases),
        drift=_drift(counted.before, counted.after),
        groups=subgroups(counted.groups),
        arms=arm_report(counted.arms),
        uncounted=counted.uncounted,
    )


def _drift(before: PeriodCounts | None, after: PeriodCounts | None) -> Drift | None:
    if before is None or after is None:
        return None
    cases = before.cases, after.cases
    scores = tuple(map(_range, range(SCORE_BINS)))
    lengths = BAND_NAMES[CaseAxis.LENGTH]
    familiarity = [band for band in BAND_NAMES[CaseAxis.VOCABULARY] if band != NOT_KNOWN]
    unknown = before.vocabulary.get(NOT_KNOWN, 0), after.vocabulary.get(NOT_KNOWN, 0)
    return Drift(
        before=before.period,
        after=after.period,
        cases=cases,
        distributions=(
            stability(SCORES, _ranges(before.scores), _ranges(after.scores), scores),
            stability(LENGTHS, before.lengths, after.lengths, lengths),
            stability(VOCABULARY, before.vocabulary, after.vocabulary, familiarity),
            _of_codes(before.codes, after.codes),
        ),
        moved=moved_codes(before.codes, after.codes, cases),
        codes=tuple(sorted({*before.codes, *after.codes})),
        without_words=unknown,
    )


def _ranges(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts by bin as counts by what a bin holds; what has no probability is left out."""
    return {_range(int(number)): count for number, count in counts.items() if int(number) >= 0}


def _range(number: int) -> str:
    width = 100 // SCORE_BINS
    return f"{number * width}–{(number + 1) * width} %"


_MOST_CODES = 30  # cells of their own; by judgement: the rest is one cell


def _of_codes(before: Mapping[CodeKey, int], after: Mapping[CodeKey, int]) -> Stability:
    both = {key: before.get(key, 0) + after.get(key, 0) for key in {*before, *after}}
    first = sorted(both, key=lambda key: (-both[key], key))[:_MOST_CODES]
    order = (*(code for _, code in first), "all others")
    return stability(CODES, _cells(before, first), _cells(after, first), order)


def _cells(counts: Mapping[CodeKey, int], first: list[CodeKey]) -> dict[str, int]:
    found = {code: counts.get((kind, code), 0) for kind, code in first}
    return found | {"all others": sum(counts.values()) - sum(found.values())}
