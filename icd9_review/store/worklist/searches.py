"""What the ledger hears of a search: that an encounter was found by one and opened."""

from __future__ import annotations

import uuid

from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.views import record_view
from icd9_review.values import Event, EventKind, User, WorklistQuery


def record_search(
    database: Database, encounter_id: str, query: WorklistQuery, actor: User
) -> Event | None:
    """Store that a person opened an encounter from a search; None where they searched for nothing.

    How many words were searched for and not which: they may name a patient.
    """
    if not (words := query.search.split()):
        return None
    kind, key = EventKind.SEARCHED, f"search-{uuid.uuid4().hex}"
    return record_view(database, encounter_id, kind, actor, key, {"terms": len(words)})
