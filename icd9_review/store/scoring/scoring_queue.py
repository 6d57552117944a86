"""The queue of notes that wait for a model's scores.

A job is taken with a lease (``store/leases.py``). ``save_scores`` finishes it in the
transaction that stores its scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from icd9_review.errors import ReviewError
from icd9_review.store import leases
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import EncounterRow, JobRow, JobState, NoteRow, ScoresRow
from icd9_review.store.intake.note_rows import has_text, is_current
from icd9_review.store.ledger import now
from icd9_review.store.people.access import check_sees
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.projections import summaries
from icd9_review.values import Job, Pending, User, encounter_label

_AT_ONCE = 20  # encounters tried again in one transaction; by judgement: a decision waits for it


def enqueue_unread(
    session: Session, encounter_ids: Sequence[str], version: str, *, urgent: bool = False
) -> int:
    """Queue the notes of these encounters that this version has not read; how many.

    Their heads are locked, so that nobody queues a note twice. What a person waits for comes
    before the rest.
    """
    unread = session.scalars(
        select(NoteRow.id)
        .where(NoteRow.encounter_id.in_(encounter_ids), is_unread(version))
        .order_by(NoteRow.encounter_id, NoteRow.position)
    ).all()
    created = now()
    session.add_all(
        JobRow(
            note_id=note_id,
            version=version,
            state=JobState.QUEUED,
            priority=int(urgent),
            attempts=0,
            created=created,
        )
        for note_id in unread
    )
    session.flush()
    return len(unread)


def is_unread(version: str) -> ColumnElement[bool]:
    """Whether a note counts, has its text, and neither scores of this version nor a job."""
    return and_(
        is_current(),
        has_text(),
        ~exists().where(ScoresRow.note_id == NoteRow.id, ScoresRow.version == version),
        ~exists().where(JobRow.note_id == NoteRow.id, JobRow.version == version),
    )


def retry_failed(database: Database, version: str, *, actor: User) -> int:
    """Queue every note that this version failed at again; how many there were.

    A few encounters at a time: whoever stores a decision waits for one transaction at most. Raises
    PermissionDenied.
    """
    check_may(actor, Act.ADMINISTER)
    failed = (JobRow.version == version, JobRow.state == JobState.FAILED)
    query = select(NoteRow.encounter_id).join(JobRow, JobRow.note_id == NoteRow.id)
    with database.read() as session:
        encounters = list(session.scalars(query.where(*failed).distinct()))
    count = 0
    for start in range(0, len(encounters), _AT_ONCE):
        chosen = encounters[start : start + _AT_ONCE]
        notes = select(NoteRow.id).where(NoteRow.encounter_id.in_(chosen))
        with database.write() as session:
            lock(session, "jobs")
            count += _requeue(session, and_(JobRow.version == version, JobRow.note_id.in_(notes)))
    return count


def retry_notes(database: Database, encounter_id: str) -> None:
    """Queue the failed notes of an encounter again."""
    notes = select(NoteRow.id).where(NoteRow.encounter_id == encounter_id)
    with database.write() as session:
        check_sees(session, [encounter_id])
        _requeue(session, JobRow.note_id.in_(notes))


def take_note(database: Database, version: str) -> Job | None:
    """The next note for this model version, leased to the caller; None when none waits."""
    with database.write() as session:
        _give_up(session, version)
        row = session.scalars(
            select(JobRow)
            .where(
                JobRow.version == version,
                or_(JobRow.state == JobState.QUEUED, leases.abandoned(JobRow)),
            )
            .order_by(JobRow.priority.desc(), JobRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if row is None:
            return None
        leases.lease(row)
        return Job(row.id, row.note_id, row.version, row.attempts)


def renew_note(database: Database, job: Job) -> None:
    """Keep a job whose worker is still at it."""
    with database.write() as session:
        leases.renew_leases(session, JobRow, [job])


def give_note_back(database: Database, job: Job, error: Exception) -> None:
    """Give a job back after an error; after the third attempt it has failed for good.

    Stored is the error's class, and the message only of the errors this program
    raises on purpose: others may quote the note.
    """
    own = f": {error}" if isinstance(error, ReviewError) else ""
    with database.write() as session:
        if leases.give_back(session, JobRow, job, type(error).__name__ + own):
            _refresh(session, [job.note_id])


def finish_note(session: Session, note_id: str, version: str) -> None:
    """The note has its scores; whoever was working on them."""
    leases.finish_work(session, JobRow, JobRow.note_id == note_id, JobRow.version == version)


def pending_notes(database: Database, version: str) -> Pending:
    """How many notes wait for this version, are being read, have failed."""
    with database.read() as session:
        return leases.count_work(session, JobRow, JobRow.version == version)


def failure(database: Database, encounter_id: str) -> str | None:
    """Why a note of the encounter could not be scored, in the words stored with its job."""
    with database.read() as session:
        check_sees(session, [encounter_id])
        return session.scalars(
            select(JobRow.error)
            .join(NoteRow, NoteRow.id == JobRow.note_id)
            .where(NoteRow.encounter_id == encounter_id, JobRow.state == JobState.FAILED)
            .order_by(JobRow.id.desc())
            .limit(1)
        ).one_or_none()


@dataclass(frozen=True, slots=True)
class FailedNote:
    """A note whose scoring was given up, and why in the words stored with its job."""

    encounter: str
    note_id: str
    error: str


def failed_notes(database: Database, *, actor: User) -> tuple[FailedNote, ...]:
    """The notes that nobody tries to score any more, of every model version, oldest first.

    Raises PermissionDenied.
    """
    check_may(actor, Act.ADMINISTER)
    query = (
        select(EncounterRow.number, JobRow.note_id, JobRow.error)
        .join(NoteRow, NoteRow.id == JobRow.note_id)
        .join(EncounterRow, EncounterRow.id == NoteRow.encounter_id)
        .where(JobRow.state == JobState.FAILED)
        .order_by(JobRow.id)
    )
    with database.read() as session:
        return tuple(
            FailedNote(encounter_label(number), note_id, error or "")
            for number, note_id, error in session.execute(query)
        )


def _give_up(session: Session, version: str) -> None:
    """Fail the jobs whose worker died with them too often: the note may be what kills it."""
    error = f"The program stopped {leases.ATTEMPTS} times at this note"
    _refresh(session, leases.give_up(session, JobRow, JobRow.version == version, error))


def _requeue(session: Session, which: ColumnElement[bool]) -> int:
    changed = leases.requeue_failed(session, JobRow, which)
    _refresh(session, changed)
    return len(changed)


def _refresh(session: Session, notes: Sequence[str]) -> None:
    if notes:
        query = select(NoteRow.encounter_id).where(NoteRow.id.in_(notes)).distinct()
        summaries.refresh(session, session.scalars(query).all())
