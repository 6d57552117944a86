"""Which worker processes are alive: each renews a row that runs out by itself."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, exists, select

from icd9_review.store.engine import Database
from icd9_review.store.ledger import now
from icd9_review.store.tables import HeartbeatRow

ALIVE = timedelta(seconds=15)


def beat(database: Database, worker: str, version: str) -> None:
    """This worker of a model version is alive for another ALIVE; rows that ran out go."""
    with database.write() as session:
        session.execute(delete(HeartbeatRow).where(HeartbeatRow.until < now()))
        row = HeartbeatRow(worker=worker, version=version, until=now() + ALIVE)
        session.merge(row)


def leave(database: Database, worker: str) -> None:
    """This worker ends."""
    with database.write() as session:
        session.execute(delete(HeartbeatRow).where(HeartbeatRow.worker == worker))


def worker_alive(database: Database, version: str) -> bool:
    """Whether a worker process works for this model version now."""
    alive = exists().where(HeartbeatRow.version == version, HeartbeatRow.until >= now())
    with database.read() as session:
        return bool(session.scalar(select(alive)))
