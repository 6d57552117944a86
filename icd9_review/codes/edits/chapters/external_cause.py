"""Rule 23: external causes of injury and poisoning (guidelines I.C.19)."""

from __future__ import annotations

from collections.abc import Iterator

from icd9_review.codes.edits.ranges import ranges
from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject, listed
from icd9_review.values import Edit, Severity

INJURY = ranges("800-904 910-959 960-989 990-994 995.5 995.80-995.85")
"""What goes with an E code for its cause: injuries and poisonings."""

LATE = ranges("905-908 909.0-909.1 909.4 909.9")
"""Late effects of them; of adverse effects of drugs and of care there is no late effect E code
(I.C.19.g.1)."""

LATE_CAUSE = ranges("E929 E959 E969 E977 E989 E999.1")
CAUSE = ranges("E800-E848 E850-E928 E930-E999")
_BESIDE = ranges("E000-E030 E849")
"""Status, activity and place: they follow the cause."""

_RANKS = (
    ranges("E967 E904.0"),
    ranges("E979"),
    ranges("E908-E909"),
    ranges("E800-E848"),
)
"""Abuse, terrorism, cataclysm, transport: the order of the first E code (I.C.19.a.8)."""

_RANK_NAMES = ("abuse or neglect", "terrorism", "cataclysm", "transport accident")
_CAUSE_SECTION = "I.C.19.a.2"
NO_CAUSE = GUIDELINES + _CAUSE_SECTION
"""Where an edit stands that misses the cause of an injury."""

_NOT_STATED = {"E000.9": "I.C.19.k", "E030": "I.C.19.j", "E849.9": "I.C.19.b"}


def check_cause(subject: Subject) -> Edits:
    """An injury, a poisoning or a late effect of one goes with an E code."""
    injuries, causes = subject.among(INJURY), subject.among(CAUSE)
    if injuries and not causes:
        yield _hint(
            f"{listed(injuries)} has no E code for its cause; add one at the initial encounter, if "
            "your hospital collects them.",
            _CAUSE_SECTION,
            injuries[0],
        )
    late = subject.among(LATE)
    if late and not subject.among(LATE_CAUSE):
        yield _hint(
            f"{late[0]} goes with a late-effect E code (E929, E959, E969, E977, E989, E999.1).",
            "I.C.19.g.2",
            late[0],
        )


def check_adverse_effect(subject: Subject) -> Edits:
    """E930-E949 is for a drug taken rightly, a poisoning code for one taken wrongly."""
    poisonings = subject.having("960-979")
    only_therapeutic = subject.having("E930-E949")
    if poisonings and only_therapeutic and not subject.having("E850-E869 E950 E962 E980"):
        yield _warn(
            f"{poisonings[0]} (poisoning) is not explained by {only_therapeutic[0]} (drug taken as "
            "prescribed); use E850-E858, E950, E962 or E980, or code an adverse effect.",
            "I.C.17.e.1-2",
            poisonings[0],
            only_therapeutic,
        )


def check_order(subject: Subject) -> Edits:
    """The cause comes before status, activity and place, and the gravest cause first."""
    causes, beside = subject.among(CAUSE), subject.among(_BESIDE)
    for code in beside:
        if not causes and code.startswith("E000") and not subject.having("E001-E030"):
            yield _warn(f"{code} stands with another E code only.", "I.C.19.k", code)
        elif causes and subject.before(code, causes[0]):
            if code.startswith("E849"):
                words = f"{code} (place) is additional to its cause {causes[0]} and comes after it."
                yield _hint(words, "I.C.19.b", code, causes)
            else:
                words = f"{code} (status or activity) comes after the cause {causes[0]}."
                yield _warn(words, "I.C.19.a.8", code, causes)
        if code in _NOT_STATED:
            section = _NOT_STATED[code]
            yield _hint(f"{code} is not used where this is not stated.", section, code)
    yield from _check_rank(causes)


def _check_rank(causes: tuple[str, ...]) -> Iterator[Edit]:
    if not causes or causes[0] in ranges("E967"):
        return
    first = _rank(causes[0])
    graver = min(causes, key=_rank, default=causes[0])
    if _rank(graver) < first and graver not in ranges("E967"):
        yield _hint(
            f"{graver} ({_RANK_NAMES[_rank(graver)]}) comes before {causes[0]} among the E codes.",
            "I.C.19.a.8",
            graver,
            (causes[0],),
        )


def _rank(code: str) -> int:
    found = (rank for rank, held in enumerate(_RANKS) if code in held)
    return next(found, len(_RANKS))


def check_intent(subject: Subject) -> Edits:
    """E967 names who did it and needs the assault; terrorism stands without one."""
    perpetrators = subject.having("E967")
    if perpetrators and not subject.having("995.5 995.8 E960-E966 E968"):
        yield _warn(
            f"{perpetrators[0]} (perpetrator) goes with the abuse (995.5, 995.8) and, first, its "
            "cause from E960-E968.",
            "I.C.19.d.1",
            perpetrators[0],
        )
    terrorism, assault = subject.having("E979"), subject.having("E960-E969")
    if terrorism and assault:
        yield _warn(
            f"{terrorism[0]} (terrorism) stands without assault codes; take {listed(assault)} off.",
            "I.C.19.i.1",
            assault[0],
            terrorism,
        )


def _warn(message: str, section: str, code: str, others: tuple[str, ...] = ()) -> Edit:
    return Edit(23, Severity.WARNING, message, GUIDELINES + section, code, others=others)


def _hint(message: str, section: str, code: str, others: tuple[str, ...] = ()) -> Edit:
    return Edit(23, Severity.HINT, message, GUIDELINES + section, code, others=others)
