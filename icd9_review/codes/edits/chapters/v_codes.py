"""Rule 26: codes that are first-listed only, or additional only (guidelines I.C.18)."""

from __future__ import annotations

from icd9_review.codes.edits.ranges import ranges
from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject
from icd9_review.codes.lists import ListName
from icd9_review.values import Edit, OfferUse, Severity

FIRST_ONLY = ranges(
    "V20 V22.0-V22.1 V24 V26.81-V26.82 V30-V37 V39 V46.12-V46.13 V51.0 V56.0 V57 V58.0 "
    "V58.11-V58.12 V59 V66.0-V66.6 V66.9 V68 V70.0-V70.6 V70.8-V70.9 V71"
)
"""I.C.18.e: only principal or first-listed, unless several equally meet the definition."""

ADDITIONAL_ONLY = {
    "707.20-707.25": "I.C.12.a.1",
    "V09": "I.C.18.d.3",
    "V22.2": "I.C.18.d.3",
    "V27": "I.C.18.d.11",
    "V45.88": "I.C.18.d.3",
    "V84": "I.C.18.d.3",
    "V85": "I.B.16",
}
"""Only after another code, with the section that says so. Every other V code: either."""

_EVERY_V_CODE = ranges("V01-V91")
_BIRTH = ranges("V30-V39")  # rule 24 says more about them


def check_first_only(subject: Subject) -> Edits:
    """A first-listed-only code behind a disease; two V codes may equally be the reason."""
    first = subject.principal
    if first is None or first in _EVERY_V_CODE:
        return
    for code in subject.among(FIRST_ONLY):
        if code not in _BIRTH:
            yield Edit(
                26,
                Severity.WARNING,
                f"{code} is for the first diagnosis only; put it first if it was the reason for "
                "the encounter, else take it off.",
                GUIDELINES + "I.C.18.e",
                code,
            )


def check_additional_only(subject: Subject) -> Edits:
    """An additional-only code in first place; where rule 7 stops the chart it says enough."""
    code = subject.principal
    if code is None:
        return
    if subject.inpatient and subject.lists.holds(ListName.UNACCEPTABLE_PRINCIPAL, code):
        return
    for text, section in ADDITIONAL_ONLY.items():
        if code in ranges(text):
            yield Edit(
                26,
                Severity.WARNING,
                f"{code} is an additional code only; put the condition or reason it goes with "
                "first.",
                GUIDELINES + section,
                code,
            )


def check_rehabilitation(subject: Subject) -> Edits:
    """V57 goes with the condition that is treated, and one code of it is enough."""
    codes = subject.having("V57")
    if codes and len(subject.codes) == len(codes):
        yield Edit(
            26,
            Severity.WARNING,
            f"{codes[0]} (rehabilitation) needs the condition treated as an additional diagnosis.",
            GUIDELINES + "I.B.15",
            codes[0],
        )
    if len(codes) > 1:
        yield Edit(
            26,
            Severity.WARNING,
            "One code from V57 is enough; for more than one type of rehabilitation it is V57.89.",
            GUIDELINES + "I.B.15",
            codes[1],
            others=codes[:1],
            offers=() if "V57.89" in codes else ("V57.89",),
            use=OfferUse.COMBINE,
        )
