"""The browsers that act for somebody, all together."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, func, select

from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import SessionRow
from icd9_review.store.people.sessions import LAPSE


def count_sessions(database: Database, *, now: datetime | None = None) -> int:
    """The sessions that have neither lapsed nor ended."""
    moment = now or datetime.now(UTC)
    heard = (SessionRow.seen > moment - LAPSE) & (SessionRow.seen < moment + LAPSE)
    alive = (SessionRow.expires > moment) & heard
    with database.read() as session:
        return session.scalars(select(func.count()).where(alive)).one()


def end_every_session(database: Database) -> None:
    """Nobody is known any more: in a restored database sessions live that had ended since."""
    with database.write() as session:
        session.execute(delete(SessionRow))
