"""Rule 23 for complications of care: they and the E codes of their causes go together."""

from __future__ import annotations

from collections.abc import Iterator

from icd9_review.codes.edits.ranges import ranges
from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject, listed
from icd9_review.values import Edit, Severity

_COMPLICATIONS = "996-999"
_CAUSES = "E870-E876 E878-E879"
_LATER = "E878-E879"
"""Procedures as the cause of a later complication, by their titles without a misadventure."""

_WRONG_OPERATION = "E876.5-E876.7"
"""Of these no complication need follow."""

_SUBSTANCES = ranges("E930-E949 E850-E858")
"""What a transfusion, an infusion or a vaccine gave explains its complication as well."""

_MISADVENTURES = (
    ("998.2", "E870"),
    ("998.4 998.7", "E871"),
    ("999.6 999.76-999.79", "E876.0"),
)
"""Complications that are misadventures by their titles, and the E codes that say how."""

_ELSEWHERE = (
    "238.77 244.0-244.3 251.3 256.2 276.61 279.5 287.41 338.12 338.18 338.22 338.28 349.0-349.1 "
    "349.31 364.81 366.53 383.3 415.11 429.4 440.3 457.0 458.2 508.0-508.1 512.1 518.5 518.7 519.0 "
    "530.86-530.87 536.4 539 558.1 564.2-564.4 568.0 569.6-569.7 579.2-579.3 595.82 596.81-596.83 "
    "598.2 608.87 618.5 629.31-629.32 668-669 674 692.82 780.62-780.63 780.66 990 995.0 995.2 "
    "995.4 995.86 909.2-909.3 909.5"
)
"""Complications of care that have their codes in the chapters of the body, and late effects."""


def check_care(subject: Subject) -> Edits:
    """A complication goes with its cause, and a cause with a complication."""
    complications, causes = subject.having(_COMPLICATIONS), subject.having(_CAUSES)
    if complications and not causes and not subject.among(_SUBSTANCES):
        yield _edit(
            Severity.HINT,
            f"No E code says what care led to {listed(complications)}: E878 or E879, after a "
            "misadventure E870-E876; add one, if your hospital collects them.",
            complications[0],
        )
    told = set(causes) - set(subject.having(_WRONG_OPERATION))
    if told and not complications and not subject.having(_ELSEWHERE):
        yield _edit(
            Severity.HINT,
            f"{causes[0]} names the cause of a complication of care, and no complication is there.",
            causes[0],
        )
    yield from _check_misadventures(subject)


def _check_misadventures(subject: Subject) -> Iterator[Edit]:
    """What went wrong during care is not told by E codes without a misadventure."""
    later = subject.having(_LATER)
    for text, cause in _MISADVENTURES:
        for code in subject.having(text):
            if later and not subject.having("E870-E876"):
                words = f"{code} is a misadventure, and {later[0]} is for care without one"
                yield _edit(Severity.WARNING, f"{words}; use {cause}.", code, later, "1-2")


def _edit(
    severity: Severity,
    message: str,
    code: str,
    others: tuple[str, ...] = (),
    part: str = "2",
) -> Edit:
    return Edit(23, severity, message, f"{GUIDELINES}I.C.19.h.{part}", code, others=others)
