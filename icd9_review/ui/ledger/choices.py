"""What an auditor looks for, and how it stands in the address, so that a view can be linked to."""

from __future__ import annotations

from collections.abc import Container, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from icd9_review.export.days import day_bounds
from icd9_review.store.ledger import write_time
from icd9_review.values import EventKind, LedgerPlace, LedgerQuery

_KINDS = frozenset(kind.value for kind in EventKind)
_BETWEEN = "~"  # in no id, number or time


@dataclass(frozen=True, slots=True)
class LedgerChoices:
    """As widgets hold it: days, and an encounter as people call it."""

    people: tuple[int, ...] = ()
    encounter: str = ""
    kinds: tuple[EventKind, ...] = ()
    first: date | None = None
    last: date | None = None

    def query(self, encounter_id: str) -> LedgerQuery:
        """The same for the database. Raises InputError where the days are swapped."""
        since, before = day_bounds(self.first, self.last)
        return LedgerQuery(self.people, encounter_id, self.kinds, since, before)


def read_choices(
    address: Mapping[str, str], people: Container[int]
) -> tuple[LedgerChoices, tuple[str, ...]]:
    """What an address asks for, and in a sentence each what of it is nothing here."""
    problems: list[str] = []

    def parts(name: str) -> list[str]:
        return [part for part in address.get(name, "").split(",") if part]

    def day(name: str) -> date | None:
        given = address.get(name, "")
        with suppress(ValueError):
            return date.fromisoformat(given) if given else None
        problems.append(f"{given[:30]!r} is no day; one looks like 2026-07-01.")
        return None

    known = [part for part in parts("by") if part.isdecimal() and int(part) in people]
    problems += [f"{part[:30]!r} is nobody here." for part in parts("by") if part not in known]
    kinds = [part for part in parts("kind") if part in _KINDS]
    problems += [
        f"{part[:30]!r} is no kind of event." for part in parts("kind") if part not in kinds
    ]
    choices = LedgerChoices(
        people=tuple(map(int, known)),
        encounter=address.get("encounter", "")[:64],
        kinds=tuple(map(EventKind, kinds)),
        first=day("from"),
        last=day("to"),
    )
    return choices, tuple(problems)


def as_address(choices: LedgerChoices) -> dict[str, str]:
    """The choices as they stand in the address; what is not chosen does not."""
    asked = {
        "by": ",".join(map(str, choices.people)),
        "encounter": choices.encounter,
        "kind": ",".join(kind.value for kind in choices.kinds),
        "from": choices.first.isoformat() if choices.first else "",
        "to": choices.last.isoformat() if choices.last else "",
    }
    return {name: value for name, value in asked.items() if value}


def write_place(place: LedgerPlace) -> str:
    """A place among the entries, for an address."""
    return _BETWEEN.join((write_time(place.at), place.stream, str(place.sequence)))


def read_place(given: str) -> LedgerPlace | None:
    """The place that an address names; None for what is none."""
    with suppress(ValueError):
        at, stream, sequence = given.split(_BETWEEN)
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is not None and 0 <= (number := int(sequence)) < 2**31:
            return LedgerPlace(moment, stream, number)
    return None
