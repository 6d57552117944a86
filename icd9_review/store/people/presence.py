"""How many browsers act for somebody now."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select

from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import SessionRow


def count_sessions(database: Database, *, now: datetime | None = None) -> int:
    """The sessions that have not expired."""
    alive = SessionRow.expires > (now or datetime.now(UTC))
    with database.read() as session:
        return session.scalars(select(func.count()).where(alive)).one()
