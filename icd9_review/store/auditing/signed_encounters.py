"""Signed encounters that a sample may be drawn from, with what makes them worth a second look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from icd9_review.quality.traits import RARE_WITHIN, Practice, traits_of
from icd9_review.review.fold import DECISIONS
from icd9_review.store import ledger
from icd9_review.store.database.tables import (
    CodeRecordRow,
    EncounterRow,
    EventRow,
    SummaryRow,
)
from icd9_review.store.people.access import in_team
from icd9_review.store.recoding.twin_marks import is_no_twin
from icd9_review.values import (
    CodeKey,
    EncounterStatus,
    EventKind,
    SampleCandidate,
    SampleQuery,
    Stratifier,
    Trait,
    User,
)

_CHUNK: Final = 100  # encounters whose events are read at once; by judgement: a megabyte or less
_TELLING = (*DECISIONS, EventKind.OPENED)


def signed_encounters(session: Session, query: SampleQuery, actor: User) -> list[SampleCandidate]:
    """What a query is asked of, by number: signed, not added to since, with its text, seen.

    Twins are none. Who signed is who did last. Traits are worked out where the query goes by them.
    """
    rows = [
        row
        for row in _last_signatures(session, query, actor).values()
        if not query.coders or row.actor in query.coders
    ]
    traits = _traits(session, [row.stream for row in rows]) if _asks_traits(query) else {}
    return [
        SampleCandidate(
            encounter_id=row.stream,
            coder=row.actor,
            setting=row.setting,
            service=row.service,
            traits=traits.get(row.stream, frozenset()),
        )
        for row in rows
    ]


def first_signed(query: SampleQuery) -> Select[str]:
    """The first encounters that were signed while the model version of a query showed them."""
    whole = replace(query, version="", settings=(), services=())
    return (
        select(EncounterRow.id)
        .join(SummaryRow, SummaryRow.encounter_id == EncounterRow.id)
        .where(SummaryRow.version == query.version, *_conditions(whole))
        .order_by(SummaryRow.signed_at, EncounterRow.number)
        .limit(query.first)
    )


def day_begins(day: date) -> datetime:
    """The moment in UTC at which a day begins."""
    return datetime.combine(day, time(), UTC)


def _last_signatures(session: Session, query: SampleQuery, actor: User) -> dict[str, Any]:
    signed = (
        select(EventRow.stream, EventRow.actor, EncounterRow.setting, EncounterRow.service)
        .join(SummaryRow, SummaryRow.encounter_id == EventRow.stream)
        .join(EncounterRow, EncounterRow.id == EventRow.stream)
        .where(EventRow.kind == EventKind.FINALISED.value, *_conditions(query))
        .where(*in_team(session, actor))
        .order_by(EncounterRow.number, EventRow.sequence)
    )
    return {row.stream: row for row in session.execute(signed)}


def _conditions(query: SampleQuery) -> list[ColumnElement[bool]]:
    conditions = [SummaryRow.status == EncounterStatus.FINALISED, EncounterRow.purged.is_(None)]
    conditions.append(is_no_twin())
    if query.since is not None:
        conditions.append(SummaryRow.signed_at >= day_begins(query.since))
    if query.until is not None:
        conditions.append(SummaryRow.signed_at < day_begins(query.until) + timedelta(days=1))
    if query.version:
        conditions.append(EncounterRow.id.in_(first_signed(query)))
    if query.settings:
        conditions.append(EncounterRow.setting.in_(query.settings))
    if query.services:
        conditions.append(EncounterRow.service.in_(query.services))
    return conditions


def _asks_traits(query: SampleQuery) -> bool:
    return bool(query.traits) or Stratifier.RISK in query.strata


def _traits(session: Session, encounter_ids: Sequence[str]) -> Mapping[str, frozenset[Trait]]:
    practice = Practice(_first_signed(session), _rare(session))
    found: dict[str, frozenset[Trait]] = {}
    for start in range(0, len(encounter_ids), _CHUNK):
        told = ledger.read_many(session, encounter_ids[start : start + _CHUNK], _TELLING)
        found |= {each: traits_of(events, practice) for each, events in told.items()}
    return found


def _first_signed(session: Session) -> dict[int, datetime]:
    query = (
        select(EventRow.actor, func.min(EventRow.at).label("first"))
        .where(EventRow.kind == EventKind.FINALISED.value)
        .group_by(EventRow.actor)
    )
    rows = session.execute(query)
    return {row.actor: datetime.fromisoformat(row.first) for row in rows}


def _rare(session: Session) -> frozenset[CodeKey]:
    query = (
        select(CodeRecordRow.kind, CodeRecordRow.code)
        .where(CodeRecordRow.accepted)
        .group_by(CodeRecordRow.kind, CodeRecordRow.code)
        .having(func.count() <= RARE_WITHIN)
    )
    return frozenset((row.kind, row.code) for row in session.execute(query))
