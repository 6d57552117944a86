"""Rule 15: diabetes, its manifestations and its company (guidelines I.C.3.a, I.C.11.f-g)."""

from __future__ import annotations

from collections.abc import Iterator

from icd9_review.codes.edits.ranges import ranges
from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject, listed
from icd9_review.values import Edit, Severity

_TYPE_I = frozenset("13")
_UNCONTROLLED = {"250": frozenset("23"), "249": frozenset("1")}

_MANIFESTATIONS = {
    "4": ("kidney", "580-589 791.0 403 404"),
    "5": ("eye", "360-379"),
    "6": ("nervous system", "320-359 536.3 564.5 596.5 607.84 713.5"),
    "7": ("circulation", "440-459 607.84 707 785.4"),
}
"""By fourth digit: what it affects, and where codes that name the manifestation stand."""

_OF_DIABETES = (
    ("362.01-362.07", "5", True),
    ("366.41", "5", True),
    ("357.2", "6", True),
    ("443.81", "7", False),
    ("731.8", "8", False),
)
"""Manifestations, the fourth digit of their diabetes, and whether they have no other cause."""

_FIRM = ranges(" ".join(text for text, _, _ in _OF_DIABETES))
"""Of these ``_check_cause`` says more."""

_NOT_TOGETHER = (
    ("648.0", "648.8", "I.C.11.g"),
    ("250", "249", "I.C.3.a.7"),
    ("250", "648.8", "I.C.11.g"),
    ("250", "775.1", "I.C.3.a"),
)


def check_type(subject: Subject) -> Edits:
    """The fifth digits of 250 and 249 agree: on the type, and on being controlled."""
    codes = tuple(code for code in subject.having("250") if len(code) == 6)
    first = tuple(code for code in codes if code[-1] in _TYPE_I)
    second = tuple(code for code in codes if code[-1] not in _TYPE_I)
    if first and second:
        yield Edit(
            15,
            Severity.WARNING,
            f"{listed(first)} says type I and {listed(second)} says type II or unspecified; one "
            "patient has one type.",
            GUIDELINES + "I.C.3.a.1",
            second[0],
            others=first,
        )
    for group, digits in _UNCONTROLLED.items():
        yield from _check_control(subject, group, digits)


def _check_control(subject: Subject, group: str, digits: frozenset[str]) -> Iterator[Edit]:
    codes = tuple(code for code in subject.having(group) if len(code) == 6)
    without = tuple(code for code in codes if code[-1] in digits)
    controlled = tuple(code for code in codes if code[-1] not in digits)
    if without and controlled:
        yield Edit(
            15,
            Severity.HINT,
            f"{listed(without)} says uncontrolled and {listed(controlled)} does not; check the "
            "fifth digits.",
            GUIDELINES + ("I.C.3.a.1" if group == "250" else "I.C.3.a.7.a"),
            controlled[0],
            others=without,
        )


def check_manifestations(subject: Subject) -> Edits:
    """249 and 250 with .4 to .7 go with the code of the manifestation, and before it."""
    for code in subject.having("249.4-249.7 250.4-250.7"):
        yield from _check_manifestation(subject, code)
    for text, digit, only in _OF_DIABETES:
        for code in subject.having(text):
            yield from _check_cause(subject, code, digit, only)
    edema = subject.having("362.07")
    if edema and not subject.having("362.01-362.06"):
        yield Edit(
            15,
            Severity.WARNING,
            "362.07 (diabetic macular edema) needs a code for the retinopathy from "
            "362.01-362.06 too.",
            GUIDELINES + "I.C.3.a.4.a",
            edema[0],
        )


def _check_manifestation(subject: Subject, code: str) -> Iterator[Edit]:
    """Of the codes that may be manifestations some come after that of diabetes."""
    what, where = _MANIFESTATIONS[code[4]]
    named = subject.having(where)
    if not named:
        yield Edit(
            15,
            Severity.WARNING,
            f"{code} needs a further code after it for the manifestation ({what}).",
            GUIDELINES + "I.C.3.a.4",
            code,
        )
    elif all(subject.before(each, code) and each not in _FIRM for each in named):
        yield Edit(
            15,
            Severity.WARNING,
            f"{listed(named)} ({what}) comes after {code} if it is its manifestation; change the "
            "order, or add the manifestation that is meant.",
            GUIDELINES + "I.C.3.a.4",
            code,
            others=named,
        )


def _check_cause(subject: Subject, code: str, digit: str, only: bool) -> Iterator[Edit]:
    causes = subject.having(f"249.{digit} 250.{digit}")
    if not causes and only:
        yield Edit(
            15,
            Severity.WARNING,
            f"{code} is a manifestation of diabetes; a code from 249.{digit} or 250.{digit} goes "
            "before it.",
            GUIDELINES + "I.C.3.a.4",
            code,
        )
    elif causes and subject.before(code, causes[0]):
        yield Edit(
            15,
            Severity.ERROR,
            f"{code} is a manifestation of {causes[0]} and comes after it; change the order.",
            GUIDELINES + "I.C.3.a.4",
            code,
            others=causes,
        )


def check_company(subject: Subject) -> Edits:
    """Kinds of diabetes that exclude each other, and pregnancy, which needs the type."""
    for first, second, section in _NOT_TOGETHER:
        one, other = subject.having(first), subject.having(second)
        if one and other:
            yield Edit(
                15,
                Severity.WARNING,
                f"{one[0]} and {other[0]} are two kinds of diabetes and are not coded together; "
                "keep the one documented.",
                GUIDELINES + section,
                one[0],
                others=other,
            )
    pregnant = subject.having("648.0")
    if pregnant and not subject.having("249 250"):
        yield Edit(
            15,
            Severity.WARNING,
            f"{pregnant[0]} needs a code from 250 or 249 after it for the type of diabetes.",
            GUIDELINES + "I.C.11.f",
            pregnant[0],
        )
