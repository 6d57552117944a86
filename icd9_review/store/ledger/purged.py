"""What was purged, by the events that say so: the one door through which text may go.

A PURGED event of an encounter names every note whose text went, and the digest of all words of
people that went with it, and the names of services that no encounter has any more. What it does
not name may not be missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.errors import TextPurged
from icd9_review.review.status_words import describe_purge
from icd9_review.store import ledger
from icd9_review.store.database.tables import EncounterRow, EventRow
from icd9_review.store.ledger.free_text import find_texts
from icd9_review.store.users import user_names
from icd9_review.values import Event, EventKind, LegalHold, Purge, PurgeReason

PURGED_TITLE: Final = "Purged note"
"""What stands where a note had its title, which may have been the name of a file."""

LEGAL_HOLD_KINDS: Final = (EventKind.LEGAL_HOLD_PLACED, EventKind.LEGAL_HOLD_LIFTED)


def purge_payload(
    reason: PurgeReason,
    notes: Sequence[str],
    words: Sequence[str],
    services: Sequence[str],
    said: str,
) -> dict[str, object]:
    """The payload of PURGED: the notes, the digests of words, those of services that samples name
    and nothing else any more, and that of the words of who purged.

    The last is kept as other words of people are; both are missing where there is none.
    """
    payload: dict[str, object] = {
        "reason": reason.value,
        "notes": list(notes),
        "purged_words": list(words),
    }
    payload |= {"services": list(services)} if services else {}
    return payload | {"words": said} if said else payload


def purge_of(event: Event, names: Mapping[int, str]) -> Purge:
    """What an event PURGED says."""
    said = cast(dict[str, Any], event.payload)
    return Purge(
        at=event.at,
        actor=names[event.actor],
        reason=PurgeReason(said["reason"]),
        notes=len(said["notes"]),
        words=len(said["purged_words"]),
    )


def purged_notes(told: Iterable[Event]) -> frozenset[str]:
    """The notes of an encounter whose text went, by its events."""
    return frozenset(note for said in _purges(told) for note in said["notes"])


def purged_words(told: Iterable[Event]) -> frozenset[str]:
    """The digests of the words of people that went."""
    return frozenset(digest for said in _purges(told) for digest in said["purged_words"])


def purged_services(session: Session) -> frozenset[str]:
    """The digests of services that went out of samples with the last encounter that had them."""
    told = select(EventRow.payload).where(EventRow.kind == EventKind.PURGED.value)
    return frozenset(
        digest for said in session.scalars(told) for digest in json.loads(said).get("services", ())
    )


def words_gone_before(session: Session) -> frozenset[str]:
    """The digests of words that were gone when the database came to know of purges (``v0015``)."""
    return purged_words(ledger.walk(session, ledger.SYSTEM, (EventKind.PURGED,)))


def standing_hold(told: Iterable[Event]) -> Event | None:
    """The event of the legal hold that an encounter is on, by its events; None where it is free."""
    last = None
    for event in told:
        if event.kind in LEGAL_HOLD_KINDS:
            last = event
    return last if last is not None and last.kind is EventKind.LEGAL_HOLD_PLACED else None


def find_purges(session: Session, encounter_ids: Sequence[str]) -> dict[str, Purge]:
    """Those of these encounters that were purged, and how."""
    marked = select(EncounterRow.id).where(
        EncounterRow.id.in_(encounter_ids), EncounterRow.purged.is_not(None)
    )
    if not (gone := session.scalars(marked).all()):
        return {}
    told, names = ledger.read_many(session, gone, (EventKind.PURGED,)), user_names(session)
    return {each: purge_of(events[-1], names) for each, events in told.items() if events}


def refuse_purged(session: Session, encounter_id: str) -> None:
    """Raises TextPurged, with when and why, for an encounter whose text was purged."""
    if (gone := find_purges(session, [encounter_id]).get(encounter_id)) is not None:
        raise TextPurged(describe_purge(gone))


def is_purged(session: Session, encounter_id: str) -> bool:
    """Whether the text of an encounter was purged."""
    mine = select(EncounterRow.purged).where(EncounterRow.id == encounter_id)
    return session.scalar(mine) is not None


def find_holds(session: Session, encounter_ids: Sequence[str]) -> dict[str, LegalHold]:
    """Those of these encounters that are on legal hold, and which."""
    told = ledger.read_many(session, encounter_ids, LEGAL_HOLD_KINDS)
    standing = {each: hold for each in told if (hold := standing_hold(told[each])) is not None}
    if not standing:
        return {}
    names = user_names(session)
    words = find_texts(session, [_digest(hold) for hold in standing.values()])
    return {
        each: LegalHold(hold.at, names[hold.actor], words.get(_digest(hold)))
        for each, hold in standing.items()
    }


def _purges(told: Iterable[Event]) -> Iterator[dict[str, Any]]:
    return (cast(dict[str, Any], each.payload) for each in told if each.kind is EventKind.PURGED)


def _digest(event: Event) -> str:
    return str(event.payload["words"])
