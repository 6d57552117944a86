"""Rule 24, second half: sepsis, SIRS and septic shock (guidelines I.C.1.b, I.C.17.g)."""

from __future__ import annotations

from collections.abc import Iterator

from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject
from icd9_review.values import Edit, OfferUse, Severity

SYSTEMIC = (
    "003.1 020.2 022.3 027 036.2-036.3 038 040.82 054.5 084 098.89 112.5 117 634-638 639.0 "
    "670.2 771.81"
)
"""Codes of an infection of the whole body: what 995.91 and 995.92 follow."""

_SHOCK = "785.52 998.02"
_DYSFUNCTION = "286.6 348.31 357.82 359.81 518.81 518.84 518.5 570 584 785.52 998.02"
"""Organ dysfunctions the tabular list names below 995.92."""


def check_sirs(subject: Subject) -> Edits:
    for code in subject.having("995.9"):
        if code == subject.principal:
            yield Edit(
                24,
                Severity.ERROR,
                f"{code} is never the first diagnosis; put the infection or other cause before it.",
                GUIDELINES + "I.C.1.b.2.a",
                code,
            )
        if code in {"995.91", "995.92"}:
            yield from _check_infection(subject, code)


def _check_infection(subject: Subject, code: str) -> Iterator[Edit]:
    infections = subject.having(SYSTEMIC)
    if not infections:
        yield _warn(
            f"{code} needs the code of the systemic infection before it (038, 112.5 …; 038.9 "
            "where no organism is documented).",
            "I.C.1.b.1.b",
            code,
        )
    elif code != subject.principal and subject.before(code, infections[0]):
        yield _warn(
            f"{infections[0]} comes before {code}; change the order.",
            "I.C.1.b.1.b",
            code,
            infections,
        )


def check_severe(subject: Subject) -> Edits:
    """Septic shock is severe sepsis, and severe sepsis names an organ."""
    for code in subject.having(_SHOCK):
        if not subject.having("995.92"):
            yield Edit(
                24,
                Severity.WARNING,
                f"{code} (septic shock) needs 995.92 before it.",
                GUIDELINES + "I.C.1.b.6",
                code,
                offers=("995.92",),
                use=OfferUse.ADD,
            )
    severe = subject.having("995.92")
    if severe and not subject.having(_DYSFUNCTION):
        yield Edit(
            24,
            Severity.HINT,
            "995.92 (severe sepsis) goes with a code for each organ dysfunction (584, 518.81, "
            "785.52 …); none of the usual ones is there.",
            GUIDELINES + "I.C.1.b.1.b",
            severe[0],
        )
    both = subject.having("995.91")
    if both and severe:
        yield _warn(
            "995.92 (severe sepsis) includes 995.91; take 995.91 off.",
            "I.C.1.b.1",
            both[0],
            severe,
        )


def _warn(
    message: str,
    section: str,
    code: str,
    others: tuple[str, ...] = (),
) -> Edit:
    return Edit(24, Severity.WARNING, message, GUIDELINES + section, code, others=others)
