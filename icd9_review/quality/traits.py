"""What makes a signed encounter worth a second look, told from its events."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, cast

from icd9_review.review.fold import VERDICTS, decided_code, stack
from icd9_review.values import CodeKey, Event, EventKind, Kind, Trait

LOW: Final = 0.3
"""Shown probability below which an accepted code is doubtful; by judgement."""
HIGH: Final = 0.9
"""Shown probability from which on a rejected code is doubtful; by judgement."""
QUICK: Final = timedelta(seconds=2)
"""What nobody reads a code and its evidence in; by judgement."""
NEW: Final = timedelta(days=30)
"""How long after a first signature somebody counts as new; by judgement."""
RARE_WITHIN: Final = 2
"""In how many encounters a rare code stands accepted here at the most; by judgement."""

_MANY_QUICK = 3  # verdicts, and half of all: by judgement; one quick key is an obvious code

TRAIT_WORDS: Final[Mapping[Trait, str]] = MappingProxyType(
    {
        Trait.OVERRIDDEN: "signed with a warning standing",
        Trait.LOW_ACCEPTED: f"a code accepted that was shown below {100 * LOW:.0f} %",
        Trait.HIGH_REJECTED: f"a code rejected that was shown at {100 * HIGH:.0f} % or more",
        Trait.FAST: "half of the decisions within two seconds, three or more",
        Trait.NEW_CODER: "signed within 30 days of the coder's first signature",
        Trait.RARE_CODE: f"a code that stands in {RARE_WITHIN} encounters or fewer here",
    }
)
"""What screens and the command say of a trait."""


@dataclass(frozen=True, slots=True)
class Practice:
    """What is known beside the events of one encounter.

    ``first_signed`` is when each coder signed for the first time, ``rare`` which codes stand in few
    encounters.
    """

    first_signed: Mapping[int, datetime]
    rare: Collection[CodeKey]


def traits_of(told: Sequence[Event], practice: Practice) -> frozenset[Trait]:
    """The traits of an encounter by its decisions and openings up to its last signature.

    None where it was never signed.
    """
    signed = next((each for each in reversed(told) if each.kind is EventKind.FINALISED), None)
    if signed is None:
        return frozenset()
    before = [each for each in told if each.sequence < signed.sequence]
    found = {
        Trait.OVERRIDDEN: bool(signed.payload.get("warnings")),
        Trait.LOW_ACCEPTED: any(p < LOW for p in _shown(before, EventKind.ACCEPTED)),
        Trait.HIGH_REJECTED: any(p >= HIGH for p in _shown(before, EventKind.REJECTED)),
        Trait.FAST: _is_fast(before),
        Trait.NEW_CODER: signed.at - practice.first_signed.get(signed.actor, signed.at) < NEW,
        Trait.RARE_CODE: any(key in practice.rare for key in _signed_keys(signed)),
    }
    return frozenset(trait for trait, has in found.items() if has)


def quick_codes(told: Sequence[Event]) -> frozenset[CodeKey]:
    """The codes whose standing verdict came within two seconds of what the person did before.

    What was done before is a decision, or opening the encounter, by the same person; several codes
    decided on at once are quick, all but the first by nature. Seconds are those of the server:
    decisions that waited for a connection arrive together and seem quick.
    """
    quick = {event.sequence for event, seconds in _paces(told) if seconds < QUICK}
    standing = {key: events[-1] for key, events in stack(told).items() if events}
    return frozenset(key for key, event in standing.items() if event.sequence in quick)


def _paces(told: Sequence[Event]) -> Iterator[tuple[Event, timedelta]]:
    """Each verdict with the time since its person did something before; none for a first deed."""
    last: dict[int, datetime] = {}
    for event in told:
        if event.kind in VERDICTS and event.kind is not EventKind.UNDONE and event.actor in last:
            yield event, max(timedelta(), event.at - last[event.actor])
        last[event.actor] = event.at


def _is_fast(told: Sequence[Event]) -> bool:
    paces = [pace for _, pace in _paces(told)]
    quick = sum(pace < QUICK for pace in paces)
    return quick >= _MANY_QUICK and 2 * quick >= len(paces)


def _shown(told: Sequence[Event], kind: EventKind) -> Iterator[float]:
    """The probabilities that standing verdicts of a kind were shown with."""
    for key, events in stack(told).items():
        last = events[-1] if events else None
        if last is None or last.kind is not kind or decided_code(last) != key:
            continue
        said = cast(dict[str, Any], last.payload)
        given = said.get("probability") if said.get("calibrated") is None else said["calibrated"]
        if given is not None:
            yield given


def _signed_keys(signed: Event) -> list[CodeKey]:
    codes = cast(list[list[str]], signed.payload["codes"])
    return [(Kind(kind), code) for kind, code, *_ in codes]
