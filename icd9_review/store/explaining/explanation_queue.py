"""The queue of explanations: taken with a lease, three attempts, a person's wish first.

What is in the queue of an encounter is decided by ``plan``. ``save_attribution``
ends a job in the transaction that stores its attribution, whoever worked it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, and_, exists, select, true, update
from sqlalchemy.orm import Session, aliased

from icd9_review.errors import NotFound
from icd9_review.store import leases, ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import (
    ATTRIBUTION_KEY,
    EncounterRow,
    ExplanationJobRow,
    JobState,
    NoteRow,
)
from icd9_review.store.explaining.attribution_keys import columns, is_of, matches
from icd9_review.store.intake.note_rows import is_current
from icd9_review.store.ledger import now
from icd9_review.store.ledger.purged import refuse_purged
from icd9_review.store.people.access import seen
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import AttributionKey, Pending, Technique, User, Window, encounter_label

_TOGETHER = 16  # jobs of one window; by judgement: a window seldom has more
_OF_WINDOW = tuple(name for name in ATTRIBUTION_KEY if name not in ("kind", "code"))


@dataclass(frozen=True, slots=True)
class ExplanationJob:
    """An attribution to be worked out, taken for the ``attempts``-th time."""

    id: int
    key: AttributionKey
    attempts: int


@dataclass(frozen=True, slots=True)
class FailedExplanation:
    """A job that nobody tries any more: ``error`` is the class of what went wrong.

    The key has no code where the reader does not see the encounter.
    """

    encounter: str
    key: AttributionKey
    error: str


def new_row(
    key: AttributionKey, probability: float | None, state: JobState = JobState.QUEUED
) -> ExplanationJobRow:
    """A job that nobody has taken yet."""
    return ExplanationJobRow(
        **columns(key),
        window_index=key.window.index,
        probability=probability,
        state=state,
        priority=0,
        attempts=0,
        created=now(),
    )


def take_explanations(
    database: Database, technique: Technique, *, ahead: bool = True
) -> tuple[ExplanationJob, ...]:
    """The next jobs of this technique, leased to the caller; none when none waits.

    What a person asked for first, then the most probable suggestion; with it what else
    waits of its window, because the passes through the model are shared. A job that was
    taken before comes alone: it may be what stopped a worker. Without ``ahead`` only what a
    person asked for is taken.
    """
    with database.write() as session:
        _give_up(session, technique)
        abandoned = leases.abandoned(ExplanationJobRow)
        queued = ExplanationJobRow.state == JobState.QUEUED
        if not ahead:
            queued &= ExplanationJobRow.priority > 0
        row = _first(session, technique, abandoned) or _first(session, technique, queued)
        if row is None:
            return ()
        beside = _beside(session, row) if ahead and row.attempts == 0 else ()
        return tuple(_lease(each) for each in (row, *beside))


def take_explanation(database: Database, key: AttributionKey) -> ExplanationJob | None:
    """Lease the job of this key because a person waits for it; a failed one starts anew.

    A code that is no suggestion gets a job by being asked about. None where it is done
    or another worker is at it. Raises NotFound for an unknown note, TextPurged.
    """
    with database.write() as session:
        note = session.get(NoteRow, key.note_id)
        if note is None:
            raise NotFound("No note is stored under this identifier.")
        ledger.head(session, note.encounter_id, lock=True)  # one at a time may add the job
        refuse_purged(session, note.encounter_id)
        row = session.scalars(
            select(ExplanationJobRow).where(*matches(ExplanationJobRow, key)).with_for_update()
        ).one_or_none()
        if row is None:
            session.add(row := new_row(key, None))
            session.flush()
        elif row.state == JobState.FAILED:
            row.attempts = 0
        elif row.state == JobState.DONE or leases.is_leased(row):
            return None
        row.priority = 1
        return _lease(row)


def hurry_explanation(database: Database, key: AttributionKey) -> None:
    """Put the job of this key, if it waits, before all that nobody asked for."""
    waits = and_(*matches(ExplanationJobRow, key), ExplanationJobRow.state == JobState.QUEUED)
    with database.write() as session:
        session.execute(update(ExplanationJobRow).where(waits).values(priority=1))


def renew_explanations(database: Database, jobs: Iterable[ExplanationJob]) -> None:
    """Keep jobs whose worker is still at them."""
    with database.write() as session:
        leases.renew_leases(session, ExplanationJobRow, jobs)


def give_explanation_back(database: Database, job: ExplanationJob, error: Exception) -> None:
    """Give a job back after an error, whose class is kept; the third attempt is the last."""
    with database.write() as session:
        leases.give_back(session, ExplanationJobRow, job, type(error).__name__)


def finish_explanation(session: Session, key: AttributionKey) -> None:
    """The attribution is stored, whoever was working on it."""
    leases.finish_work(session, ExplanationJobRow, *matches(ExplanationJobRow, key))


def pending_explanations(database: Database, version: str) -> Pending:
    """How many explanations of current notes wait for this version, are running, have failed."""
    with database.read() as session:
        return leases.count_work(
            session, ExplanationJobRow, ExplanationJobRow.version == version, _is_current()
        )


def retry_explanations(database: Database, *, actor: User) -> int:
    """Queue every failed job again; how many there were. Raises PermissionDenied."""
    check_may(actor, Act.ADMINISTER)
    with database.write() as session:
        return len(leases.requeue_failed(session, ExplanationJobRow))


def failed_explanations(database: Database, *, actor: User) -> tuple[FailedExplanation, ...]:
    """The failed jobs of current notes, of every model version, the oldest first.

    Raises PermissionDenied.
    """
    check_may(actor, Act.ADMINISTER)
    with database.read() as session:
        found = session.execute(_failed(session)).all()
    return tuple(
        FailedExplanation(
            encounter_label(number),
            _key(row) if mine else replace(_key(row), code=""),
            row.error or "",
        )
        for row, number, mine in found
    )


def _failed(session: Session) -> Select[ExplanationJobRow, int, bool]:
    """The jobs, the numbers of their encounters, and whether the reader sees these."""
    return (
        select(ExplanationJobRow, EncounterRow.number, and_(true(), *seen(session)))
        .join(NoteRow, NoteRow.id == ExplanationJobRow.note_id)
        .join(EncounterRow, EncounterRow.id == NoteRow.encounter_id)
        .where(ExplanationJobRow.state == JobState.FAILED, is_current())
        .order_by(ExplanationJobRow.id)
    )


def _first(
    session: Session, technique: Technique, waits: ColumnElement[bool]
) -> ExplanationJobRow | None:
    """The index gives the order: newest first among equals, to be read backwards."""
    return session.scalars(
        select(ExplanationJobRow)
        .where(is_of(ExplanationJobRow, technique), waits, _is_current())
        .order_by(
            ExplanationJobRow.priority.desc(),
            ExplanationJobRow.probability.desc(),
            ExplanationJobRow.id.desc(),
        )
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()


def _beside(session: Session, row: ExplanationJobRow) -> Sequence[ExplanationJobRow]:
    """What waits of the same window and technique and was never taken."""
    same = [getattr(ExplanationJobRow, name) == getattr(row, name) for name in _OF_WINDOW]
    return session.scalars(
        select(ExplanationJobRow)
        .where(
            *same,
            ExplanationJobRow.id != row.id,
            ExplanationJobRow.state == JobState.QUEUED,
            ExplanationJobRow.attempts == 0,
        )
        .order_by(ExplanationJobRow.probability.desc(), ExplanationJobRow.id.desc())
        .limit(_TOGETHER - 1)
        .with_for_update(skip_locked=True)
    ).all()


def _lease(row: ExplanationJobRow) -> ExplanationJob:
    leases.lease(row)
    return ExplanationJob(row.id, _key(row), row.attempts)


def _key(row: ExplanationJobRow) -> AttributionKey:
    return AttributionKey(
        note_id=row.note_id,
        window=Window(row.window_index, row.window_start, row.window_end),
        kind=row.kind,
        code=row.code,
        model_version=row.version,
        method=row.method,
        baseline=row.baseline,
        settings=row.settings,
    )


def _is_current() -> ColumnElement[bool]:
    """A superseded note needs no explanation any more."""
    newer = aliased(NoteRow)
    return ~exists().where(newer.supersedes == ExplanationJobRow.note_id)


def _give_up(session: Session, technique: Technique) -> None:
    """Fail the jobs whose worker died with them too often: the job may be what kills it."""
    error = f"stopped the program {leases.ATTEMPTS} times"
    leases.give_up(session, ExplanationJobRow, is_of(ExplanationJobRow, technique), error)
