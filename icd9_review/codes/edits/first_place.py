"""Which codes may stand first, and which of two goes before the other, by the same rules that
check a chart: no code is proposed that an edit would not let stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from icd9_review.codes.edits.billing.editor import (
    check_acceptable,
    check_external_cause_first,
    check_manifestation,
)
from icd9_review.codes.edits.chapters.late_effects import check_residual_first
from icd9_review.codes.edits.chapters.sepsis import SYSTEMIC, check_sirs
from icd9_review.codes.edits.chapters.symptoms import explaining
from icd9_review.codes.edits.chapters.v_codes import FIRST_ONLY, check_additional_only
from icd9_review.codes.edits.ranges import Ranges, ranges
from icd9_review.codes.edits.subject import Subject
from icd9_review.codes.lists import Lists
from icd9_review.values import CareSetting, Chart, ChartCode, Sex

_RULES = (
    check_external_cause_first,
    check_manifestation,
    check_acceptable,
    check_residual_first,
    check_sirs,
    check_additional_only,
)
_STATUS = ranges("041 V02 V07 V09-V19 V21 V22.2 V26.5 V40-V49 V58.6 V60-V65 V69 V83-V91")
"""Beside a reason, never one: contact, status, history and circumstances (I.C.18.d.1, 3, 4, 14),
and the organism of a condition that is classified elsewhere (041, I.A.6)."""

_HIV_RELATED = ranges(
    "003.1 007.2 007.4 010-018 031 046.3 053-054 078.5 079.5 112 114-115 117.5 117.7 130 136.3 "
    "176 200.0-200.8 202.8 262 348.3 357.4 425.8 480-486 799.4"
)
"""Conditions that come of HIV disease: those that CDC counted as AIDS in 1993 (MMWR 41 RR-17),
candidiasis, zoster and herpes, and the manifestations that 042 names."""

_LOCAL_INFECTION = ranges(
    "320 421 460-466 480-487 507.0 510 513 540 566-567 569.5 572.0 575.0 576.1 590 595.0 597 "
    "599.0 601 614-616 680-686 711.0 730 996.6 997.3 998.5 999.3"
)
_NONE = Ranges(())
_PREGNANCY = ranges("630-679")
_WITH_PREGNANCY = ranges("V22-V24 V27-V28 V61.6-V61.7 V72.4 V89.0")


@dataclass(frozen=True, slots=True)
class Precedence:
    """That some codes go before others on the same chart; ``words`` read on after a code."""

    before: Ranges
    after: Ranges
    words: str
    section: str
    unless: Ranges = _NONE


_EVERY = ranges("001-999 V01-V91")
PRECEDENCES = (
    Precedence(ranges("V30-V39"), _EVERY, "a birth is first on the newborn's record", "I.C.15.b"),
    Precedence(
        _PREGNANCY,
        _EVERY,
        "goes before codes of other chapters",
        "I.C.11.a.1",
        Ranges((*_PREGNANCY.held, *_WITH_PREGNANCY.held)),
    ),
    Precedence(FIRST_ONLY, _EVERY, "stands first wherever it is coded", "I.C.18.e", FIRST_ONLY),
    Precedence(ranges("042"), _HIV_RELATED, "goes before what comes of HIV disease", "I.C.1.a.2.a"),
    Precedence(
        ranges(SYSTEMIC),
        _LOCAL_INFECTION,
        "sepsis goes before the infection it came from",
        "I.C.1.b.2.a",
    ),
    Precedence(
        ranges("402.01 402.11 402.91 404.01 404.03 404.11 404.13 404.91 404.93"),
        ranges("428"),
        "goes before the heart failure of hypertension",
        "I.C.7.a.2",
    ),
    Precedence(
        ranges("403-404"), ranges("585"), "goes before the stage of kidney disease", "I.C.7.a.3"
    ),
)
"""What the guidelines put first whatever the notes begin with; the first that holds counts."""


def may_stand_first(code: str, beside: Iterable[str], setting: CareSetting, lists: Lists) -> bool:
    """Whether a diagnosis can be the principal (first-listed) one of a chart with others beside.

    None is an E code, a manifestation, a circumstance, status or history, a late effect, SIRS, or
    a symptom whose diagnosis is among the others (II.A, IV.E).

    >>> from icd9_review.codes.built_in import built_in_lists
    >>> lists, inpatient = built_in_lists(), CareSetting.INPATIENT
    >>> [may_stand_first(code, ["428.0"], inpatient, lists) for code in ("428.0", "V45.81")]
    [True, False]
    >>> [may_stand_first("786.05", others, inpatient, lists) for others in ([], ["428.0"])]
    [True, False]
    """
    if code in _STATUS and code not in FIRST_ONLY:
        return False
    if setting is CareSetting.OUTPATIENT and code in FIRST_ONLY:
        return True
    diagnoses = tuple(ChartCode(each) for each in dict.fromkeys((code, *beside)))
    subject = Subject(Chart(setting, None, Sex.UNKNOWN, None, None, diagnoses), lists)
    if explaining(subject, code):
        return False
    return not any(edit.code == code for rule in _RULES for edit in rule(subject))


def goes_before(first: str, others: Iterable[str]) -> Iterator[tuple[str, Precedence]]:
    """What of the other codes goes before ``first``, and why.

    >>> [(code, why.section) for code, why in goes_before("136.3", ["401.9", "042"])]
    [('042', 'I.C.1.a.2.a')]
    """
    given = tuple(others)
    found: dict[str, Precedence] = {}
    for each in PRECEDENCES:
        if first in each.after and first not in each.before and first not in each.unless:
            for code in given:
                if code in each.before:
                    found.setdefault(code, each)
    yield from found.items()
