"""Legal holds: text that no purge may take, whatever its age, until the hold is lifted.

A hold is what the events of an encounter say, and nothing beside them: it cannot be taken away
around the ledger without being found. Twins have the same text: a hold is placed on all of them at
once, and lifted of all.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.errors import ConflictError, NotFound, TextPurged
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import EncounterRow, EventRow
from icd9_review.store.intake.encounters import check_encounter_id
from icd9_review.store.intake.recognition import known_keys
from icd9_review.store.ledger import free_text
from icd9_review.store.ledger.purged import LEGAL_HOLD_KINDS, find_holds, standing_hold
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.recoding.twin_marks import same_text
from icd9_review.store.retention.words import check_why
from icd9_review.values import EventKind, LegalHold, User, encounter_label


def place_hold(database: Database, encounter_id: str, words: str, *, actor: User) -> None:
    """Put an encounter and its twins on legal hold, with the reason in words.

    Raises ConflictError where it is on hold, TextPurged where there is nothing left to keep,
    InputError for words that are none, PermissionDenied, NotFound.
    """
    _append(database, encounter_id, EventKind.LEGAL_HOLD_PLACED, words, actor)


def lift_hold(database: Database, encounter_id: str, words: str, *, actor: User) -> None:
    """Lift the legal hold of an encounter and its twins, with the reason in words.

    Raises ConflictError where it is on none, and as ``place_hold``.
    """
    _append(database, encounter_id, EventKind.LEGAL_HOLD_LIFTED, words, actor)


def _append(
    database: Database, encounter_id: str, kind: EventKind, words: str, actor: User
) -> None:
    check_may(actor, Act.ADMINISTER)
    check_encounter_id(encounter_id)
    said = check_why(words)
    with database.write() as session:
        lock(session, "encounters")  # no twin is made meanwhile
        ledger.head(session, encounter_id)
        mine = same_text(session, encounter_id)
        ledger.lock_heads(session, mine)
        _check(session, encounter_id, kind)
        for each in mine:
            if _changes(session, each, kind):
                payload = {"words": free_text.write_text(session, said)}
                key = f"legal-hold/{secrets.token_hex(11)}"
                ledger.append(session, each, kind, payload, actor, key)


def _changes(session: Session, encounter_id: str, kind: EventKind) -> bool:
    """Whether there is text to hold that is not held, or a hold to lift."""
    if session.get_one(EncounterRow, encounter_id).purged is not None:
        return False
    return _stands(session, encounter_id) is (kind is EventKind.LEGAL_HOLD_LIFTED)


def _stands(session: Session, encounter_id: str) -> bool:
    return standing_hold(ledger.read(session, encounter_id, LEGAL_HOLD_KINDS)) is not None


def _check(session: Session, encounter_id: str, kind: EventKind) -> None:
    row = session.get_one(EncounterRow, encounter_id)
    label, standing = encounter_label(row.number), _stands(session, encounter_id)
    if row.purged is not None:
        raise TextPurged(f"The text of {label} was purged; there is nothing left to hold.")
    if kind is EventKind.LEGAL_HOLD_PLACED and standing:
        raise ConflictError(f"{label} is on legal hold already.")
    if kind is EventKind.LEGAL_HOLD_LIFTED and not standing:
        raise ConflictError(f"{label} is on no legal hold.")


def legal_hold(database: Database, encounter_id: str, *, actor: User) -> LegalHold | None:
    """The legal hold that an encounter is on; None where it is on none. Raises PermissionDenied."""
    check_may(actor, Act.ADMINISTER)
    with database.read() as session:
        return find_holds(session, [encounter_id]).get(encounter_id)


def legal_holds(database: Database, *, actor: User) -> list[tuple[str, str, LegalHold]]:
    """Id, label and hold of every encounter on legal hold, by number. Raises PermissionDenied."""
    check_may(actor, Act.ADMINISTER)
    placed = select(EventRow.stream).where(EventRow.kind == EventKind.LEGAL_HOLD_PLACED.value)
    with database.read() as session:
        found = find_holds(session, session.scalars(placed.distinct()).all())
        query = select(EncounterRow.id, EncounterRow.number).where(EncounterRow.id.in_(found))
        rows = session.execute(query.order_by(EncounterRow.number))
        return [(row.id, encounter_label(row.number), found[row.id]) for row in rows]


def encounters_of_number(
    database: Database, number: str, source: str = "", *, actor: User
) -> list[str]:
    """The encounters that came in under a number, as its source or ``import --source`` writes it.

    Only digests of numbers are stored, so that the number has to be given letter by letter.
    Raises NotFound where there is none, PermissionDenied.
    """
    check_may(actor, Act.ADMINISTER)
    name = Identifier(number, within="?").given_by(source) if source else Identifier(number)
    with database.read() as session:
        keys = known_keys(session, name)
        query = select(EncounterRow.id).where(EncounterRow.external.in_(keys))
        found = list(session.scalars(query.order_by(EncounterRow.number)))
    if not found:
        raise NotFound(
            "No encounter came in under this number; write it as its source does, with who gave it "
            "out, or name the encounters by their labels."
        )
    return found


def encounters_of_labels(database: Database, labels: Iterable[str], *, actor: User) -> list[str]:
    """The encounters with these labels or identifiers.

    Raises NotFound for the first unknown, PermissionDenied.
    """
    check_may(actor, Act.ADMINISTER)
    with database.read() as session:
        return [_find(session, label) for label in dict.fromkeys(labels)]


def _find(session: Session, label: str) -> str:
    found = None
    if number := re.fullmatch(r"(?:E-)?([0-9]{1,9})", label, re.I):
        which = EncounterRow.number == int(number[1])
        found = session.scalar(select(EncounterRow.id).where(which))
    elif re.fullmatch("[0-9a-f]{22}", label):
        found = session.scalar(select(EncounterRow.id).where(EncounterRow.id == label))
    if found is None:
        raise NotFound(f"{label!r:.40} names no encounter that is stored here.")
    return found
