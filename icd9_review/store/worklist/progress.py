"""What a coder has got done today, for that coder's own eyes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from statistics import median

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from icd9_review.review.fold import stack
from icd9_review.review.time_spent import time_spent
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EventRow, SummaryRow
from icd9_review.values import EncounterStatus, Event, EventKind, Progress, User

_VERDICTS = (
    EventKind.ACCEPTED,
    EventKind.REJECTED,
    EventKind.REPLACED,
    EventKind.ADDED,
    EventKind.UNDONE,
)


def progress(database: Database, user: User, *, day: date | None = None) -> Progress:
    """What one person got done on one day, today unless given.

    A day is one in the time zone of the server. Counted are the encounters this person
    finalised that day and that still are, and the codes that day's decisions of theirs
    stand on. The median is of the time spent on each of those encounters, on other days
    too, as ``review.time_spent`` defines it.
    """
    with database.read() as session:
        events = _of_the_day(session, user, day or datetime.now().astimezone().date())
        finalised = _finalised(session, events)
        seconds = [time_spent(each).total_seconds() for each in _own(session, finalised, user)]
    return Progress(
        finalised=len(finalised),
        decided=_decided(events),
        median=timedelta(seconds=median(seconds)) if seconds else None,
    )


def _of_the_day(session: Session, user: User, day: date) -> list[Event]:
    kinds = [kind.value for kind in (*_VERDICTS, EventKind.FINALISED)]
    return _read(
        session,
        EventRow.actor == user.id,
        EventRow.at >= _beginning(day),
        EventRow.at < _beginning(day + timedelta(days=1)),
        (EventRow.kind + "").in_(kinds),  # as no index has it: a person's day is the fewest
    )


def _beginning(day: date) -> str:
    """When a day begins in the time zone of the server, as the ledger writes times."""
    return ledger.write_time(datetime.combine(day, time.min).astimezone())


def _finalised(session: Session, events: Sequence[Event]) -> list[str]:
    """The encounters that these events finalised and that were not reopened since."""
    signed = {event.stream for event in events if event.kind is EventKind.FINALISED}
    query = select(SummaryRow.encounter_id, SummaryRow.status).where(
        SummaryRow.encounter_id.in_(signed)
    )  # of few, as databases would find by status what most are
    now = session.execute(query)
    return [row.encounter_id for row in now if row.status is EncounterStatus.FINALISED]


def _own(session: Session, encounter_ids: Sequence[str], user: User) -> list[list[Event]]:
    """What one person has done on each of these encounters."""
    events = _read(session, EventRow.stream.in_(encounter_ids), EventRow.actor == user.id)
    return list(_by_stream(events).values())


def _decided(events: Sequence[Event]) -> int:
    """How many codes have a decision of these events standing on them."""
    stacks = (stack(each) for each in _by_stream(events).values())
    return sum(bool(standing) for each in stacks for standing in each.values())


def _by_stream(events: Sequence[Event]) -> dict[str, list[Event]]:
    streams: dict[str, list[Event]] = {}
    for event in events:
        streams.setdefault(event.stream, []).append(event)
    return streams


def _read(session: Session, *conditions: ColumnElement[bool]) -> list[Event]:
    query = select(*EventRow.__table__.columns).where(*conditions)
    rows = session.execute(query.order_by(EventRow.stream, EventRow.sequence)).mappings()
    return [ledger.decode(row) for row in rows]
