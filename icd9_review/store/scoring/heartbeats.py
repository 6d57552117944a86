"""Which worker processes are alive: each renews a row that runs out by itself."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, not_, select

from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import HeartbeatRow
from icd9_review.store.lapsing import lasting
from icd9_review.store.ledger import now

ALIVE = timedelta(seconds=15)  # by judgement; renewed every third of it, so two beats may be missed


def beat(database: Database, worker: str, version: str) -> None:
    """This worker of a model version is alive for another ALIVE; rows that ran out go."""
    with database.write() as session:
        session.execute(delete(HeartbeatRow).where(not_(_lasts())))
        row = HeartbeatRow(worker=worker, version=version, until=now() + ALIVE)
        session.merge(row)


def leave(database: Database, worker: str) -> None:
    """This worker ends."""
    with database.write() as session:
        session.execute(delete(HeartbeatRow).where(HeartbeatRow.worker == worker))


def workers_alive(database: Database, version: str) -> int:
    """How many worker processes work for this model version now."""
    alive = (HeartbeatRow.version == version, _lasts())
    with database.read() as session:
        return session.scalars(select(func.count()).where(*alive)).one()


def _lasts() -> ColumnElement[bool]:
    return HeartbeatRow.until.between(*lasting(ALIVE, now()))
