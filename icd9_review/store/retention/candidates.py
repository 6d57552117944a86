"""What a purge would take: by name, or by age. Nothing is changed here.

The age counts from the signature of what is finalised, and not been added to since; or from the
day on which the last note came in, signed or not. Days are those of UTC, as events have them.
Twins have the text of another encounter: it is that one's age that counts, and they go with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, EventRow, NoteRow, SampleRow, SummaryRow
from icd9_review.store.ledger.free_text import WordsFound, find_words
from icd9_review.store.ledger.purged import find_holds, find_purges
from icd9_review.store.ledger.samples import read_services
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.recoding.twin_marks import is_no_twin, same_text, source_of, twins_of
from icd9_review.values import (
    CountedFrom,
    EncounterStatus,
    Event,
    EventKind,
    LegalHold,
    Purgeable,
    User,
    encounter_label,
)

_CHUNK = 100  # encounters whose events are read at once; by judgement: a megabyte or less

_last_note = (
    select(func.max(EventRow.at))
    .where(EventRow.stream == EncounterRow.id, EventRow.kind == EventKind.NOTE_ADDED.value)
    .correlate(EncounterRow)
    .scalar_subquery()
)


def older_than(
    database: Database, day: date, counted_from: CountedFrom, *, actor: User
) -> list[Purgeable]:
    """What was signed, or came in, before a day and has its text still; the oldest number first.

    What is on legal hold is among it, and says so. Raises PermissionDenied.
    """
    check_may(actor, Act.ADMINISTER)
    before = datetime.combine(day, time(), UTC)
    old: dict[CountedFrom, ColumnElement[bool]] = {
        CountedFrom.SIGNATURE: and_(
            SummaryRow.status == EncounterStatus.FINALISED, SummaryRow.signed_at < before
        ),
        CountedFrom.INTAKE: and_(
            EncounterRow.created < before, _last_note < ledger.write_time(before)
        ),
    }
    with database.read() as session:
        here = and_(EncounterRow.purged.is_(None), is_no_twin())
        return _look(session, and_(here, old[counted_from]), counted_from)


def named(database: Database, encounter_ids: Sequence[str], *, actor: User) -> list[Purgeable]:
    """What these encounters have still; what was purged, is on legal hold or a twin says so.

    Raises PermissionDenied.
    """
    check_may(actor, Act.ADMINISTER)
    with database.read() as session:
        return _look(session, EncounterRow.id.in_(encounter_ids))


def text_of(session: Session, encounter_id: str) -> tuple[list[str], list[str]]:
    """The notes of an encounter, and the digests of the words of people that are there."""
    notes = select(NoteRow.id).where(NoteRow.encounter_id == encounter_id)
    told = ledger.read(session, encounter_id)
    there = (each for each in _digests(told) if find_words(session, each) is WordsFound.STAND)
    return list(session.scalars(notes.order_by(NoteRow.position))), list(there)


def services_of_nobody_else(session: Session, encounter_ids: Sequence[str]) -> list[str]:
    """The digests by which samples name services that only these encounters have."""
    mine = EncounterRow.id.in_(encounter_ids)
    theirs = session.scalars(select(EncounterRow.service).where(mine))
    named = {each for each in theirs if each}
    kept = select(EncounterRow.service).where(EncounterRow.service.in_(named), ~mine).distinct()
    if not (gone := named - set(session.scalars(kept))):
        return []
    told = read_services(session, session.scalars(select(SampleRow)).all())
    return [digest for digest, service in told.items() if service in gone]


def find_hold(session: Session, encounter_id: str) -> LegalHold | None:
    """The legal hold that the text of an encounter is on, by itself or as that of a twin."""
    mine = same_text(session, encounter_id)
    holds = find_holds(session, mine)
    return next((holds[each] for each in (encounter_id, *mine) if each in holds), None)


def goes_with(session: Session, encounter_id: str) -> str | None:
    """The label of what a twin is once more, as long as that has its text; None for all else."""
    source = source_of(session, encounter_id)
    if source is None or session.get_one(EncounterRow, source).purged is not None:
        return None
    return label_of(session, source)


def label_of(session: Session, encounter_id: str) -> str:
    """What people call an encounter."""
    return encounter_label(session.get_one(EncounterRow, encounter_id).number)


def _look(
    session: Session, which: ColumnElement[bool], counted_from: CountedFrom | None = None
) -> list[Purgeable]:
    query = (
        select(EncounterRow.id, EncounterRow.number, EncounterRow.created)
        .add_columns(SummaryRow.status, SummaryRow.signed_at, _last_note.label("last_note"))
        .join(SummaryRow, SummaryRow.encounter_id == EncounterRow.id)
        .where(which)
        .order_by(EncounterRow.number)
    )
    rows = session.execute(query).all()
    return [
        each
        for start in range(0, len(rows), _CHUNK)
        for each in _describe(session, rows[start : start + _CHUNK], counted_from)
    ]


def _describe(
    session: Session, rows: Sequence[Any], counted_from: CountedFrom | None
) -> Iterable[Purgeable]:
    purges = find_purges(session, [row.id for row in rows])
    for row in rows:
        twins = twins_of(session, row.id)
        there = [] if row.id in purges else [text_of(session, each) for each in (row.id, *twins)]
        yield Purgeable(
            encounter_id=row.id,
            label=encounter_label(row.number),
            status=row.status,
            counted=_counted(row, counted_from),
            notes=sum(len(notes) for notes, _ in there),
            words=sum(len(words) for _, words in there),
            twins=len(twins),
            hold=find_hold(session, row.id),
            purged=purges.get(row.id),
            goes_with=goes_with(session, row.id),
        )


def _counted(row: Any, counted_from: CountedFrom | None) -> datetime | None:
    if counted_from is None:
        return None
    if counted_from is CountedFrom.SIGNATURE:
        return row.signed_at  # type: ignore[no-any-return]
    return datetime.fromisoformat(row.last_note) if row.last_note else row.created


def _digests(told: Iterable[Event]) -> Iterable[str]:
    given = (event.payload.get("words") for event in told)
    return (digest for digest in given if isinstance(digest, str))
