"""Leases: how work in a queue is taken, kept, given back and given up.

Both queues, of notes to be scored and of explanations, have the columns of ``Leased`` and
share what stands here. A worker that dies lets its lease run out, and the work is taken
again; work that was taken too often has failed, because it may be what kills its worker.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, func, not_, or_, select, update
from sqlalchemy.orm import Session

from icd9_review.store.database.tables import ExplanationJobRow, JobRow, JobState
from icd9_review.store.lapsing import lasting
from icd9_review.store.ledger import now
from icd9_review.values import Pending

ATTEMPTS = 3
"""How often work is tried: once more than a machine that was switched off asks for."""

LEASE = timedelta(seconds=30)
"""How long a worker may be silent; it renews its lease three times within; by judgement."""

_Row = TypeVar("_Row", JobRow, ExplanationJobRow)


class Taken(Protocol):
    """Work that was taken for the ``attempts``-th time, which tells leases apart."""

    @property
    def id(self) -> int: ...
    @property
    def attempts(self) -> int: ...


def lease(row: JobRow | ExplanationJobRow) -> None:
    """Give the work to whoever asks, for one LEASE."""
    row.state = JobState.RUNNING
    row.attempts += 1
    row.lease_until = now() + LEASE


def is_leased(row: JobRow | ExplanationJobRow) -> bool:
    """Whether a worker is at it and was heard of lately."""
    first, last = lasting(LEASE, now())
    until = row.lease_until
    return row.state == JobState.RUNNING and until is not None and first <= until <= last


def abandoned(queue: type[_Row]) -> ColumnElement[bool]:
    """Taken by a worker that was not heard of since."""
    lasts = queue.lease_until.between(*lasting(LEASE, now()))
    return and_(queue.state == JobState.RUNNING, not_(lasts))


def renew_leases(session: Session, queue: type[_Row], jobs: Iterable[Taken]) -> None:
    """Keep work whose worker is still at it."""
    still = or_(*(_is_held(queue, job) for job in jobs))
    session.execute(update(queue).where(still).values(lease_until=now() + LEASE))


def give_back(session: Session, queue: type[_Row], job: Taken, error: str) -> bool:
    """Let others try after an error; the last attempt has failed for good.

    False where the lease no longer held, and nothing was changed.
    """
    state = JobState.QUEUED if job.attempts < ATTEMPTS else JobState.FAILED
    changed = session.scalars(
        update(queue)
        .where(_is_held(queue, job))
        .values(state=state, lease_until=None, error=error[:200])
        .returning(queue.id)
    ).all()
    return bool(changed)


def give_up(
    session: Session, queue: type[_Row], which: ColumnElement[bool], error: str
) -> list[str]:
    """Fail the work whose worker died with it too often; the notes it was of."""
    return list(
        session.scalars(
            update(queue)
            .where(which, abandoned(queue), queue.attempts >= ATTEMPTS)
            .values(state=JobState.FAILED, lease_until=None, error=error)
            .returning(queue.note_id)
        )
    )


def requeue_failed(session: Session, queue: type[_Row], *which: ColumnElement[bool]) -> list[str]:
    """Have failed work tried again from the start; the notes it is of."""
    return list(
        session.scalars(
            update(queue)
            .where(queue.state == JobState.FAILED, *which)
            .values(state=JobState.QUEUED, attempts=0, error=None)
            .returning(queue.note_id)
            .execution_options(synchronize_session=False)
        )
    )


def finish_work(session: Session, queue: type[_Row], *which: ColumnElement[bool]) -> None:
    """It is done, whoever was working on it."""
    session.execute(
        update(queue).where(*which).values(state=JobState.DONE, lease_until=None, error=None)
    )


def count_work(session: Session, queue: type[_Row], *which: ColumnElement[bool]) -> Pending:
    """How much waits, is running, has failed."""
    query = select(queue.state, func.count()).where(*which).group_by(queue.state)
    counts = dict(session.execute(query).all())
    return Pending(
        queued=counts.get(JobState.QUEUED, 0),
        running=counts.get(JobState.RUNNING, 0),
        failed=counts.get(JobState.FAILED, 0),
    )


def _is_held(queue: type[_Row], job: Taken) -> ColumnElement[bool]:
    """Still this lease: not finished, and not taken by another worker since."""
    return and_(queue.id == job.id, queue.attempts == job.attempts, queue.state == JobState.RUNNING)
