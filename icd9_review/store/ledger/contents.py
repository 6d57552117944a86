"""What stands beside the ledger, held against the sums that its events have.

Texts of notes, words of people, scores and signatures. Words that were purged are gone for
good and nothing is said of them; words that are missing otherwise are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.review.fold import DECISIONS
from icd9_review.review.signing import broken_signatures
from icd9_review.store.database.tables import NoteRow, ScoresRow
from icd9_review.store.ledger.free_text import words_stand
from icd9_review.store.scoring.model_versions import scores_hold, spans_sha256
from icd9_review.values import Event, EventKind, Finding


def check_contents(session: Session, stream: str, told: Sequence[Event]) -> Iterator[Finding]:
    """Whatever of an encounter is not what the events of its whole chain say."""
    yield from _check_signatures(stream, told)
    yield from _check_notes(session, stream, told)
    yield from check_words(session, told)
    yield from _check_scores(session, stream, told)


def check_words(session: Session, told: Iterable[Event]) -> Iterator[Finding]:
    """Words of people that are missing, or are not those that an event has the digest of."""
    for event in told:
        digest = event.payload.get("words")
        if not isinstance(digest, str):  # none, or whether an export had any
            continue
        stand = words_stand(session, digest)
        if stand is None:
            yield Finding(event.stream, event.sequence, "the words are missing")
        elif not stand:
            problem = "the words are not those that were written"
            yield Finding(event.stream, event.sequence, problem)


def _check_signatures(stream: str, told: Sequence[Event]) -> Iterator[Finding]:
    """Signatures of a whole chain that do not fit the codes the decisions before them left."""
    for event in broken_signatures([event for event in told if event.kind in DECISIONS]):
        yield Finding(stream, event.sequence, "the signature does not fit the codes")


def _check_notes(session: Session, stream: str, told: Sequence[Event]) -> Iterator[Finding]:
    added = {str(event.payload["note"]): event for event in _of(EventKind.NOTE_ADDED, told)}
    columns = (NoteRow.id, NoteRow.text, NoteRow.sha256, NoteRow.supersedes)
    for row in session.execute(select(*columns).where(NoteRow.encounter_id == stream)):
        event = added.pop(row.id, None)
        if event is None:
            yield Finding(stream, None, "a note was added and no event tells of it")
        elif _sum(row.text) != event.payload["sha256"]:
            yield Finding(stream, event.sequence, "the text of the note is not the one stored")
        elif (row.sha256, row.supersedes) != _named(event):
            yield Finding(stream, event.sequence, "the note is not the one stored")
    for event in added.values():
        yield Finding(stream, event.sequence, "the note is missing")


def _named(event: Event) -> tuple[object, object]:
    return event.payload["sha256"], event.payload["supersedes"]


def _sum(text: object) -> str | None:
    """SHA-256 of a text; SQLite may hold something else in its place."""
    return sha256(text.encode()).hexdigest() if isinstance(text, str) else None


def _check_scores(session: Session, stream: str, told: Sequence[Event]) -> Iterator[Finding]:
    """Scores that are not those whose sum an event has."""
    known = set()
    for event in _of(EventKind.SCORED, told):
        key = (event.payload["note"], event.payload["model_version"])
        known.add(key)
        row = session.get(ScoresRow, key)
        if row is None:
            yield Finding(stream, event.sequence, "the scores are missing")
        elif not _stand(row, event):
            problem = "the scores are not those that were stored"
            yield Finding(stream, event.sequence, problem)
        if row is not None:
            session.expunge(row)  # of a large database more than fit into memory
    mine = select(ScoresRow.note_id, ScoresRow.version).join(NoteRow)
    for row_key in session.execute(mine.where(NoteRow.encounter_id == stream)):
        if tuple(row_key) not in known:
            yield Finding(stream, None, "scores were added and no event tells of it")


def _stand(row: ScoresRow, event: Event) -> bool:
    said = event.payload
    extent = (said["windows"], said["read"], said["length"])
    if (len(row.spans), row.read, row.length) != extent:
        return False
    if said.get("spans_sha256", spans := spans_sha256(row)) != spans:  # before, no sum
        return False
    count = said.get("kept", said["labels"])  # of 0.1.0, every label
    demoted = said.get("demoted", [])  # before there was a judge, none
    return scores_hold(row, said["sha256"], count, demoted)


def _of(kind: EventKind, told: Iterable[Event]) -> Iterator[Event]:
    return (event for event in told if event.kind is kind)
