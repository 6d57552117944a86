"""Gold encounters and what coders made of them, in the words of page and command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from types import MappingProxyType
from typing import Any, Final

from icd9_review.quality.accuracy import AccuracyFigures
from icd9_review.quality.audit_words import (
    describe_accuracy_share,
    describe_difference,
    describe_target,
)
from icd9_review.quality.gold.scoring import CoderGold, GoldMonth, GoldReport, compare_trial
from icd9_review.quality.outcomes.periods import write_month
from icd9_review.statistics.intervals import Interval
from icd9_review.statistics.proportions import Proportion
from icd9_review.values import AuditedCode, GoldEncounter, GoldOrigin, GoldTrial

NO_GOLD: Final = (
    "No gold encounter is kept yet. Keep one from a final audit, or give the codes of a signed "
    "encounter."
)
NO_TRIAL: Final = "Nobody was given a gold encounter yet."
NOT_SIGNED: Final = "None of the gold encounters that were given is signed yet."

ORIGIN_WORDS: Final[Mapping[GoldOrigin, str]] = MappingProxyType(
    {GoldOrigin.AUDIT: "final audit", GoldOrigin.GIVEN: "given"}
)
"""Where the codes are from."""


def describe_gold_codes(codes: tuple[AuditedCode, ...]) -> str:
    """The codes in their order, with the POA that is said of them.

    >>> describe_gold_codes((AuditedCode("428.0"), AuditedCode("401.9")))
    '428.0, 401.9'
    """
    return ", ".join(f"{each.code} {each.poa}" if each.poa else each.code for each in codes)


def describe_gold_use(gold: GoldEncounter) -> str:
    """What a gold encounter is for."""
    if gold.retired:
        return "retired"
    return "onboarding" if gold.onboarding else "in use"


def describe_trial(trial: GoldTrial) -> str:
    """In what a signed trial differs from gold; the differences as an audit names them."""
    found = compare_trial(trial).differences
    return "; ".join(describe_difference(each) for each in found) or "as gold"


def describe_coder_gold(found: CoderGold, target: float) -> Iterator[str]:
    """What is said of one coder, a line each."""
    figures, told = found.figures, f"given {found.given:,}, signed {found.signed:,}"
    elsewhere = f", {found.elsewhere:,} signed by somebody else" if found.elsewhere else ""
    yield told + elsewhere
    if found.onboarding.whole:
        yield f"onboarding set: {describe_done(found.onboarding)}"
    codes, cases = (_beside(each, figures, target) for each in (figures.codes, figures.cases))
    yield f"code over code: {codes}"
    yield f"case over case: {cases}"
    yield f"principal: {describe_principal(found.principal)}"
    yield f"POA: {describe_accuracy_share(figures.poa)}"


def describe_gold_month(found: GoldMonth) -> str:
    """One month of a coder on a line."""
    share = describe_accuracy_share(found.figures.codes)
    return f"{write_month(found.month)}: {share} of {found.trials:,}"


def describe_done(share: Proportion) -> str:
    """How many of a set are done; a dash where there is no set."""
    return f"{share.part:,} of {share.whole:,}" if share.whole else "–"


def describe_principal(share: Proportion) -> str:
    """How often the principal diagnosis was that of gold."""
    return describe_accuracy_share(Interval(share.value, share.low, share.high))


def describe_waiting(twins: Sequence[str]) -> str:
    """Which twins wait for a physician in vain; empty where none does.

    >>> describe_waiting(["E-00007"])[:50]
    'No physician sees a query about a twin, so E-00007'
    """
    if not twins:
        return ""
    waits = "waits" if len(twins) == 1 else "wait"
    return (
        f"No physician sees a query about a twin, so {', '.join(twins)} {waits} in vain. "
        "Withdraw the query on the page Explanation, as a colleague does who finds it needless, or "
        "let the coder sign with it open."
    )


def gold_data(report: GoldReport, people: Mapping[int, str], target: float) -> dict[str, Any]:
    """Everything as plain data, people by name; what is not defined is null."""
    return {
        "target": target,
        "coders": [_coder(each, people) for each in report.coders],
        "months": [
            {
                "coder": people[each.coder],
                "month": write_month(each.month),
                "trials": each.trials,
                "codes": _interval(each.figures.codes),
            }
            for each in report.months
        ],
        "trials": [
            {
                "coder": people[each.coder],
                "gold": each.gold.label,
                "encounter": each.encounter,
                "signed": each.signed_at.isoformat() if each.signed_at else None,
                "differences": describe_trial(each),
            }
            for each in report.trials
        ],
    }


def describe_gold_target(share: Interval, target: float, trials: int) -> str:
    """Whether a target was reached, as far as so many trials say; limits as of audits."""
    return describe_target(share, target, trials).replace("audits", "trials")


def _beside(share: Interval, figures: AccuracyFigures, target: float) -> str:
    said = describe_gold_target(share, target, figures.audits)
    return f"{describe_accuracy_share(share)}, {said}"


def _coder(found: CoderGold, people: Mapping[int, str]) -> dict[str, Any]:
    principal = found.principal
    return {
        "coder": people[found.coder],
        "given": found.given,
        "signed": found.signed,
        "elsewhere": found.elsewhere,
        "onboarding": [found.onboarding.part, found.onboarding.whole],
        "codes": _interval(found.figures.codes),
        "cases": _interval(found.figures.cases),
        "principal": _interval(Interval(principal.value, principal.low, principal.high)),
        "poa": _interval(found.figures.poa),
        "order": _interval(found.figures.order),
    }


def _interval(found: Interval) -> dict[str, float | None]:
    ends = {"value": found.value, "low": found.low, "high": found.high}
    return {name: None if isnan(each) else each for name, each in ends.items()}
