"""How right coders are by gold encounters: the figures of audits, against codes that are known.

What a coder signed is compared with the gold codes as an audit compares it with its auditor's
(``quality.audit``), and counted as there (``quality.accuracy``), so that both may stand side by
side. A gold code without POA says nothing of it: there POA is not compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from icd9_review.quality.accuracy import (
    AccuracyFigures,
    AuditCount,
    accuracy_figures,
    count_audit,
)
from icd9_review.quality.audit import Comparison, compare_codes
from icd9_review.statistics.proportions import Proportion
from icd9_review.values import GoldEncounter, GoldTrial, Kind


@dataclass(frozen=True, slots=True)
class CoderGold:
    """One coder: twins that were given, signed by them, and how right; ``principal`` of trials.

    ``elsewhere`` were signed by somebody else and say nothing of the coder. ``onboarding`` is how
    many of the onboarding set they have signed, of how many that there are now.
    """

    coder: int
    given: int
    signed: int
    elsewhere: int
    figures: AccuracyFigures
    principal: Proportion
    onboarding: Proportion


@dataclass(frozen=True, slots=True)
class GoldMonth:
    """The trials that one coder signed in one month (202607), and how right they are."""

    coder: int
    month: int
    trials: int
    figures: AccuracyFigures


@dataclass(frozen=True, slots=True)
class GoldReport:
    """All that page and command show: coders by number, their months in order, signed trials.

    ``trials`` are those that count, the newest signature first.
    """

    coders: tuple[CoderGold, ...]
    months: tuple[GoldMonth, ...]
    trials: tuple[GoldTrial, ...]


def gold_report(trials: Sequence[GoldTrial], golds: Iterable[GoldEncounter]) -> GoldReport:
    """What trials say of each coder, in all and by month of the signature (UTC)."""
    onboarding = frozenset(each.id for each in golds if each.onboarding and not each.retired)
    coders = sorted({each.coder for each in trials})
    return GoldReport(
        coders=tuple(_of_coder(coder, _of(trials, coder), onboarding) for coder in coders),
        months=tuple(month for coder in coders for month in _months(_of(trials, coder))),
        trials=tuple(sorted(_counting(trials), key=_signed_month_and_day, reverse=True)),
    )


def compare_trial(trial: GoldTrial) -> Comparison:
    """What the coder has otherwise than gold; POA where gold says one alone."""
    said = {(each.kind, each.code) for each in trial.gold.codes if each.poa is not None}
    coded = [
        each if (each.kind, each.code) in said else replace(each, poa=None) for each in trial.coded
    ]
    return compare_codes(coded, trial.gold.codes)


def count_trial(trial: GoldTrial) -> AuditCount:
    """What a signed trial comes to."""
    compared = compare_trial(trial)
    count = count_audit(compared, inpatient=trial.gold.inpatient)
    return replace(count, with_poa=_with_poa(compared) if trial.gold.inpatient else 0)


def _with_poa(compared: Comparison) -> int:
    """Same diagnoses of which gold says a POA."""
    return sum(
        pair.is_same and pair.audited is not None and pair.audited.poa is not None
        for pair in compared.pairs
    )


def _of(trials: Iterable[GoldTrial], coder: int) -> list[GoldTrial]:
    return [each for each in trials if each.coder == coder]


def _counting(trials: Iterable[GoldTrial]) -> list[GoldTrial]:
    return [each for each in trials if each.counts]


def _of_coder(coder: int, trials: Sequence[GoldTrial], onboarding: frozenset[str]) -> CoderGold:
    counting = _counting(trials)
    counts = [count_trial(each) for each in counting]
    of_diagnoses = [
        count
        for each, count in zip(counting, counts, strict=True)
        if any(code.kind is Kind.DIAGNOSIS for code in each.gold.codes)
    ]
    done = {each.gold.id for each in counting} & onboarding
    return CoderGold(
        coder=coder,
        given=len(trials),
        signed=len(counting),
        elsewhere=sum(each.signed_at is not None and not each.counts for each in trials),
        figures=accuracy_figures(counts),
        principal=Proportion(sum(not each.principal for each in of_diagnoses), len(of_diagnoses)),
        onboarding=Proportion(len(done), len(onboarding)),
    )


def _months(trials: Sequence[GoldTrial]) -> list[GoldMonth]:
    counting = _counting(trials)
    found = []
    for month in sorted({_signed_month(each) for each in counting}):
        mine = [each for each in counting if _signed_month(each) == month]
        figures = accuracy_figures([count_trial(each) for each in mine])
        found.append(GoldMonth(mine[0].coder, month, len(mine), figures))
    return found


def _signed_month(trial: GoldTrial) -> int:
    at = trial.signed_at
    return 0 if at is None else at.year * 100 + at.month


def _signed_month_and_day(trial: GoldTrial) -> tuple[str, str]:
    return (trial.signed_at.isoformat() if trial.signed_at else "", trial.encounter)
