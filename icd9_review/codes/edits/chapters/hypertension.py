"""Rules 12 to 14: hypertension with chronic kidney and heart disease (guidelines I.C.7.a).

The classification presumes that chronic kidney disease with hypertension is due to it, and
never presumes it of heart disease.
"""

from __future__ import annotations

from collections.abc import Iterator

from icd9_review.codes.edits.ranges import ranges
from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject, listed
from icd9_review.values import Edit, OfferUse, Severity

_KIDNEY = "585 587"
_LATE = ranges("585.5-585.6")
_HEART = "425.8 428 429.0-429.3 429.8 429.9"
_KIDNEY_SECTION = GUIDELINES + "I.C.7.a.3"
_HEART_SECTION = GUIDELINES + "I.C.7.a.2"
_BOTH_SECTION = GUIDELINES + "I.C.7.a.4"


def check_kidney(subject: Subject) -> Edits:
    """Rule 12: 401 or 402 beside chronic kidney disease is 403 or 404; its fifth digit fits."""
    kidney = subject.having(_KIDNEY)
    for code in subject.having("401 402"):
        if kidney:
            yield _presumed(code, kidney)
    for code in subject.having("403 404"):
        yield from _check_stage(subject, code)


def _presumed(code: str, kidney: tuple[str, ...]) -> Edit:
    offers = _combined(code, kidney)
    section = _KIDNEY_SECTION if code.startswith("401") else _BOTH_SECTION
    return Edit(
        12,
        Severity.WARNING,
        f"{code} with {listed(kidney)}: kidney disease is presumed to be hypertensive; use "
        f"{listed(offers)} with the 585 code, unless the record says it is not.",
        section,
        code,
        others=kidney,
        offers=offers,
    )


def _combined(code: str, kidney: tuple[str, ...]) -> tuple[str, ...]:
    """The 403 or 404 code with the same fourth digit and the fifth of the kidney's stage."""
    fourth = code.partition(".")[2][:1] or "9"
    late = any(one in _LATE for one in kidney)
    if code.startswith("401"):
        return (f"403.{fourth}{int(late)}",)
    failing = code.partition(".")[2][1:] == "1"
    return (f"404.{fourth}{int(failing) + 2 * int(late)}",)


def _check_stage(subject: Subject, code: str) -> Iterator[Edit]:
    stages = subject.having("585")
    if not stages:
        yield Edit(
            12,
            Severity.WARNING,
            f"{code} needs a code from 585 after it for the stage of the kidney disease.",
            _KIDNEY_SECTION if code.startswith("403") else _BOTH_SECTION,
            code,
        )
        return
    fifth = code.partition(".")[2][1:]
    if not fifth:
        return
    late = any(stage in _LATE for stage in stages)
    says_late = fifth == "1" if code.startswith("403") else fifth in {"2", "3"}
    if late != says_late:
        digit = int(fifth) ^ (1 if code.startswith("403") else 2)
        offer = f"{code[:-1]}{digit}"
        yield Edit(
            12,
            Severity.WARNING,
            f"The fifth digit of {code} does not fit {listed(stages)}; use {offer} or correct "
            "the stage.",
            _KIDNEY_SECTION if code.startswith("403") else _BOTH_SECTION,
            code,
            others=stages,
            offers=(offer,),
        )


def check_heart(subject: Subject) -> Edits:
    """Rule 13: a reminder that 402 needs words that link heart disease to hypertension."""
    heart = subject.having(_HEART)
    essential = subject.having("401")
    if heart and essential:
        code = essential[0]
        yield Edit(
            13,
            Severity.HINT,
            f"{code} and {listed(heart)} stay apart unless the record says the heart disease is "
            "due to hypertension or hypertensive; then a 402 code takes the place of both "
            "(428 stays).",
            _HEART_SECTION,
            code,
            others=heart,
        )


def check_agreement(subject: Subject) -> Edits:
    """Rule 14: 401 to 404 agree with each other, and 402 and 404 with heart failure in 428."""
    yield from _check_together(subject)
    failing = subject.having("428")
    for code in subject.having("402 404"):
        fifth = code.partition(".")[2][1:]
        says_failing = fifth == "1" if code.startswith("402") else fifth in {"1", "3"}
        section = _HEART_SECTION if code.startswith("402") else _BOTH_SECTION
        if says_failing and not failing:
            yield Edit(
                14,
                Severity.WARNING,
                f"{code} needs a code from 428 after it for the type of heart failure.",
                section,
                code,
            )
        elif fifth and failing and not says_failing:
            offer = f"{code[:-1]}{int(fifth) + 1}"
            yield Edit(
                14,
                Severity.WARNING,
                f"{code} says without heart failure, but {listed(failing)} is there; use {offer} "
                "if the failure is due to hypertension.",
                section,
                code,
                others=failing,
                offers=(offer,),
            )


def _check_together(subject: Subject) -> Iterator[Edit]:
    combined = subject.having("402-404")
    for code in subject.having("401"):
        if combined:
            yield Edit(
                14,
                Severity.WARNING,
                f"{code} repeats the hypertension that {listed(combined)} names; take it off.",
                GUIDELINES + "I.B.11, I.C.7.a",
                code,
                others=combined,
            )
    heart, kidney = subject.having("402"), subject.having("403")
    if heart and kidney:
        offers = _combined(heart[0], subject.having(_KIDNEY) + _late_of(kidney))
        yield Edit(
            14,
            Severity.WARNING,
            f"{heart[0]} and {kidney[0]} together are one code from 404; use {listed(offers)}.",
            _BOTH_SECTION,
            heart[0],
            others=kidney,
            offers=offers,
            use=OfferUse.COMBINE,
        )


def _late_of(kidney: tuple[str, ...]) -> tuple[str, ...]:
    """403.x1 says stage V or end stage by itself, whether or not 585 is there."""
    return ("585.6",) if any(code.endswith("1") and len(code) == 6 for code in kidney) else ()
