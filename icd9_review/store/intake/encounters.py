"""Encounters and their notes: stored whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icd9_review.errors import ConflictError, EncounterError, NotFound
from icd9_review.quality.arms.drawing import draw_arm
from icd9_review.settings import Settings
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import EncounterRow, NoteRow
from icd9_review.store.intake.came_in import came_in
from icd9_review.store.intake.encounter_rows import as_encounter
from icd9_review.store.intake.external_ids import account_digest
from icd9_review.store.intake.note_rows import (
    all_notes,
    as_new,
    as_note,
    current_notes,
    encode_notes,
    new_id,
)
from icd9_review.store.ledger.purged import refuse_purged
from icd9_review.store.ledger.register import register
from icd9_review.store.people.access import check_sees, check_sees_notes
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.people.teams import team_at_intake
from icd9_review.store.projections import summaries
from icd9_review.store.scoring.chosen import version_to_read
from icd9_review.store.scoring.scoring_queue import enqueue_unread
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
    _check(notes)
    with database.write() as session:
        lock(session, "encounters")
        if (stored := ledger.find(session, key)) is not None:
            return _replay(session, stored, new, notes, actor)
        row = _create(session, new, notes, actor, key, model_version)
        return load_encounter(session, row.id)


def begin_with(
    database: Database,
    encounters: Iterable[tuple[NewEncounter, Sequence[NewNote]]],
    *,
    actor: User,
    model_version: str | None,
) -> None:
    """Store the first encounters of a database, all or none; nothing where there is one."""
    with database.write() as session:
        lock(session, "encounters")
        if session.scalar(select(EncounterRow.id).limit(1)) is not None:
            return
        for number, (new, notes) in enumerate(encounters, start=1):
            _check(notes)
            _create(session, new, notes, actor, f"demonstration-{number}", model_version)


def _create(
    session: Session,
    new: NewEncounter,
    notes: Sequence[NewNote],
    actor: User,
    key: str,
    model_version: str | None,
) -> EncounterRow:
    row = insert_encounter(session, new, len(notes), actor=actor, key=key)
    for position, note in enumerate(notes):
        note_key = f"{key}/note/{position}"
        insert_note(session, row.id, note, actor=actor, key=note_key, model_version=model_version)
    summaries.refresh(session, [row.id])
    return row


def add_note(
    database: Database,
    encounter_id: str,
    new: NewNote,
    *,
    actor: User,
    key: str,
    model_version: str | None,
    supersedes: str | None = None,
) -> Note:
    """Add a note to an encounter, or a new version of the note ``supersedes``; have it scored.

    A finalised encounter takes notes too: they do come late. Its codes stay signed as
    they are, and the event NOTE_ADDED tells that it needs a look. The same key gives
    the note stored before. Raises NotFound for an unknown encounter or note, NoteError
    for text no database can hold, ConflictError when the superseded note is not the
    current version, or the key was used for something else, TextPurged.
    """
    check_encounter_id(encounter_id)
    ledger.check_token("idempotency key", key)
    _check([new])
    with database.write() as session:
        ledger.head(session, encounter_id, lock=True)
        check_sees(session, [encounter_id], actor)
        if (stored := ledger.find(session, key)) is not None:
            return _replay_note(session, stored, encounter_id, new, supersedes, actor)
        row = insert_note(
            session,
            encounter_id,
            new,
            actor=actor,
            key=key,
            model_version=model_version,
            supersedes=_current(session, encounter_id, supersedes),
        )
        summaries.refresh(session, [encounter_id])
        return as_note(row)


def encounter(database: Database, encounter_id: str) -> Encounter:
    """The encounter with this id and its current notes in order. Raises NotFound, Restricted."""
    check_encounter_id(encounter_id)
    with database.read() as session:
        check_sees(session, [encounter_id])
        return load_encounter(session, encounter_id)


def load_encounter(session: Session, encounter_id: str) -> Encounter:
    """As ``encounter``, within a transaction of the caller."""
    row = session.get(EncounterRow, encounter_id)
    if row is None:
        raise NotFound("No encounter is stored under this identifier.")
    return as_encounter(session, row)


def any_encounter(database: Database) -> bool:
    """Whether there is an encounter at all."""
    with database.read() as session:
        return session.scalar(select(EncounterRow.id).limit(1)) is not None


def note_text(database: Database, note_id: str) -> str:
    """The text of the note with this id. Raises NotFound, TextPurged."""
    with database.read() as session:
        check_sees_notes(session, [note_id])
        if (row := session.get(NoteRow, note_id)) is None:
            raise NotFound("No note is stored under this identifier.")
        refuse_purged(session, row.encounter_id)
        return row.text


def note(database: Database, note_id: str) -> Note:
    """The note with this id, superseded or not. Raises NotFound."""
    with database.read() as session:
        check_sees_notes(session, [note_id])
        if (row := session.get(NoteRow, note_id)) is None:
            raise NotFound("No note is stored under this identifier.")
        return as_note(row)


def note_ids(session: Session, encounter_id: str) -> list[str]:
    """The current notes of an encounter in order."""
    return [row.id for row in current_notes(session, encounter_id)]


def check_encounter_id(encounter_id: str) -> None:
    """Refuse what cannot be an encounter's id before a database sees it. Raises NotFound."""
    if not re.fullmatch(r"[0-9a-f]{22}", encounter_id):
        raise NotFound("No encounter is stored under this identifier.")


def insert_encounter(
    session: Session,
    new: NewEncounter,
    notes: int,
    *,
    actor: User,
    key: str,
    external: str | None = None,
) -> EncounterRow:
    """Store the facts of an encounter under the next number, register it and begin its stream.

    Inside ``lock(session, "encounters")``: the next number is one more than the last. Raises
    PermissionDenied for a role that does not take in notes, EncounterError for an unknown team.
    """
    check_may(actor, Act.TAKE_IN)
    encounter_id = new_id()
    row = EncounterRow(
        id=encounter_id,
        number=(session.scalar(select(func.max(EncounterRow.number))) or 0) + 1,
        setting=new.setting,
        age=new.age,
        sex=new.sex,
        admitted=new.admitted,
        discharged=new.discharged,
        disposition=new.disposition,
        account=account_digest(session, new.account),
        service=new.service,
        payer=new.payer,
        created=ledger.now(),
        created_by=actor.id,
        external=external,
        team=team_at_intake(session, new.team, actor),
        arm=draw_arm(encounter_id, Settings().arm_shares),
    )
    session.add(row)
    session.flush()
    entry = register(session, row.id, row.number, actor)
    ledger.start_stream(session, row.id)
    facts: dict[str, object] = {"number": row.number, "setting": row.setting.value, "notes": notes}
    facts["register"] = entry
    if row.team is not None:
        facts["team"] = row.team
    if row.arm is not None:
        facts["arm"] = row.arm.value
    if new.read:
        facts["read"] = sorted(fact.value for fact in new.read)
    ledger.append(session, row.id, EventKind.ENCOUNTER_CREATED, facts, actor, key)
    return row


def insert_note(
    session: Session,
    encounter_id: str,
    new: NewNote,
    *,
    actor: User,
    key: str,
    model_version: str | None,
    supersedes: NoteRow | None = None,
    external: str | None = None,
) -> NoteRow:
    """Store a note, tell the ledger and have it scored; the stream's head is locked.

    With it the notes that a newer model left alone, because the chart was signed. Raises
    PermissionDenied for a role that does not take in notes, TextPurged.
    """
    check_may(actor, Act.TAKE_IN)
    ledger.head(session, encounter_id, lock=True)
    refuse_purged(session, encounter_id)
    last = select(func.max(NoteRow.position)).where(NoteRow.encounter_id == encounter_id)
    position = session.scalar(last)
    row = NoteRow(
        id=new_id(),
        encounter_id=encounter_id,
        position=0 if position is None else position + 1,
        title=new.title,
        text=new.text,
        sha256=sha256(new.text.encode()).hexdigest(),
        version=supersedes.version + 1 if supersedes else 1,
        supersedes=supersedes.id if supersedes else None,
        external=external,
        type=new.type,
        author=new.author,
        written=new.written,
    )
    session.add(row)
    session.flush()
    facts = {
        "note": row.id,
        "sha256": row.sha256,
        "length": len(row.text),
        "supersedes": row.supersedes,
    }
    if row.type is not None:
        facts["type"] = row.type.value
    ledger.append(session, encounter_id, EventKind.NOTE_ADDED, facts, actor, key)
    if model_version is not None:
        version = version_to_read(session, model_version)
        enqueue_unread(session, [encounter_id], version, urgent=True)
    return row


def _check(notes: Sequence[NewNote]) -> None:
    if not notes:
        raise EncounterError("An encounter needs at least one note.")
    encode_notes(notes)


def _replay(
    session: Session, stored: Event, new: NewEncounter, notes: Sequence[NewNote], actor: User
) -> Encounter:
    """The encounter this key has made before, if it is the same."""
    check_sees(session, [stored.stream], actor)
    row = session.get(EncounterRow, stored.stream)
    if stored.kind is EventKind.ENCOUNTER_CREATED and stored.actor == actor.id and row is not None:
        first = [as_new(each) for each in all_notes(session, row.id)]
        same = stored.payload["notes"] == len(notes) and first[: len(notes)] == list(notes)
        account = account_digest(session, new.account)
        told = replace(came_in(session, row), service=row.service, payer=row.payer)
        # It may have been moved since.
        if same and account == row.account and told == replace(new, team=None, account=None):
            return as_encounter(session, row)
    raise ConflictError("This idempotency key was used for something else; reload the page.")


def _replay_note(
    session: Session,
    stored: Event,
    encounter_id: str,
    new: NewNote,
    supersedes: str | None,
    actor: User,
) -> Note:
    """The note this key has made before, if it is the same."""
    row = session.get(NoteRow, stored.payload.get("note", ""))
    same = (stored.kind, stored.actor) == (EventKind.NOTE_ADDED, actor.id)
    if row is None or not same or row.encounter_id != encounter_id:
        raise ConflictError("This idempotency key was used for something else; reload the page.")
    if (as_new(row), row.supersedes) != (new, supersedes):
        raise ConflictError("This idempotency key was used for another note; reload the page.")
    return as_note(row)


def _current(session: Session, encounter_id: str, note_id: str | None) -> NoteRow | None:
    """The note that is to be superseded."""
    if note_id is None:
        return None
    row = session.get(NoteRow, note_id)
    if row is None or row.encounter_id != encounter_id:
        raise NotFound("No note of this encounter is stored under this identifier.")
    if row not in current_notes(session, encounter_id):
        raise ConflictError(
            "Another version of this note was stored in between; reload the page and look at it."
        )
    return row
