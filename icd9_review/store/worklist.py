"""The worklist: filtered, searched, ordered and paged in SQL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from icd9_review.errors import NotFound
from icd9_review.store.engine import Database
from icd9_review.store.tables import EncounterRow, NoteRow, SummaryRow, UserRow
from icd9_review.values import (
    EncounterStatus,
    WorklistPage,
    WorklistQuery,
    WorklistRow,
    WorklistSort,
    encounter_label,
)

_LONGEST_SEARCH = 200
_EVERYTHING = WorklistQuery()

_ORDERS: dict[WorklistSort, tuple[InstrumentedAttribute[Any], ...]] = {
    WorklistSort.NEWEST: (EncounterRow.number,),
    WorklistSort.OLDEST: (EncounterRow.number,),
    WorklistSort.MOST_OPEN: (SummaryRow.open, EncounterRow.number),
    WorklistSort.LAST_CHANGED: (SummaryRow.at, EncounterRow.number),
}
"""What each order goes by: upwards for OLDEST, downwards for the others."""


def worklist(database: Database, query: WorklistQuery) -> WorklistPage:
    """One page of the worklist, with how many encounters there are in all and per status."""
    with database.read() as session:
        counts = _count(session, query)
        found = session.execute(
            select(SummaryRow, EncounterRow, UserRow.name)
            .join(EncounterRow, EncounterRow.id == SummaryRow.encounter_id)
            .join(UserRow, UserRow.id == SummaryRow.actor)
            .where(*_conditions(query), *_in_statuses(query))
            .order_by(*_order(query.sort))
            .limit(query.limit)
            .offset(query.offset)
        ).all()
        titles = _titles(session, [row.EncounterRow.id for row in found])
    return WorklistPage(
        rows=tuple(_row(row, titles[row.EncounterRow.id]) for row in found),
        total=sum(counts[status] for status in set(query.statuses or counts)),
        counts=counts,
    )


def status(database: Database, encounter_id: str) -> EncounterStatus:
    """Where one encounter stands on the worklist. Raises NotFound."""
    with database.read() as session:
        summary = session.get(SummaryRow, encounter_id)
        if summary is None:
            raise NotFound("No encounter is stored under this identifier.")
        return summary.status


def next_encounter(
    database: Database, after_id: str | None = None, query: WorklistQuery = _EVERYTHING
) -> str | None:
    """The encounter to work on after this one, in the order of the worklist.

    One with open suggestions that is not this one; after the last comes the first
    again. None where there is none. Limit and offset of the query do not matter.
    """
    candidates = (
        select(SummaryRow.encounter_id)
        .join(EncounterRow, EncounterRow.id == SummaryRow.encounter_id)
        .where(SummaryRow.open > 0, *_conditions(query), *_in_statuses(query))
        .order_by(*_order(query.sort))
        .limit(1)
    )
    with database.read() as session:
        here = session.get(SummaryRow, after_id) if after_id else None
        if here is None:
            return session.scalar(candidates)
        others = candidates.where(SummaryRow.encounter_id != here.encounter_id)
        following = others.where(_follows(session, here.encounter_id, query.sort))
        return session.scalar(following) or session.scalar(others)


def _conditions(query: WorklistQuery) -> list[ColumnElement[bool]]:
    """Search and setting; LIKE's wildcards in a search stand for themselves."""
    searched = query.search[:_LONGEST_SEARCH].replace("\x00", " ").casefold()
    words = searched.encode(errors="replace").decode().split()
    conditions = [_mentions(word) for word in words]
    if query.setting is not None:
        conditions.append(EncounterRow.setting == query.setting)
    return conditions


def _mentions(word: str) -> ColumnElement[bool]:
    """Whether a word occurs; E-7 finds E-00007 too."""
    occurs = SummaryRow.search.contains(word, autoescape=True)
    if label := re.fullmatch("e-?0*([1-9][0-9]{0,8})", word):
        return or_(occurs, EncounterRow.number == int(label[1]))
    return occurs


def _in_statuses(query: WorklistQuery) -> list[ColumnElement[bool]]:
    return [SummaryRow.status.in_(query.statuses)] if query.statuses else []


def _order(sort: WorklistSort) -> list[ColumnElement[Any]]:
    upwards = sort is WorklistSort.OLDEST
    return [column.asc() if upwards else column.desc() for column in _ORDERS[sort]]


def _follows(session: Session, encounter_id: str, sort: WorklistSort) -> ColumnElement[bool]:
    columns = _ORDERS[sort]
    here = session.execute(
        select(*columns)
        .select_from(SummaryRow)
        .join(EncounterRow, EncounterRow.id == SummaryRow.encounter_id)
        .where(SummaryRow.encounter_id == encounter_id)
    ).one()
    position = tuple_(*columns)
    return position > tuple(here) if sort is WorklistSort.OLDEST else position < tuple(here)


def _count(session: Session, query: WorklistQuery) -> dict[EncounterStatus, int]:
    grouped = (
        select(SummaryRow.status, func.count())
        .join(EncounterRow, EncounterRow.id == SummaryRow.encounter_id)
        .where(*_conditions(query))
        .group_by(SummaryRow.status)
    )
    return dict.fromkeys(EncounterStatus, 0) | dict(session.execute(grouped).all())


def _titles(session: Session, encounter_ids: Sequence[str]) -> dict[str, list[str]]:
    titles: dict[str, list[str]] = {encounter_id: [] for encounter_id in encounter_ids}
    for encounter_id, title in session.execute(
        select(NoteRow.encounter_id, NoteRow.title)
        .where(NoteRow.encounter_id.in_(encounter_ids))
        .order_by(NoteRow.encounter_id, NoteRow.position)
    ):
        titles[encounter_id].append(title)
    return titles


def _row(row: Row[SummaryRow, EncounterRow, str], titles: Sequence[str]) -> WorklistRow:
    summary, encounter, actor = row
    return WorklistRow(
        id=encounter.id,
        number=encounter.number,
        label=encounter_label(encounter.number),
        setting=encounter.setting,
        age=encounter.age,
        sex=encounter.sex,
        admitted=encounter.admitted,
        discharged=encounter.discharged,
        titles=tuple(titles),
        status=summary.status,
        open=summary.open,
        decided=summary.decided,
        actor=actor,
        at=summary.at,
        created=encounter.created,
    )
