"""Attributions: worked out once per key, kept for good."""

from __future__ import annotations

import math
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.errors import NotFound
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import AttributionRow, NoteRow
from icd9_review.store.explaining.attribution_keys import column_values, columns, matches
from icd9_review.store.explaining.explanation_queue import finish_explanation
from icd9_review.store.users import system_actor
from icd9_review.values import (
    Attribution,
    AttributionKey,
    Deletion,
    EventKind,
    WordWeight,
)


def attribution(database: Database, key: AttributionKey) -> Attribution | None:
    """The attribution stored under this key."""
    with database.read() as session:
        row = _find(session, key)
        return None if row is None else _attribution(row, key)


def attributions(
    database: Database, keys: Iterable[AttributionKey]
) -> dict[AttributionKey, Attribution]:
    """Those of these keys that are stored, in one query."""
    wanted = {tuple(columns(key).values()): key for key in keys}
    query = select(AttributionRow).where(
        AttributionRow.note_id.in_({key.note_id for key in wanted.values()}),
        AttributionRow.version.in_({key.model_version for key in wanted.values()}),
        AttributionRow.code.in_({key.code for key in wanted.values()}),
    )
    with database.read() as session:
        rows = session.scalars(query).all() if wanted else ()
        named = ((column_values(row), row) for row in rows)
        return {
            wanted[name]: _attribution(row, wanted[name]) for name, row in named if name in wanted
        }


def save_attribution(database: Database, key: AttributionKey, found: Attribution) -> Attribution:
    """Store an attribution and end its job; where another was quicker, the stored one is returned.

    Raises NotFound for an unknown note, ValueError for one that belongs to another
    code, window, method or baseline, or whose weights are not finite.
    """
    _check(key, found)
    with database.write() as session:
        note = session.get(NoteRow, key.note_id)
        if note is None:
            raise NotFound("No note is stored under this identifier.")
        ledger.head(session, note.encounter_id, lock=True)
        finish_explanation(session, key)
        if (stored := _find(session, key)) is not None:
            return _attribution(stored, key)
        session.add(_row(key, found))
        session.flush()
        payload = _payload(key, found)
        digest = sha256(ledger.encode(payload["key"])).hexdigest()
        stream = note.encounter_id
        actor = system_actor(session)
        ledger.append(session, stream, EventKind.EXPLAINED, payload, actor, f"explained/{digest}")
    return found


def _check(key: AttributionKey, found: Attribution) -> None:
    same = (key.code, key.window, key.method, key.baseline)
    if (found.code, found.window, found.method, found.baseline) != same:
        raise ValueError("this attribution belongs under another key")
    if not all(math.isfinite(word.weight) for word in found.words):
        raise ValueError("an attribution's weights must be finite")
    if math.isnan(found.delta):
        raise ValueError("an attribution's delta must be a number; infinity where it has no bound")


def _find(session: Session, key: AttributionKey) -> AttributionRow | None:
    query = select(AttributionRow).where(*matches(AttributionRow, key))
    return session.scalars(query).one_or_none()


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
    )


def _payload(key: AttributionKey, found: Attribution) -> dict[str, Any]:
    return {
        "key": columns(key),
        "steps": found.steps,
        "delta": found.delta if math.isfinite(found.delta) else None,
        "holds": found.holds,
    }
