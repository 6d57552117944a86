"""The ledger's entries about what has left the program."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.values import Event, EventKind, User


def record_export(database: Database, payload: Mapping[str, object], actor: User) -> Event:
    """Store that somebody exported: format, rows, filters and the hash of the bytes."""
    key = f"export/{uuid.uuid4().hex}"
    with database.write() as session:
        return ledger.append(session, ledger.SYSTEM, EventKind.EXPORTED, payload, actor, key)
