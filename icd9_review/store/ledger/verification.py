"""Verification of the ledger: every chain walked, every hash worked out again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from icd9_review.review.fold import DECISIONS
from icd9_review.review.signing import broken_signatures
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, EventRow, HeadRow, ScoresRow
from icd9_review.store.ledger import SYSTEM, ZERO, digest
from icd9_review.store.scoring.model_versions import scores_hold
from icd9_review.values import EventKind, Finding

_COLUMNS = tuple(EventRow.__table__.columns)
_HASHED = ("stream", "sequence", "kind", "schema", "payload", "actor", "at", "key")


def verify(database: Database) -> list[Finding]:
    """Every place where a stream or its head does not verify; empty when all is well.

    Finds any changed byte of an event, events that are missing, added or out of
    order, encounters without a stream, signatures over other codes than the decisions
    before them left, and scores other than those that were stored. Who can write events
    and heads alike can shorten a stream unseen: keep the heads elsewhere to find that too.
    """
    with database.read() as session:
        try:
            streams = _streams(session)
        except DBAPIError:
            return [Finding("", None, "the list of streams cannot be read")]
        return [finding for stream in streams for finding in _verify_stream(session, stream)]


def _streams(session: Session) -> list[str]:
    named = union(select(HeadRow.stream), select(EventRow.stream), select(EncounterRow.id))
    return sorted({SYSTEM, *session.scalars(named)}, key=repr)  # a changed one may be no text


def _verify_stream(session: Session, stream: str) -> list[Finding]:
    try:
        head = session.execute(
            select(HeadRow.sequence, HeadRow.hash).where(HeadRow.stream == stream)
        ).one_or_none()
        rows = session.execute(
            select(*_COLUMNS).where(EventRow.stream == stream).order_by(EventRow.sequence)
        ).mappings()
        found = list(_walk(stream, None if head is None else (head.sequence, head.hash), rows))
        return found or [*_check_signatures(session, stream), *_check_scores(session, stream)]
    except (DBAPIError, TypeError, ValueError):  # another type, or text that is no JSON
        return [Finding(stream, None, "the stream cannot be read")]


def _walk(stream: str, head: tuple[int, str] | None, rows: Any) -> Iterator[Finding]:
    sequence, previous = 0, ZERO
    for row in rows:
        if row["sequence"] != sequence + 1:
            yield Finding(stream, sequence + 1, "an event is missing")
        sequence = row["sequence"]
        if row["previous"] != previous:
            yield Finding(stream, sequence, "the event does not follow the one before")
        if not _holds(row):
            yield Finding(stream, sequence, "the event was changed")
        previous = row["hash"]
    if head is None:
        yield Finding(stream, None, "the stream has no head")
    elif head != (sequence, previous):
        yield Finding(stream, None, "the head is not the last event")


def _check_signatures(session: Session, stream: str) -> Iterator[Finding]:
    """Signatures of a whole chain that do not fit the codes the decisions before them left."""
    for event in broken_signatures(ledger.read(session, stream, tuple(DECISIONS))):
        yield Finding(stream, event.sequence, "the signature does not fit the codes")


def _check_scores(session: Session, stream: str) -> Iterator[Finding]:
    """Scores that are not those whose sum an event has."""
    for event in ledger.read(session, stream, (EventKind.SCORED,)):
        said = event.payload
        row = session.get(ScoresRow, (said["note"], said["model_version"]))
        count = said.get("kept", said["labels"])  # of 0.1.0, every label
        demoted = said.get("demoted", [])  # before there was a judge, none
        if row is None or not scores_hold(row, said["sha256"], count, demoted):
            yield Finding(stream, event.sequence, "the scores are not those that were stored")
        if row is not None:
            session.expunge(row)  # of a large database more than fit into memory


def _holds(row: Mapping[str, Any]) -> bool:
    """Whether the stored hash is that of the stored fields, each of its own type."""
    fields = [row[name] for name in _HASHED]
    types = [str, int, str, int, bytes, int, str, str]
    if [type(field) for field in fields] != types:
        return False
    return bool(digest(row["previous"], fields) == row["hash"])
