"""What a model in the shadow proposed, held against the events that have its sum.

The events stand in the system stream: an encounter's own would tell whoever codes it that another
model has read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.store.database.tables import ShadowReadingRow
from icd9_review.values import EventKind, Finding


def shadow_sha256(row: ShadowReadingRow) -> str:
    """SHA-256 of note, version, what was proposed and the error, as JSON."""
    given = [row.note_id, row.version, row.proposed, row.error]
    return sha256(json.dumps(given, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def check_shadow(session: Session) -> Iterator[Finding]:
    """Readings that are missing, that say something else, or of which no event tells.

    Those from before the first of these events have none: a former program wrote none.
    """
    left = {(row.note_id, row.version): row for row in session.scalars(select(ShadowReadingRow))}
    first = None
    for event in ledger.walk(session, ledger.SYSTEM, (EventKind.SHADOW_READ,)):
        first = first or event.at
        said = event.payload
        row = left.pop((str(said["note"]), str(said["model_version"])), None)
        if row is None:
            yield Finding(ledger.SYSTEM, event.sequence, "a reading in the shadow is missing")
        elif shadow_sha256(row) != said["sha256"]:
            problem = "a reading in the shadow is not the one that was stored"
            yield Finding(ledger.SYSTEM, event.sequence, problem)
    for row in left.values():
        if first is not None and row.at >= first:
            yield Finding(ledger.SYSTEM, None, "no event tells of a reading in the shadow")
