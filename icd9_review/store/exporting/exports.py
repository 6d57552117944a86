"""What exports of every kind share: encounters in pieces, and the ledger's word of each."""

from __future__ import annotations

import uuid
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, EventRow, SummaryRow
from icd9_review.store.ledger.purged import find_purges
from icd9_review.store.people.access import check_may_on, seen
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.recoding.twin_marks import is_no_twin
from icd9_review.values import EncounterStatus, Event, EventKind, ExportFilter, Purge, User

CHUNK = 100
"""Encounters read at once: few enough to be small in memory, enough to need few queries."""


@dataclass(frozen=True, slots=True)
class ExportEntry:
    """An encounter, where it stands on the worklist, and how its text was purged, if it was."""

    encounter: EncounterRow
    status: EncounterStatus
    purged: Purge | None = None


def chunks(
    session: Session,
    wanted: ExportFilter,
    actor: User,
    *,
    twins: bool,
    told: Sequence[EventKind] = (),
    only: str | None = None,
) -> Iterator[list[ExportEntry]]:
    """Encounters that a person sees, with their status, so many at a time, by their numbers.

    Those without any event within the filter's bounds are passed over: they have no row. So are
    those whose coder they may not know yet (``store.auditing.blindness``), and without ``twins``
    encounters that are others once more. ``told`` takes those alone of which such events tell,
    ``only`` the one of this identifier. Raises PermissionDenied for a role that does not export.
    """
    check_may(actor, Act.EXPORT)
    conditions = [*seen(session, actor), *encounter_conditions(wanted)]
    conditions += [] if twins else [is_no_twin()]
    conditions += [] if only is None else [EncounterRow.id == only]
    for ids in _found(session, wanted, conditions, told):
        found = session.execute(
            select(EncounterRow, SummaryRow.status)
            .outerjoin(SummaryRow, SummaryRow.encounter_id == EncounterRow.id)
            .where(EncounterRow.number.in_(ids))
            .order_by(EncounterRow.number)
        ).all()
        gone = find_purges(session, [row.id for row, _ in found])
        # One without a summary is only just coming in.
        yield [
            ExportEntry(row, status or EncounterStatus.SCORING, gone.get(row.id))
            for row, status in found
        ]
        session.expunge_all()


def _found(
    session: Session,
    wanted: ExportFilter,
    conditions: Sequence[ColumnElement[bool]],
    told: Sequence[EventKind],
) -> Iterator[Sequence[int]]:
    """The numbers of encounters, so many at a time.

    Where a filter may take few of a million they are looked for once, by the indexes of what it
    goes by; their numbers take eight bytes each.
    """
    query = (
        select(EncounterRow.number)
        .outerjoin(SummaryRow, SummaryRow.encounter_id == EncounterRow.id)
        .where(*conditions)
        .order_by(EncounterRow.number)
    )
    tells = [EventRow.kind.in_([kind.value for kind in told])] if told else []
    events = [_is_told(each) for each in (_bounds(wanted), tells) if each]
    if events or wanted.statuses:
        some = query.where(*events).execution_options(yield_per=10 * CHUNK)
        numbers = array("q", session.scalars(some))
        yield from (numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK))
        return
    number = 0
    while chunk := session.scalars(query.where(EncounterRow.number > number).limit(CHUNK)).all():
        yield chunk
        number = chunk[-1]


def _is_told(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """The condition that an encounter has an event that fulfils all of these."""
    return EncounterRow.id.in_(select(EventRow.stream).where(*conditions))


def encounter_conditions(wanted: ExportFilter) -> list[ColumnElement[bool]]:
    """What a filter asks of an encounter, which is joined with its summary."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.settings:
        conditions.append(EncounterRow.setting.in_(wanted.settings))
    if wanted.statuses:
        stands = SummaryRow.status.in_(wanted.statuses)
        coming_in = EncounterStatus.SCORING in wanted.statuses
        conditions.append(or_(stands, SummaryRow.status.is_(None)) if coming_in else stands)
    return conditions


def _bounds(wanted: ExportFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.people:
        conditions.append(EventRow.actor.in_(wanted.people))
    if wanted.since is not None:
        conditions.append(EventRow.at >= ledger.write_time(wanted.since))
    if wanted.before is not None:
        conditions.append(EventRow.at < ledger.write_time(wanted.before))
    return conditions


def record_summary(
    database: Database, encounter_id: str, payload: Mapping[str, object], actor: User, key: str
) -> Event:
    """Store that somebody had the coding summary of an encounter; ``key`` names this one.

    It stands in the encounter's own stream, where its story is read. Raises PermissionDenied for a
    role that does not export, Restricted, NotFound.
    """
    ledger.check_token("idempotency key", key)
    with database.write() as session:
        check_may_on(session, actor, Act.EXPORT, [encounter_id])
        return ledger.append(session, encounter_id, EventKind.EXPORTED, payload, actor, key)


def record_export(database: Database, payload: Mapping[str, object], actor: User) -> Event:
    """Store that somebody exported: what, in which format, rows, filter, hash of the bytes.

    Raises PermissionDenied.
    """
    check_may(actor, Act.EXPORT)
    key = f"export/{uuid.uuid4().hex}"
    with database.write() as session:
        return ledger.append(session, ledger.SYSTEM, EventKind.EXPORTED, payload, actor, key)


def record_rows_shown(
    database: Database, payload: Mapping[str, object], actor: User, key: str
) -> None:
    """Store that rows were shown to somebody: which, of which encounters; once for each key.

    Raises PermissionDenied.
    """
    check_may(actor, Act.EXPORT)
    with database.read() as session:  # a page asks at each of its runs
        if ledger.find(session, key) is not None:
            return
    with database.write() as session:
        ledger.append(session, ledger.SYSTEM, EventKind.ROWS_SHOWN, payload, actor, key)
