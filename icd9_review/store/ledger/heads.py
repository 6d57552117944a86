"""Where every stream stands now, and whether one still holds what it held before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from icd9_review.errors import LedgerError
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EventRow, HeadRow
from icd9_review.values import Finding, Head


def read_heads(database: Database) -> tuple[Head, ...]:
    """The last event of every stream that has one, by stream.

    Raises LedgerError for a stream whose head is not an event.
    """
    here = and_(EventRow.stream == HeadRow.stream, EventRow.sequence == HeadRow.sequence)
    columns = (HeadRow.stream, HeadRow.sequence, HeadRow.hash, EventRow.hash, EventRow.at)
    query = select(*columns).outerjoin(EventRow, here).where(HeadRow.sequence > 0)
    with database.read() as session:
        rows = session.execute(query.order_by(HeadRow.stream)).all()
    return tuple(_head(*row) for row in rows)


def changed_since(database: Database, heads: Iterable[Head], since: datetime) -> list[Finding]:
    """Streams that do not hold any more what they held when these were their heads.

    That what comes before a head is as it was the chain tells, which ``verify`` walks.
    """
    at = f"{since:%Y-%m-%d %H:%M:%S} UTC"
    with database.read() as session:
        return [
            Finding(head.stream, head.sequence, f"{found} since the anchor of {at}")
            for head in heads
            if (found := _compare(session, head))
        ]


def _compare(session: Session, head: Head) -> str:
    """What became of a stream; empty where the head is still one of its events."""
    mine = select(EventRow.hash).where(EventRow.stream == head.stream)
    there = session.scalar(mine.where(EventRow.sequence == head.sequence))
    if there is not None:
        return "" if there == head.hash else "the stream was rewritten"
    left = session.scalar(mine.limit(1))
    return "the stream was taken away" if left is None else "the stream was shortened"


def _head(stream: str, sequence: int, named: str, found: str | None, at: str | None) -> Head:
    if named != found or at is None:
        raise LedgerError(
            f"The head of the stream {stream} is not an event; `ledger verify` says what is wrong."
        )
    return Head(stream, sequence, named, datetime.fromisoformat(at))
