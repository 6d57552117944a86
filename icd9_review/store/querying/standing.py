"""How many queries to the physician of an encounter are open or answered, for lists of many."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, select
from sqlalchemy.orm import Session

from icd9_review.quality.queries.open_queries import QUERY_KINDS, query_standing
from icd9_review.store import ledger
from icd9_review.store.database.tables import EventRow, UserRow
from icd9_review.store.people.permissions import PERMISSIONS, Act
from icd9_review.store.recoding.twin_marks import is_no_twin, sources_of
from icd9_review.values import Asked, EventKind, QueryStanding


def query_standings(session: Session, encounter_ids: Sequence[str]) -> dict[str, QueryStanding]:
    """Of each of these encounters that was ever asked about."""
    told = ledger.read_many(session, encounter_ids, QUERY_KINDS)
    return {each: query_standing(events) for each, events in told.items() if events}


def seen_standings(session: Session, encounter_ids: Sequence[str]) -> dict[str, QueryStanding]:
    """The same for the reader of the database: of twins none where a clinician reads."""
    found = query_standings(session, encounter_ids)
    if found and reads_to_answer(session):
        twins = sources_of(session, list(found))
        found = {each: standing for each, standing in found.items() if each not in twins}
    return found


def reads_to_answer(session: Session) -> bool:
    """Whether the reader of the database is one who answers queries."""
    reader = select(UserRow.role).where(UserRow.id == session.info["reader"])
    return session.scalar(reader) in PERMISSIONS[Act.ANSWER].roles


def stands_asked(
    session: Session, wanted: Asked, column: SQLColumnExpression[str]
) -> ColumnElement[bool]:
    """The condition on an encounter, by its id, that its queries stand so, as its reader sees them.

    A query is settled once: what was asked and not settled is open.
    """
    kinds = [kind.value for kind in QUERY_KINDS]
    asked = case((EventRow.kind == EventKind.PHYSICIAN_ASKED.value, 1), else_=-1)
    answered = case((EventRow.kind == EventKind.PHYSICIAN_ANSWERED.value, 1), else_=0)
    standing = {
        Asked.OPEN: func.sum(asked) > 0,
        Asked.ANSWERED: and_(func.sum(asked) == 0, func.sum(answered) > 0),
    }
    # Not the column alone: SQLite would go through the whole ledger by stream, and need not sort.
    stream = EventRow.stream + ""
    told = select(stream).where(EventRow.kind.in_(kinds)).group_by(stream)
    found = column.in_(told.having(standing[wanted]))
    return and_(found, is_no_twin(column)) if reads_to_answer(session) else found
