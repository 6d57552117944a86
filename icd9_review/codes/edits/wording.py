"""Rules 18 and 19: what the words beside the evidence say about an accepted code."""

from __future__ import annotations

from icd9_review.codes.edits.ranges import ranges
from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject
from icd9_review.values import Assertion, ChartCode, Edit, Severity

CONFIRMED_ONLY = ranges("042 488")
"""HIV and certain influenza are coded only when confirmed, inpatients included."""

_NOT_A_CONDITION = ranges("V01-V91 E000-E999")
_PAST = ranges("137-139 268.1 326 412 438 677 905-909")
"""Codes that themselves say that something is over (late effects, old infarction)."""


def check_uncertain(subject: Subject) -> Edits:
    """Rule 18: probable, suspected, rule out … beside the best evidence of a code."""
    for entry in subject.chart.diagnoses:
        if entry.assertion is Assertion.UNCERTAIN and entry.code not in _NOT_A_CONDITION:
            yield _uncertain(subject, entry)


def _uncertain(subject: Subject, entry: ChartCode) -> Edit:
    code = entry.code
    if code in CONFIRMED_ONLY:
        section = "I.C.1.a.1" if code.startswith("042") else "I.C.8.d"
        words = "is coded only when confirmed, and its evidence is worded as uncertain."
        return Edit(18, Severity.WARNING, f"{code} {words}", GUIDELINES + section, code)
    if subject.inpatient:
        words = (
            "has evidence worded as uncertain; code it as if established only if it is still "
            "so worded at discharge."
        )
        return Edit(18, Severity.HINT, f"{code} {words}", GUIDELINES + "II.H, III.C", code)
    words = (
        "has evidence worded as uncertain; for outpatients code the symptom or reason for the "
        "visit instead."
    )
    return Edit(18, Severity.WARNING, f"{code} {words}", GUIDELINES + "IV.I", code)


def check_history(subject: Subject) -> Edits:
    """Rule 19: denied, another's or of the past, and coded as a present condition."""
    for entry in subject.chart.diagnoses:
        if entry.code in _NOT_A_CONDITION:
            continue
        if entry.assertion is Assertion.NEGATED:
            yield _not_present(
                subject, entry, "denied", "reject the code if nothing else states it"
            )
        elif entry.assertion is Assertion.FAMILY:
            yield _not_present(
                subject, entry, "about the family", "a family history has a code in V16-V19"
            )
        elif entry.assertion is Assertion.OTHER_PERSON:
            yield _not_present(
                subject, entry, "about another person", "what others have is not the patient's"
            )
        elif entry.assertion is Assertion.HISTORICAL and entry.code not in _PAST:
            yield _not_present(
                subject, entry, "about the past", "what is over has a code in V10-V15 or none"
            )


def _not_present(subject: Subject, entry: ChartCode, what: str, way_out: str) -> Edit:
    section = "III.A; I.C.18.d.4" if subject.inpatient else "IV.K; I.C.18.d.4"
    message = f"{entry.code}: its evidence is worded as {what}; {way_out}."
    return Edit(19, Severity.WARNING, message, GUIDELINES + section, entry.code)
