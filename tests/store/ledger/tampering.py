"""What somebody with the database in their hands could do to it, and what is then found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Executable, delete, func, select, text, update
from sqlalchemy.orm import Session

from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EventRow, HeadRow
from icd9_review.store.ledger import ZERO, digest
from icd9_review.store.ledger.verification import verify
from icd9_review.values import Finding

_HASHED = ("stream", "sequence", "kind", "schema", "payload", "actor", "at", "key")
_REMOVED = (
    *("attributions", "explanation_jobs", "jobs", "scores", "notes", "summaries"),
    *("code_records", "outcome_cases", "claims"),
)
"""The tables with rows of an encounter, in an order that foreign keys allow."""

Damage = str | Executable | Callable[[Session], object]


class _Tampered(Exception):
    pass


class _Same:
    """A database whose reads are part of one running transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self) -> Any:
        return self

    def __enter__(self) -> Session:
        return self._session

    def __exit__(self, *_: object) -> None:
        pass


@contextmanager
def tampered(database: Database, *damage: Damage, **given: object) -> Iterator[Database]:
    """The database with these changes, which are taken back at the end.

    A statement may use what is ``given`` by name.
    """
    try:
        with database.write() as session:
            tamper(session, *damage, **given)
            yield cast(Database, _Same(session))
            raise _Tampered
    except _Tampered:
        pass


def findings_after(database: Database, *damage: Damage, **given: object) -> list[Finding]:
    """What verification finds after these changes."""
    with tampered(database, *damage, **given) as changed:
        return verify(changed)


def tamper(session: Session, *damage: Damage, **given: object) -> None:
    """Take the guards away and do these things."""
    _disarm(session)
    for each in damage:
        if isinstance(each, str):
            session.execute(text(each), given)
        elif callable(each):
            each(session)
        else:
            session.execute(each)


def rechain(stream: str) -> Callable[[Session], None]:
    """Number and chain the events of a stream anew, as whoever knows the rules could."""

    def work(session: Session) -> None:
        rows = session.scalars(
            select(EventRow).where(EventRow.stream == stream).order_by(EventRow.sequence)
        ).all()
        previous = ZERO
        for number, row in enumerate(rows, start=1):
            fields = {name: getattr(row, name) for name in _HASHED} | {"sequence": number}
            new = {"sequence": number, "previous": previous}
            previous = digest(previous, fields.values())
            mine = (EventRow.stream == stream) & (EventRow.sequence == row.sequence)
            session.execute(update(EventRow).where(mine).values(new | {"hash": previous}))
        head = {"sequence": len(rows), "hash": previous}
        session.execute(update(HeadRow).where(HeadRow.stream == stream).values(head))
        session.expire_all()

    return work


def shorten(stream: str) -> Callable[[Session], None]:
    """Take the last event of a stream away and set its head back: the chain verifies."""

    def work(session: Session) -> None:
        last = select(func.max(EventRow.sequence)).where(EventRow.stream == stream)
        mine = (EventRow.stream == stream) & (EventRow.sequence == last.scalar_subquery())
        session.execute(delete(EventRow).where(mine))
        rechain(stream)(session)

    return work


def remove_encounter(encounter_id: str) -> Callable[[Session], None]:
    """Take an encounter away with everything that hangs on it, its stream included."""

    def work(session: Session) -> None:
        for table in _REMOVED:
            key = "note_id" if table in _REMOVED[:4] else "encounter_id"
            notes = "SELECT id FROM notes WHERE encounter_id = :id"
            value = f"({notes})" if key == "note_id" else "(:id)"
            session.execute(
                text(f"DELETE FROM {table} WHERE {key} IN {value}"),  # noqa: S608
                {"id": encounter_id},
            )
        for table, key in (("encounters", "id"), ("events", "stream"), ("heads", "stream")):
            session.execute(
                text(f"DELETE FROM {table} WHERE {key} = :id"),  # noqa: S608
                {"id": encounter_id},
            )

    return work


def _disarm(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for trigger in session.scalars(triggers).all():
            session.execute(text(f"DROP TRIGGER {trigger}"))
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        return
    for table in ("events", "heads"):
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    for constraint in ("fk_events_actor_users", "fk_events_stream_heads"):
        session.execute(text(f"ALTER TABLE events DROP CONSTRAINT IF EXISTS {constraint}"))
