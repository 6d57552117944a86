"""The purge: what was written of a patient goes for good, what was decided stays.

Gone are the texts, titles and authors of all notes, account number, service and payer, the words of
people, the explanations (where each word of a note begins and ends), and what waits to be read or
explained. Codes, offsets, probabilities,
scores, decisions, signatures and the sums of all that went stay. With the last encounter of a
service its name goes out of every sample. The event PURGED comes first and
in the same transaction: without it nothing may be missing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from icd9_review.errors import ConflictError, InputError, TextPurged
from icd9_review.review.status_words import describe_legal_hold, describe_purge
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import (
    AttributionRow,
    EncounterRow,
    ExplanationJobRow,
    JobRow,
    NoteRow,
)
from icd9_review.store.intake.encounters import check_encounter_id
from icd9_review.store.intake.recognition import key_without_titles
from icd9_review.store.ledger import free_text
from icd9_review.store.ledger.purged import (
    PURGED_TITLE,
    find_purges,
    purge_of,
    purge_payload,
)
from icd9_review.store.people.access import check_sees
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.projections import outcomes, summaries
from icd9_review.store.recoding.twin_marks import twins_of
from icd9_review.store.retention.candidates import (
    find_hold,
    goes_with,
    label_of,
    services_of_nobody_else,
    text_of,
)
from icd9_review.store.retention.words import check_why
from icd9_review.values import Event, EventKind, Purge, PurgeReason, User


def purge(
    database: Database, encounter_id: str, reason: PurgeReason, words: str = "", *, actor: User
) -> Purge:
    """Purge the text of one encounter; once this returns it is gone from every table.

    Its twins have the same text and go with it, and never without it.

    ``words`` say more of the reason, which OTHER asks for; they are kept. Raises ConflictError
    for an encounter on legal hold and for a twin, TextPurged for one that was purged before,
    InputError for words that are missing or none, PermissionDenied, NotFound.
    """
    check_may(actor, Act.ADMINISTER)
    check_encounter_id(encounter_id)
    if reason is PurgeReason.OTHER and not words.strip():
        raise InputError('Say in words what the reason "other" stands for.')
    why = check_why(words) if words.strip() else ""
    with database.write() as session:
        lock(session, "encounters")  # no twin is made meanwhile
        lock(session, "samples")  # and none is drawn by its service
        ledger.head(session, encounter_id)
        mine = [encounter_id, *twins_of(session, encounter_id)]
        ledger.lock_heads(session, mine)
        _check(session, encounter_id)
        services = services_of_nobody_else(session, mine)
        events = [
            _tell(session, each, reason, why, services if each == encounter_id else [], actor)
            for each in mine
        ]
        for each, event in zip(mine, events, strict=True):
            _clear(session, each, event)
        summaries.refresh(session, mine)
        outcomes.refresh_outcomes(session, mine)  # they have its service
        return purge_of(events[0], {actor.id: actor.name})


def read_purge(database: Database, encounter_id: str) -> Purge | None:
    """How the text of an encounter went; None where it is here.

    Cheaper than the encounter, for pages that ask at every run. Raises NotFound for what is none,
    Restricted.
    """
    check_encounter_id(encounter_id)
    with database.read() as session:
        check_sees(session, [encounter_id])
        return find_purges(session, [encounter_id]).get(encounter_id)


@dataclass(frozen=True, slots=True)
class PurgeOutcome:
    """How many encounters were purged, and in a sentence each what else people have to know."""

    purged: int
    problems: tuple[str, ...]


_PATIENCE = 500  # milliseconds for whoever reads to be done; by judgement: a page waits for it
_LOG_STAYS = (
    "While somebody reads, SQLite's write-ahead log cannot be emptied: it has the text until the "
    "next purge, or until the app and its workers end."
)


def purge_all(
    database: Database,
    encounter_ids: Iterable[str],
    reason: PurgeReason,
    words: str = "",
    *,
    actor: User,
) -> PurgeOutcome:
    """Purge encounters one after the other, each whole or not at all, and wipe what was freed.

    What was purged or put on hold meanwhile is passed over and told. Raises as ``purge`` for the
    rest.
    """
    done, problems = 0, []
    for encounter_id in encounter_ids:
        try:
            purge(database, encounter_id, reason, words, actor=actor)
        except (ConflictError, TextPurged) as error:
            problems.append(str(error))
        else:
            done += 1
    if done and not wipe(database):
        problems.append(_LOG_STAYS)
    return PurgeOutcome(done, tuple(problems))


def wipe(database: Database) -> bool:
    """Take what was freed out of SQLite's write-ahead log as well; whether that could be done.

    It could not while somebody reads; then the next purge, or the end of the program, does it.
    Of PostgreSQL this is not asked: its own VACUUM does it.
    """
    if database.engine.dialect.name != "sqlite":
        return True
    borrowed = database.engine.raw_connection()
    try:
        borrowed.detach()  # from the pool: it waits for readers less long than others do
        cursor = borrowed.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, *_ = cursor.fetchone() or (True,)
        return not busy
    except sqlite3.Error:
        return False
    finally:
        borrowed.close()


def _check(session: Session, encounter_id: str) -> None:
    if (before := find_purges(session, [encounter_id]).get(encounter_id)) is not None:
        raise TextPurged(describe_purge(before))
    label = label_of(session, encounter_id)
    if (hold := find_hold(session, encounter_id)) is not None:
        raise ConflictError(f"{label} is not purged. {describe_legal_hold(hold)}.")
    if (source := goes_with(session, encounter_id)) is not None:
        raise ConflictError(f"{label} is {source} once more and goes with it; purge that one.")


def _tell(
    session: Session,
    encounter_id: str,
    reason: PurgeReason,
    why: str,
    services: Sequence[str],
    actor: User,
) -> Event:
    notes, words = text_of(session, encounter_id)
    said = free_text.write_text(session, why) if why else ""
    payload = purge_payload(reason, notes, words, services, said)
    key = f"purged/{encounter_id}"
    event = ledger.append(session, encounter_id, EventKind.PURGED, payload, actor, key)
    free_text.forget_texts(session, [*words, *services])
    return event


def _clear(session: Session, encounter_id: str, event: Event) -> None:
    """Take the text, and all that would give it back."""
    known_by = key_without_titles(session, session.get_one(EncounterRow, encounter_id))
    notes = select(NoteRow.id).where(NoteRow.encounter_id == encounter_id)
    for table in (AttributionRow, ExplanationJobRow, JobRow):
        session.execute(delete(table).where(table.note_id.in_(notes)))
    mine = NoteRow.encounter_id == encounter_id
    session.execute(update(NoteRow).where(mine).values(text="", title=PURGED_TITLE, author=None))
    marked = EncounterRow.id == encounter_id
    gone = {"purged": event.at, "external": known_by}
    told = dict.fromkeys(("account", "service", "payer"))
    session.execute(update(EncounterRow).where(marked).values(gone | told))
    session.expire_all()
