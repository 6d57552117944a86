"""Rule 22: pregnancy, childbirth and the puerperium (guidelines I.C.11)."""

from __future__ import annotations

from collections.abc import Iterator

from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject, listed
from icd9_review.codes.table import is_valid
from icd9_review.values import Edit, Kind, Severity

_CHAPTER = "630-679"
_WITH_EPISODE = "640-649 651-676 678-679"
"""Categories whose fifth digit says in which episode of care the patient is."""

_EPISODES = {
    "0": "episode not stated",
    "1": "delivered",
    "2": "delivered",
    "3": "antepartum",
    "4": "postpartum",
}
_ABORTION = "634-638"


def check_episode(subject: Subject) -> Edits:
    """The fifth digits agree: delivery, antepartum or postpartum."""
    by_episode: dict[str, list[str]] = {}
    for code in subject.having(_WITH_EPISODE):
        if len(code) == 6 and code[-1] in _EPISODES:
            by_episode.setdefault(_EPISODES[code[-1]], []).append(code)
    if len(by_episode) < 2:
        return
    first, *rest = by_episode.items()
    for episode, codes in rest:
        yield _warn(
            f"{listed(codes)} ({episode}) does not agree with {listed(first[1])} ({first[0]}) in "
            "the fifth digit.",
            "I.C.11.a.4",
            codes[0],
            tuple(first[1]),
        )


def check_delivery(subject: Subject) -> Edits:
    """V27 stands on every record of a delivery, and on no other."""
    outcomes = subject.having("V27")
    delivered = subject.having("650") + tuple(
        code for code in subject.having(_WITH_EPISODE) if len(code) == 6 and code[-1] in "12"
    )
    if delivered and not outcomes:
        yield _warn(
            f"{delivered[0]} says delivered; add the outcome of delivery from V27.",
            "I.C.11.b.5",
            delivered[0],
        )
    if outcomes and not delivered and not subject.having(_ABORTION):
        yield _warn(
            f"{outcomes[0]} (outcome of delivery) has no delivery beside it: code 650 or a code "
            "with fifth digit 1 or 2.",
            "I.C.11.b.5",
            outcomes[0],
        )


def check_normal_delivery(subject: Subject) -> Edits:
    """650 is the principal diagnosis, with V27.0 and without a complication."""
    if "650" not in subject.positions:
        return
    if subject.principal != "650":
        yield _warn("650 (normal delivery) is always the first diagnosis.", "I.C.11.h.1", "650")
    if complications := subject.having("640-649 651-676"):
        yield _warn(
            f"650 (normal delivery) is not coded with a complication ({listed(complications)}); "
            "take 650 off.",
            "I.C.11.h.1",
            "650",
            complications,
        )
    if wrong := subject.having("V27.1-V27.9"):
        message = f"650 goes with V27.0 (single liveborn), not with {wrong[0]}."
        yield _warn(message, "I.C.11.h.3", wrong[0], ("650",), ("V27.0",))


def check_priority(subject: Subject) -> Edits:
    """Codes of the chapter come first; V22.0, V22.1 and V22.2 stand for a chart without them."""
    chapter = subject.having("630-676 678 679")
    if not chapter:
        return
    first = subject.principal
    if first not in subject.having(f"{_CHAPTER} V22-V24 V28 V61.6-V61.7 V72.4 V89.0"):
        yield _warn(
            f"{chapter[0]} comes before codes of other chapters; put it, or another code of "
            "pregnancy, first.",
            "I.C.11.a.1",
            chapter[0],
            (first or "",),
        )
    for code in subject.having("V22.0-V22.2"):
        yield _warn(
            f"{code} is not used with a code of pregnancy or childbirth ({listed(chapter)}); take "
            "one of them off.",
            "I.C.11.a.1" if code == "V22.2" else "I.C.11.b.1",
            code,
            chapter,
        )
    for code in subject.having("760-779"):
        yield _warn(
            f"{code} belongs on the record of the newborn, not on the mother's "
            f"({listed(chapter)}).",
            "I.C.15.a.1",
            code,
            chapter,
        )


def check_abortion(subject: Subject) -> Edits:
    """What may stand beside 634-638."""
    abortion = subject.having(_ABORTION)
    if not abortion:
        return
    for code in subject.having("640-649 651-659"):
        if len(code) == 6 and code[-1] != "3":
            offer = f"{code[:-1]}3"
            yield _warn(
                f"{code} with {abortion[0]} takes the fifth digit 3.",
                "I.C.11.k.2",
                code,
                abortion,
                (offer,) if is_valid(Kind.DIAGNOSIS, offer) else (),
            )
    for text, section in (("660-669", "I.C.11.k.2"), ("639", "I.C.11.k.3")):
        for code in subject.having(text):
            yield _warn(
                f"{code} is not used with an abortion code ({listed(abortion)}).",
                section,
                code,
                abortion,
            )


def check_puerperal_sepsis(subject: Subject) -> Iterator[Edit]:
    """670.2 says sepsis by itself."""
    for puerperal in subject.having("670.2"):
        for code in subject.having("038 995.91"):
            yield _warn(
                f"{puerperal} already says sepsis; take {code} off (995.92 may stay).",
                "I.C.11.i.7",
                code,
                (puerperal,),
            )


def _warn(
    message: str,
    section: str,
    code: str,
    others: tuple[str, ...] = (),
    offers: tuple[str, ...] = (),
) -> Edit:
    return Edit(
        22, Severity.WARNING, message, GUIDELINES + section, code, others=others, offers=offers
    )
