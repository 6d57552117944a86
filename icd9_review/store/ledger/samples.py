"""Samples for second review, held against the events that say how they were drawn."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.store.database.tables import DrawRow, SampleRow
from icd9_review.values import EventKind, Finding


def sample_sha256(row: SampleRow, draws: Sequence[DrawRow]) -> str:
    """SHA-256 of number, seed, query, strata and what was drawn, in order, as JSON."""
    given = {
        "number": row.number,
        "seed": row.seed,
        "query": row.query,
        "strata": row.strata,
        "drawn": [[each.encounter_id, each.stratum] for each in draws],
    }
    text = json.dumps(given, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def draws_of(session: Session, sample_id: str) -> Sequence[DrawRow]:
    """What was drawn, in order."""
    mine = select(DrawRow).where(DrawRow.sample_id == sample_id)
    return session.scalars(mine.order_by(DrawRow.position)).all()


def check_samples(session: Session) -> Iterator[Finding]:
    """Samples that are missing, others than were drawn, or of which no event tells."""
    left = {row.id: row for row in session.scalars(select(SampleRow))}
    for event in ledger.walk(session, ledger.SYSTEM, (EventKind.SAMPLE_DRAWN,)):
        row = left.pop(str(event.payload["sample"]), None)
        number = event.payload["number"]
        if row is None:
            problem = f"sample {number} is missing"
            yield Finding(ledger.SYSTEM, event.sequence, problem)
        elif (row.actor, _sum(session, row)) != (event.actor, event.payload["sha256"]):
            problem = f"sample {number} is not the one that was drawn"
            yield Finding(ledger.SYSTEM, event.sequence, problem)
    for row in left.values():
        yield Finding(ledger.SYSTEM, None, f"no event tells of sample {row.number}")


def _sum(session: Session, row: SampleRow) -> str:
    return sample_sha256(row, draws_of(session, row.id))
