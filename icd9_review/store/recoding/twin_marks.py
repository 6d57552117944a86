"""Which encounters are twins of others: what counts or leaves once leaves them out.

Apart from what makes them, because rooms further down than intake ask.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, SQLColumnExpression, case, select
from sqlalchemy.orm import Session

from icd9_review.store.database.tables import EncounterRow, TwinRow

_ALL = select(TwinRow.encounter_id)


def is_no_twin(column: SQLColumnExpression[str] = EncounterRow.id) -> ColumnElement[bool]:
    """The condition that an encounter stands for itself."""
    return column.not_in(_ALL)


def is_twin(session: Session, encounter_id: str) -> bool:
    """Whether an encounter is another one once more."""
    return session.get(TwinRow, encounter_id) is not None


def is_for(column: SQLColumnExpression[str], person: int) -> ColumnElement[bool]:
    """The condition that an encounter is no twin that somebody else is to code."""
    return column.not_in(_ALL.where(TwinRow.coder != person))


def first_for(column: SQLColumnExpression[str], person: int) -> ColumnElement[int]:
    """Orders twins that a person is to code before other encounters."""
    return case((column.in_(_ALL.where(TwinRow.coder == person)), 0), else_=1)


def sources_of(session: Session, encounter_ids: Sequence[str]) -> dict[str, str]:
    """Of those of these encounters that are twins the encounter that each is once more."""
    query = select(TwinRow.encounter_id, TwinRow.source_id)
    found = session.execute(query.where(TwinRow.encounter_id.in_(encounter_ids)))
    return {row.encounter_id: row.source_id for row in found}


def twins_of(session: Session, encounter_id: str) -> list[str]:
    """The twins of an encounter that still have their text."""
    query = (
        select(TwinRow.encounter_id)
        .join(EncounterRow, EncounterRow.id == TwinRow.encounter_id)
        .where(TwinRow.source_id == encounter_id, EncounterRow.purged.is_(None))
        .order_by(EncounterRow.number)
    )
    return list(session.scalars(query))


def source_of(session: Session, encounter_id: str) -> str | None:
    """What an encounter is once more; None where it stands for itself."""
    mine = select(TwinRow.source_id).where(TwinRow.encounter_id == encounter_id)
    return session.scalar(mine)


def same_text(session: Session, encounter_id: str) -> list[str]:
    """Every encounter with the text of this one: what stands for itself, then its twins."""
    source = source_of(session, encounter_id) or encounter_id
    twins = select(TwinRow.encounter_id).where(TwinRow.source_id == source)
    return [source, *session.scalars(twins.order_by(TwinRow.encounter_id))]
