"""The register: every encounter is named in the system stream, so that one that vanishes is missed.

ENCOUNTER_REGISTERED comes first, and the encounter's own first event has its hash. So an
encounter cannot go with all its events, and what the system stream held before an encounter
came in cannot change without a change to that encounter. Encounters from before there was a
register are not in it; their numbers, which have no gaps, tell when one is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from icd9_review.store.database.tables import EncounterRow, EventRow
from icd9_review.store.ledger import SYSTEM, append, walk
from icd9_review.values import Event, EventKind, Finding, User, encounter_label


def register(session: Session, encounter_id: str, number: int, actor: User) -> str:
    """Name a new encounter in the system stream; the hash that its first event is to have."""
    named = {"encounter": encounter_id, "number": number}
    kind = EventKind.ENCOUNTER_REGISTERED
    return append(session, SYSTEM, kind, named, actor, _key(encounter_id)).hash


def check_register(session: Session, streams: Iterable[str]) -> Iterator[Finding]:
    """Encounters that were registered and of which nothing is left, and gaps between numbers."""
    here = set(streams)
    numbers = set(session.scalars(select(EncounterRow.number)))
    for event in walk(session, SYSTEM, (EventKind.ENCOUNTER_REGISTERED,)):
        said = cast(dict[str, Any], event.payload)
        numbers.add(said["number"])
        if said["encounter"] not in here:
            yield Finding(said["encounter"], None, "the encounter is gone with all its events")
    for first, last in _gaps(sorted(numbers)):
        labels = dict.fromkeys((encounter_label(first), encounter_label(last)))
        yield Finding(" to ".join(labels), None, "the encounter is missing")


def check_registered(session: Session, stream: str, told: Iterable[Event]) -> Iterator[Finding]:
    """An encounter that is missing beside its events, or is not the one that came in."""
    setting, arm = (type_coerce(each, String) for each in (EncounterRow.setting, EncounterRow.arm))
    query = select(EncounterRow.number, setting, arm).where(EncounterRow.id == stream)
    row = session.execute(query).one_or_none()
    if row is None:
        yield Finding(stream, None, "the encounter is missing")
        return
    for event in told:
        if event.kind is EventKind.ENCOUNTER_CREATED:
            said = event.payload
            if tuple(row) != (said["number"], said["setting"], said.get("arm")):
                yield Finding(stream, event.sequence, "the encounter is not the one that came in")
            if "register" in said and said["register"] != _registered(session, stream):
                yield Finding(stream, event.sequence, "the register does not have the encounter")


def _registered(session: Session, encounter_id: str) -> str | None:
    query = select(EventRow.hash).where(EventRow.key == _key(encounter_id))
    return session.scalar(query.where(EventRow.stream == SYSTEM))


def _key(encounter_id: str) -> str:
    return f"registered/{encounter_id}"


def _gaps(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last number of each gap, counted from one."""
    before = 0
    for number in numbers:
        if number > before + 1:
            yield before + 1, number - 1
        before = number
