"""Which summaries are archived: those of charts that were signed before a day the ledger names."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time

from sqlalchemy import ColumnElement, and_, false, select
from sqlalchemy.orm import Session

from icd9_review.store.database.tables import EventRow, SummaryRow
from icd9_review.values import EncounterStatus, EventKind


def archive_begins(session: Session) -> datetime | None:
    """The moment before which signed charts are archived; None where none are."""
    # By the kind alone, which the system stream has alone: an index has it, and not the stream.
    last = (
        select(EventRow.payload)
        .where(EventRow.kind == EventKind.ENCOUNTERS_ARCHIVED.value)
        .order_by(EventRow.at.desc(), EventRow.sequence.desc())
        .limit(1)
    )
    told = session.scalar(last)
    day = json.loads(told)["before"] if told else None
    return None if day is None else datetime.combine(date.fromisoformat(str(day)), time(), UTC)


def is_old(begins: datetime | None) -> ColumnElement[bool]:
    """The condition that a chart belongs into an archive that begins there."""
    if begins is None:
        return false()
    return and_(SummaryRow.status == EncounterStatus.FINALISED, SummaryRow.signed_at < begins)
