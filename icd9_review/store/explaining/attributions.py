"""Attributions: worked out once per key, kept for good.

What is stored under an older key that `attribution_keys` accepts is found, too, and says
itself by which settings it was worked out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.errors import NotFound
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import AttributionRow, NoteRow
from icd9_review.store.explaining.attribution_keys import accepted, column_values, columns
from icd9_review.store.explaining.explanation_queue import finish_explanation
from icd9_review.store.ledger.purged import is_purged
from icd9_review.store.people.access import check_sees_notes
from icd9_review.store.users import system_actor
from icd9_review.values import (
    Attribution,
    AttributionKey,
    Deletion,
    EventKind,
    WordWeight,
)


def attribution(database: Database, key: AttributionKey) -> Attribution | None:
    """The attribution stored under this key, or under an older one that is accepted for it."""
    return attributions(database, [key]).get(key)


def attributions(
    database: Database, keys: Iterable[AttributionKey]
) -> dict[AttributionKey, Attribution]:
    """Those of these keys that are stored, in one query."""
    if not (wanted := tuple(keys)):
        return {}
    with database.read() as session:
        check_sees_notes(session, {key.note_id for key in wanted})
        return find_attributions(session, wanted)


def save_attribution(database: Database, key: AttributionKey, found: Attribution) -> Attribution:
    """Store an attribution and end its job; where another was quicker, the stored one is returned.

    Of a text that was purged meanwhile nothing is stored. Raises NotFound for an unknown note,
    ValueError for one that belongs to another code, window, method, baseline or settings, or
    whose weights are not finite.
    """
    _check(key, found)
    with database.write() as session:
        note = session.get(NoteRow, key.note_id)
        if note is None:
            raise NotFound("No note is stored under this identifier.")
        ledger.head(session, note.encounter_id, lock=True)
        finish_explanation(session, key)
        if (stored := find_attributions(session, [key]).get(key)) is not None:
            return stored
        if is_purged(session, note.encounter_id):
            return found
        session.add(_row(key, found))
        session.flush()
        payload = _payload(key, found)
        digest = sha256(ledger.encode(payload["key"])).hexdigest()
        stream = note.encounter_id
        actor = system_actor(session)
        ledger.append(session, stream, EventKind.EXPLAINED, payload, actor, f"explained/{digest}")
    return found


def _check(key: AttributionKey, found: Attribution) -> None:
    same = (key.code, key.window, key.method, key.baseline, key.settings)
    if (found.code, found.window, found.method, found.baseline, found.settings) != same:
        raise ValueError("this attribution belongs under another key")
    if not all(math.isfinite(word.weight) for word in found.words):
        raise ValueError("an attribution's weights must be finite")
    if math.isnan(found.delta):
        raise ValueError("an attribution's delta must be a number; infinity where it has no bound")


def find_attributions(
    session: Session, keys: Sequence[AttributionKey]
) -> dict[AttributionKey, Attribution]:
    """Those of these keys that are stored: what is stored under the newest accepted key.

    Who may see them is for the caller to ask.
    """
    query = select(AttributionRow).where(
        AttributionRow.note_id.in_({key.note_id for key in keys}),
        AttributionRow.version.in_({key.model_version for key in keys}),
        AttributionRow.code.in_({key.code for key in keys}),
    )
    rows = session.scalars(query).all() if keys else ()
    stored = {column_values(row): row for row in rows}
    named = {key: [tuple(columns(each).values()) for each in accepted(key)] for key in keys}
    newest = {
        key: next((stored[name] for name in names if name in stored), None)
        for key, names in named.items()
    }
    return {key: _attribution(row, key) for key, row in newest.items() if row is not None}


def _row(key: AttributionKey, found: Attribution) -> AttributionRow:
    return AttributionRow(
        **columns(key),
        words=[[word.start, word.end, word.weight] for word in found.words],
        steps=found.steps,
        delta=found.delta,
        holds=found.holds,
        **_deletion_columns(found.deletion),
        at=ledger.now(),
    )


def _deletion_columns(found: Deletion | None) -> dict[str, Any]:
    return {
        "deleted_words": found and found.words,
        "before_deletion": found and found.before,
        "without_evidence": found and found.without,
        "without_random": found and found.random,
    }


def _deletion(row: AttributionRow) -> Deletion | None:
    """None for what nothing supports, and for what was stored before there was a check."""
    words, before, without = row.deleted_words, row.before_deletion, row.without_evidence
    if words is None or before is None or without is None:
        return None
    return Deletion(words, before, without, row.without_random)


def _attribution(row: AttributionRow, key: AttributionKey) -> Attribution:
    return Attribution(
        code=row.code,
        window=key.window,
        words=tuple(WordWeight(start, end, weight) for start, end, weight in row.words),
        method=row.method,
        baseline=row.baseline,
        steps=row.steps,
        delta=row.delta,
        holds=row.holds,
        deletion=_deletion(row),
        settings=row.settings,
    )


def _payload(key: AttributionKey, found: Attribution) -> dict[str, Any]:
    return {
        "key": columns(key),
        "steps": found.steps,
        "delta": found.delta if math.isfinite(found.delta) else None,
        "holds": found.holds,
    }
