"""Figures of agreement as people read them: on the page and on the command line alike."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from icd9_review.quality.agreement.codings import FoundCodings
from icd9_review.quality.agreement.gold import GoldStandard
from icd9_review.quality.agreement.levels import CodeLevel
from icd9_review.quality.agreement.measuring import Agreement
from icd9_review.statistics.intervals import Interval
from icd9_review.values import CodeKey, Kind

FEW = 30
"""Encounters below which an interval is not to be relied on: it is as unsure as what it is of."""

NOTHING_SIGNED = (
    "No encounter was signed in this time. What is signed is compared; choose other days."
)
ONE_CODER = (
    "Nobody else has coded what is signed here, and no model had read it: each encounter has one "
    "coding, and agreement needs two."
)
NOTHING_CHOSEN = "Choose two members or more who have coded an encounter together."

LEVEL_WORDS = {
    CodeLevel.FULL: "Whole codes",
    CodeLevel.SUBCATEGORY: "Four characters",
    CodeLevel.CATEGORY: "Three characters",
}
"""What the screen calls how closely codes are looked at."""

KINDS_WORDS: dict[Kind | None, str] = {
    None: "All codes",
    Kind.DIAGNOSIS: "Diagnoses",
    Kind.PROCEDURE: "Procedures",
}

_NAMED = 4  # members that a sentence names; of more it says how many
_LISTED = 10  # codes and encounters that a notice names


def write_figure(value: float) -> str:
    """Two digits behind the dot; a dash where a figure is not defined.

    >>> write_figure(0.61803), write_figure(math.nan)
    ('0.62', '–')
    """
    return "–" if math.isnan(value) else f"{value:.2f}"


def write_interval(found: Interval) -> str:
    """A figure with the ends of its 95 % interval, where it has them.

    >>> write_interval(Interval(0.61, 0.5, 0.7)), write_interval(Interval(1.0, math.nan, math.nan))
    ('0.61 (0.50 to 0.70)', '1.00')
    """
    if math.isnan(found.low):
        return write_figure(found.value)
    return f"{write_figure(found.value)} ({write_figure(found.low)} to {write_figure(found.high)})"


def describe_agreement(found: Agreement) -> str:
    """What the figures of the head show, in sentences."""
    members = list(found.members)
    who = " and ".join(members) if len(members) == 2 else f"two or more of {_who(members)}"
    were = "was" if found.encounters == 1 else "were"
    return (
        f"{_many(found.encounters, 'encounter')} {were} coded by {who}. Of the codes that one of "
        f"two gave an encounter, both gave {_percent(found.jaccard)} on average; with credit for "
        f"the part of a code that is right they agree by {_percent(found.credit)}. Alpha is "
        f"{write_interval(found.alpha)}: 1 is the same codes everywhere, 0 what codings would "
        "agree by if they were dealt out among the encounters at random. It is strict with long "
        "lists: two that differ on both sides count for a third of what they share."
    )


def agreement_notices(
    read: FoundCodings, found: Agreement | None, gold: GoldStandard | None = None
) -> Iterator[str]:
    """What is to be known before one trusts the figures, a sentence each."""
    if read.signed > len(read.labels):
        yield (
            f"{read.signed:,} encounters were signed in this time; the newest "
            f"{len(read.labels):,} were read. Choose days to read others."
        )
    if gold and gold.unknown:
        names = _listed(gold.unknown, _LISTED, "encounters")
        yield f"The gold standard has {names}, which are not among the signed encounters read."
    if found is None:
        return
    if found.encounters < FEW:
        yield (
            f"With {_many(found.encounters, 'encounter')} compared, intervals are not to be relied "
            f"on; {FEW} are the least."
        )
    if found.retired:
        yield (
            f"{_codes(found.retired)} not in version 32, retired or never in it, and compared as "
            "written."
        )


def describe_none(read: FoundCodings) -> str:
    """Why there is nothing to compare."""
    if not read.signed:
        return NOTHING_SIGNED
    members = {each.member for each in read.codings}
    return ONE_CODER if len(members) < 2 else NOTHING_CHOSEN


def _who(members: Sequence[str]) -> str:
    return _listed(members, _NAMED, "members")


def _codes(keys: Sequence[CodeKey]) -> str:
    names = _listed([code for _, code in keys], _LISTED, "codes")
    return f"{names} {'is' if len(keys) == 1 else 'are'}"


def _listed(names: Sequence[str], most: int, many: str) -> str:
    if len(names) > most:
        return f"{len(names):,} {many}"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _percent(found: Interval) -> str:
    value, low, high = (f"{100 * each:.0f}" for each in (found.value, found.low, found.high))
    return f"{value} %" if math.isnan(found.low) else f"{value} % ({low} to {high})"
