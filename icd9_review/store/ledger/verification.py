"""Verification of the ledger: every chain walked, every hash worked out again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, EventRow, HeadRow
from icd9_review.store.ledger import SYSTEM, ZERO, digest
from icd9_review.store.ledger.audits import check_audits
from icd9_review.store.ledger.contents import check_contents, check_words
from icd9_review.store.ledger.people import check_people
from icd9_review.store.ledger.recoding import check_gold, check_twins
from icd9_review.store.ledger.register import check_register, check_registered
from icd9_review.store.ledger.samples import check_samples
from icd9_review.store.ledger.shadow import check_shadow
from icd9_review.store.ledger.teams import check_memberships, check_team
from icd9_review.values import EventKind, Finding

_KINDS = tuple(EventKind)  # of a newer program others may stand there, which say nothing here
# Another type, text that is no JSON, a payload without what its kind has.
_UNREADABLE = (DBAPIError, TypeError, ValueError, LookupError, AttributeError)
_COLUMNS = tuple(EventRow.__table__.columns)
_HASHED = ("stream", "sequence", "kind", "schema", "payload", "actor", "at", "key")


def verify(database: Database) -> list[Finding]:
    """Every place where a stream or its head does not verify; empty when all is well.

    Finds any changed byte of an event, events that are missing, added or out of order,
    encounters that are gone or have no stream, people who may do or see what no event says, and
    notes, words, scores, signatures and audits that are not those of the events. Who can write
    events and heads alike can rewrite or shorten a stream unseen: keep the heads elsewhere
    to find that too.
    """
    with database.read() as session:
        try:
            streams = _streams(session)
        except DBAPIError:
            return [Finding("", None, "the list of streams cannot be read")]
        return [each for stream in streams for each in _verify_stream(session, stream, streams)]


def _streams(session: Session) -> list[str]:
    named = union(select(HeadRow.stream), select(EventRow.stream), select(EncounterRow.id))
    return sorted({SYSTEM, *session.scalars(named)}, key=repr)  # a changed one may be no text


def _verify_stream(session: Session, stream: str, streams: Sequence[str]) -> list[Finding]:
    try:
        head = session.execute(
            select(HeadRow.sequence, HeadRow.hash).where(HeadRow.stream == stream)
        ).one_or_none()
        rows = session.execute(
            select(*_COLUMNS).where(EventRow.stream == stream).order_by(EventRow.sequence)
        ).mappings()
        found = list(_walk(stream, None if head is None else (head.sequence, head.hash), rows))
        if found:
            return found
        checked = _check_system(session, streams) if stream == SYSTEM else _check(session, stream)
        return list(checked)
    except _UNREADABLE:
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


def _check_system(session: Session, streams: Sequence[str]) -> Iterator[Finding]:
    """What the whole chain of the system stream says of encounters and people."""
    yield from check_register(session, streams)
    yield from check_people(session)
    yield from check_memberships(session)
    yield from check_samples(session)
    yield from check_gold(session)
    yield from check_twins(session)
    yield from check_shadow(session)
    yield from check_words(session, ledger.walk(session, SYSTEM, _KINDS))


def _check(session: Session, stream: str) -> Iterator[Finding]:
    """What the whole chain of an encounter says of it."""
    told = ledger.read(session, stream, _KINDS)
    yield from check_registered(session, stream, told)
    yield from check_contents(session, stream, told)
    yield from check_team(session, stream, told)
    yield from check_audits(session, stream, told)


def _holds(row: Mapping[str, Any]) -> bool:
    """Whether the stored hash is that of the stored fields, each of its own type."""
    fields = [row[name] for name in _HASHED]
    types = [str, int, str, int, bytes, int, str, str]
    if [type(field) for field in fields] != types:
        return False
    return bool(digest(row["previous"], fields) == row["hash"])
