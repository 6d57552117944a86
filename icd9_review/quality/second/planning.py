"""Which encounters get a second coder, and who is asked first.

Where two coders agree too little on a group of codes, encounters that one of them has signed with a
code of that group are coded once more, without the second knowing. The pairs that agree least come
first, of their encounters the newest; the second is the other one of the pair where that can be,
else whoever has been asked least often.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from icd9_review.errors import InputError
from icd9_review.quality.agreement.codings import Coding
from icd9_review.quality.second.groups import (
    CodeGroup,
    GroupAgreement,
    group_agreements,
    group_of,
)
from icd9_review.values import SecondRule

NOBODY_ELSE = (
    "Only one coder is in service, so there is nobody to code an encounter a second time; a second "
    "coder is asked for once there is another."
)
NOT_ACTIVE = "A second coder is not asked for by itself; switch it on to begin."
NO_PAIR = (
    "No two coders have coded the same encounter yet, so there is no agreement to go by. Ask for "
    "some second codings by hand, or give the same gold to several coders."
)
NOTHING_LOW = "No pair of coders agrees too little on a group of codes."
NO_ROOM = "As many second codings as the rule allows were asked for already."
NO_ENCOUNTER = "No signed encounter that could be coded a second time has a code of these groups."


@dataclass(frozen=True, slots=True)
class SecondRequest:
    """An encounter to be coded once more, for which group and pair, and who is asked in order."""

    encounter: str
    found: GroupAgreement
    coders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecondPlan:
    """What agreement is too low, and the encounters to have coded once more, in order.

    ``message`` says why there is nothing to do; empty where there is something.
    """

    low: tuple[GroupAgreement, ...]
    requests: tuple[SecondRequest, ...] = ()
    message: str = ""


def low_agreements(found: Iterable[GroupAgreement], rule: SecondRule) -> tuple[GroupAgreement, ...]:
    """Those below the rule's value that rest on enough encounters, as they come."""
    enough = (each for each in found if each.encounters >= rule.fewest)
    return tuple(each for each in enough if each.positive < rule.least)


def plan_seconds(
    codings: Sequence[Coding],
    asked: Mapping[str, int],
    rule: SecondRule,
    *,
    taken: Collection[str] = (),
) -> SecondPlan:
    """What to ask for by codings of signed encounters, the newest first.

    ``asked`` has every coder in service and how often each was asked as a second one; ``taken``
    are encounters that have a second coder already. No limit is applied here.
    """
    if len(asked) < 2:
        return SecondPlan((), message=NOBODY_ELSE)
    found = group_agreements(codings, asked, rule.level)
    if not found:
        return SecondPlan((), message=NO_PAIR)
    low = low_agreements(found, rule)
    if not low:
        return SecondPlan((), message=NOTHING_LOW)
    requests = tuple(_requests(low, _alone(codings, asked, taken), asked, rule))
    return SecondPlan(low, requests, "" if requests else NO_ENCOUNTER)


def room_left(day: int, week: int, rule: SecondRule) -> int:
    """How many may be asked for now, after so many within a day and a week."""
    return max(0, min(rule.per_day - day, rule.per_week - week))


def check_second_rule(rule: SecondRule) -> SecondRule:
    """Raises InputError with what to correct."""
    if not 0 <= rule.least <= 1:
        raise InputError(f"{rule.least} is no share; write one from 0 to 1, like 0.6.")
    for what, given, least in (
        ("the fewest encounters", rule.fewest, 1),
        ("a day", rule.per_day, 0),
        ("a week", rule.per_week, 0),
    ):
        if not least <= given <= 1_000:
            raise InputError(f"{given} cannot be {what}; choose {least} to 1,000.")
    return rule


def _alone(
    codings: Iterable[Coding], people: Collection[str], taken: Collection[str]
) -> dict[str, Coding]:
    """Encounters that one person alone has coded and that have no second coder, as they come."""
    coded: dict[str, list[Coding]] = {}
    for each in codings:
        if each.member in people:
            coded.setdefault(each.encounter, []).append(each)
    return {
        encounter: held[0]
        for encounter, held in coded.items()
        if len(held) == 1 and encounter not in taken
    }


def _requests(
    low: Iterable[GroupAgreement],
    alone: Mapping[str, Coding],
    asked: Mapping[str, int],
    rule: SecondRule,
) -> Iterator[SecondRequest]:
    """Each encounter once, for the pair that agrees least."""
    done: set[str] = set()
    for found in low:
        pair = (found.first, found.second)
        for encounter, coding in alone.items():
            if encounter in done or coding.member not in pair:
                continue
            if _has(coding, found.group, rule):
                done.add(encounter)
                yield SecondRequest(encounter, found, _coders(coding.member, pair, asked))


def _has(coding: Coding, group: CodeGroup, rule: SecondRule) -> bool:
    return any(group_of(key, rule.level) == group for key in coding.codes)


def _coders(signer: str, pair: tuple[str, str], asked: Mapping[str, int]) -> tuple[str, ...]:
    others = [name for name in asked if name != signer]
    return tuple(sorted(others, key=lambda name: (name not in pair, asked[name], name)))
