"""Whether each line of a chart is coded, and where it is not, whether it needs a code."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from icd9_review.naming.lines.coders import Coder, Link
from icd9_review.notes.lines.chart_lines import ChartLine
from icd9_review.notes.lines.kinds import LineKind
from icd9_review.values import Assertion


class LineState(StrEnum):
    """Where a line stands; NEAR has a code of the same category alone, PARTLY one of several
    conditions."""

    CODED = "coded"
    NEAR = "near"
    PARTLY = "partly"
    OPEN = "open"
    NEEDLESS = "needless"


@dataclass(frozen=True, slots=True)
class LineAccount:
    """What became of a line: its codes, or in ``reason`` why it needs none."""

    state: LineState
    coders: tuple[Coder, ...] = ()
    reason: str = ""


FINAL_DIAGNOSES = frozenset(
    {
        LineKind.PRINCIPAL,
        LineKind.FINAL,
        LineKind.SECONDARY,
        LineKind.POSTOPERATIVE,
        LineKind.DIAGNOSES,
    }
)
"""What was diagnosed in the end: all of it is to be coded (guidelines II, III)."""

_DEFINITE = FINAL_DIAGNOSES | {
    LineKind.PROBLEMS,
    LineKind.ASSESSMENT,
    LineKind.PLANNED,
    LineKind.IMPRESSION,
}
"""What says what was found, where the reason of a visit says what was looked for."""

_NORMAL = re.compile(r"(?:normal|negative|unremarkable|nondiagnostic)\b", re.IGNORECASE)
_DENIED = "denied: needs no code"
_BY_ASSERTION = {
    Assertion.FAMILY: "family history: a V code, or none",
    Assertion.OTHER_PERSON: "another person's: needs no code",
    Assertion.HISTORICAL: "history: a V code, or none",
}
_UNCERTAIN = "uncertain: not coded for an outpatient (IV.I)"
_INPATIENTS_ONLY = "procedures are coded for inpatients only"
_ADMITTED_FOR = "the admitting diagnosis is set"
_BEFORE = "the postoperative diagnosis is coded (IV.O)"
_SOUGHT = "reason for coming: the diagnoses say what was found"
_FINDING = "a normal finding"


_ADMITTING = (LineKind.ADMITTING, LineKind.REASON, LineKind.COMPLAINT)
"""What says why a patient was admitted, the likeliest to say it as a diagnosis first."""


def admits(kind: LineKind, *, inpatient: bool, kinds: Collection[LineKind]) -> bool:
    """Whether lines of ``kind`` say the admitting diagnosis, of which every stay has one (UB-04,
    form locator 69): those of its own section, or where there is none why the patient came.

    >>> admits(LineKind.REASON, inpatient=True, kinds={LineKind.REASON, LineKind.FINAL})
    True
    """
    says = (each for each in _ADMITTING if each in kinds)
    return inpatient and kind is next(says, LineKind.ADMITTING)


def account_for(
    line: ChartLine,
    coders: Sequence[Coder],
    *,
    inpatient: bool,
    kinds: Collection[LineKind],
    admitting: bool,
) -> LineAccount:
    """What became of a line of a chart.

    ``kinds`` are those of the chart's lines that are not denied; ``admitting`` is whether an
    admitting diagnosis is set. What is denied needs no code, whatever codes stand in the chart.
    """
    if line.assertion is Assertion.NEGATED:
        return LineAccount(LineState.NEEDLESS, reason=_DENIED)
    if coders:
        near = all(each.link is Link.NEAR for each in coders)
        return LineAccount(LineState.NEAR if near else LineState.CODED, tuple(coders))
    reason = _needless(line, inpatient, kinds, admitting)
    return LineAccount(LineState.NEEDLESS if reason else LineState.OPEN, reason=reason)


def _needless(
    line: ChartLine, inpatient: bool, kinds: Collection[LineKind], admitting: bool
) -> str:
    """Why a line needs no code; empty where it needs one."""
    if line.kind is LineKind.PROCEDURES:
        return "" if inpatient else _INPATIENTS_ONLY
    if line.assertion in _BY_ASSERTION:
        return _BY_ASSERTION[line.assertion]
    if line.assertion is Assertion.UNCERTAIN and not inpatient:
        return _UNCERTAIN
    if _NORMAL.match(line.text):
        return _FINDING
    return _elsewhere(line.kind, inpatient, kinds, admitting)


def _elsewhere(
    kind: LineKind, inpatient: bool, kinds: Collection[LineKind], admitting: bool
) -> str:
    """Where another section says what is coded."""
    if admits(kind, inpatient=inpatient, kinds=kinds):
        return _ADMITTED_FOR if admitting else ""
    if kind is LineKind.PREOPERATIVE and LineKind.POSTOPERATIVE in kinds:
        return _BEFORE
    sought = kind in (LineKind.REASON, LineKind.COMPLAINT, LineKind.ADMITTING)
    return _SOUGHT if sought and not _DEFINITE.isdisjoint(kinds) else ""
