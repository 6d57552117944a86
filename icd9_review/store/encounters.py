"""Encounters and their notes: stored whole or not at all."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icd9_review.errors import ConflictError, EncounterError, NoteError, NotFound
from icd9_review.store import ledger, summaries
from icd9_review.store.engine import Database, lock
from icd9_review.store.jobs import enqueue
from icd9_review.store.tables import EncounterRow, NoteRow
from icd9_review.values import Encounter, Event, EventKind, NewEncounter, NewNote, Note, User


def create_encounter(
    database: Database,
    new: NewEncounter,
    notes: Sequence[NewNote],
    *,
    actor: User,
    key: str,
    model_version: str | None,
) -> Encounter:
    """Store an encounter with its notes, and have the notes scored by a model version.

    The same key gives the encounter stored before. Raises EncounterError without a
    note, NoteError for text no database can hold, ConflictError when the key was
    used for something else.
    """
    ledger.check_token("idempotency key", key)
    texts = _check(notes)
    with database.write() as session:
        lock(session, "encounters")
        if (stored := ledger.find(session, key)) is not None:
            return _replay(session, stored, texts, actor)
        row = _insert_encounter(session, new, actor)
        ledger.start_stream(session, row.id)
        facts = {"number": row.number, "setting": row.setting.value, "notes": len(notes)}
        ledger.append(session, row.id, EventKind.ENCOUNTER_CREATED, facts, actor, key)
        for position, note in enumerate(notes):
            stored_note = _insert_note(session, row.id, position, note, texts[position])
            _record_note(session, stored_note, actor, f"{key}/note/{position}")
            if model_version is not None:
                enqueue(session, stored_note.id, model_version, urgent=True)
        summaries.refresh(session, [row.id])
        return _encounter(session, row)


def encounter(database: Database, encounter_id: str) -> Encounter:
    """The encounter with this id and its notes in order. Raises NotFound."""
    with database.read() as session:
        check_encounter_id(encounter_id)
        row = session.get(EncounterRow, encounter_id)
        if row is None:
            raise NotFound("No encounter is stored under this identifier.")
        return _encounter(session, row)


def any_encounter(database: Database) -> bool:
    """Whether there is an encounter at all."""
    with database.read() as session:
        return session.scalar(select(EncounterRow.id).limit(1)) is not None


def note_text(database: Database, note_id: str) -> str:
    """The text of the note with this id. Raises NotFound."""
    with database.read() as session:
        text = session.scalar(select(NoteRow.text).where(NoteRow.id == note_id))
        if text is None:
            raise NotFound("No note is stored under this identifier.")
        return text


def note_ids(session: Session, encounter_id: str) -> list[str]:
    """The notes of an encounter in order."""
    query = select(NoteRow.id).where(NoteRow.encounter_id == encounter_id)
    return list(session.scalars(query.order_by(NoteRow.position)))


def check_encounter_id(encounter_id: str) -> None:
    """Refuse what cannot be an encounter's id before a database sees it. Raises NotFound."""
    if not re.fullmatch(r"[0-9a-f]{22}", encounter_id):
        raise NotFound("No encounter is stored under this identifier.")


def _check(notes: Sequence[NewNote]) -> list[bytes]:
    """The notes' texts in UTF-8."""
    if not notes:
        raise EncounterError("An encounter needs at least one note.")
    for new in notes:
        if "\x00" in new.text + new.title:
            raise NoteError("A note contains the character U+0000; remove it and try again.")
    try:
        for new in notes:
            new.title.encode()
        return [new.text.encode() for new in notes]
    except UnicodeEncodeError:
        raise NoteError(
            "A note contains a lone surrogate; save it as UTF-8 and try again."
        ) from None


def _replay(session: Session, stored: Event, texts: Sequence[bytes], actor: User) -> Encounter:
    """The encounter this key has made before, if it is the same."""
    row = session.get(EncounterRow, stored.stream)
    if stored.kind is EventKind.ENCOUNTER_CREATED and stored.actor == actor.id and row is not None:
        found = _encounter(session, row)
        if [note.text.encode() for note in found.notes] == list(texts):
            return found
    raise ConflictError("This idempotency key was used for something else; reload the page.")


def _new_id() -> str:
    """An opaque id of 88 random bits, in digits no spreadsheet takes for a formula."""
    return secrets.token_hex(11)


def _insert_encounter(session: Session, new: NewEncounter, actor: User) -> EncounterRow:
    row = EncounterRow(
        id=_new_id(),
        number=(session.scalar(select(func.max(EncounterRow.number))) or 0) + 1,
        setting=new.setting,
        age=new.age,
        sex=new.sex,
        admitted=new.admitted,
        discharged=new.discharged,
        created=ledger.now(),
        created_by=actor.id,
    )
    session.add(row)
    session.flush()
    return row


def _insert_note(
    session: Session, encounter_id: str, position: int, new: NewNote, text: bytes
) -> NoteRow:
    row = NoteRow(
        id=_new_id(),
        encounter_id=encounter_id,
        position=position,
        title=new.title,
        text=new.text,
        sha256=sha256(text).hexdigest(),
        version=1,
        supersedes=None,
    )
    session.add(row)
    session.flush()
    return row


def _record_note(session: Session, row: NoteRow, actor: User, key: str) -> None:
    facts = {"note": row.id, "sha256": row.sha256, "length": len(row.text)}
    ledger.append(session, row.encounter_id, EventKind.NOTE_ADDED, facts, actor, key)


def _encounter(session: Session, row: EncounterRow) -> Encounter:
    notes = session.scalars(
        select(NoteRow).where(NoteRow.encounter_id == row.id).order_by(NoteRow.position)
    )
    return Encounter(
        id=row.id,
        number=row.number,
        setting=row.setting,
        age=row.age,
        sex=row.sex,
        admitted=row.admitted,
        discharged=row.discharged,
        created=row.created,
        notes=tuple(_note(note) for note in notes),
    )


def _note(row: NoteRow) -> Note:
    return Note(
        id=row.id,
        encounter_id=row.encounter_id,
        title=row.title,
        text=row.text,
        version=row.version,
        sha256=row.sha256,
        supersedes=row.supersedes,
    )
