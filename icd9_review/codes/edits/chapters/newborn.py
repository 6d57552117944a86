"""Rule 24, first half: the record of a birth (guidelines I.C.15)."""

from __future__ import annotations

from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject, listed
from icd9_review.values import Edit, Severity

_BIRTH = "V30-V39"


def check_birth(subject: Subject) -> Edits:
    """V30-V39 is the principal diagnosis of the birth, once, and V29 stands after it."""
    births = subject.having(_BIRTH)
    for code in births:
        if code != subject.principal and births[0] == code:
            yield _warn(f"{code} (birth) is the first diagnosis of a birth.", "I.C.15.b", code)
    if len(births) > 1:
        yield _warn(
            f"A newborn has one birth code, and {listed(births)} are there; keep one.",
            "I.C.15.b",
            births[1],
            (births[0],),
        )
    if births and subject.chart.age:
        yield _warn(
            f"{births[0]} is for the newborn at the time of birth only, and the age is "
            f"{subject.chart.age}.",
            "I.C.15.b",
            births[0],
        )


def check_newborn_sepsis(subject: Subject) -> Edits:
    """771.81 says sepsis by itself."""
    for newborn in subject.having("771.81"):
        for code in subject.having("038 995.91"):
            yield _warn(
                f"{newborn} already says sepsis; take {code} off (995.92 may stay).",
                "I.C.15.j",
                code,
                (newborn,),
            )


def check_mother_codes(subject: Subject) -> Edits:
    """Codes of pregnancy and delivery are not on the newborn's record."""
    births = subject.having(_BIRTH)
    for code in subject.having("630-679 V27"):
        if births:
            yield _warn(
                f"{code} belongs on the mother's record, not on the newborn's ({births[0]}).",
                "I.C.11.a.2, I.C.11.b.5",
                code,
                births,
            )


def check_gestation(subject: Subject) -> Edits:
    """764 and 765.0-765.1 go with the weeks of gestation."""
    small = subject.having("764 765.0-765.1")
    if small and not subject.having("765.2"):
        yield Edit(
            24,
            Severity.HINT,
            f"{small[0]} goes with the weeks of gestation from 765.2, if the record gives them.",
            GUIDELINES + "I.C.15.i",
            small[0],
        )


def _warn(message: str, section: str, code: str, others: tuple[str, ...] = ()) -> Edit:
    return Edit(24, Severity.WARNING, message, GUIDELINES + section, code, others=others)
