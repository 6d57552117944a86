"""What stands beside the ledger, held against the sums that its events have.

Texts of notes, words of people, scores and signatures. What an event PURGED names is gone for
good and nothing is said of it; what is missing otherwise is told, and so is what was purged and
is here.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.notes.intake.fact_texts import facts_of
from icd9_review.review.event_words import FACT_WORDS
from icd9_review.review.fold import DECISIONS
from icd9_review.review.signing import broken_signatures
from icd9_review.store.database.tables import EncounterRow, NoteRow, ScoresRow
from icd9_review.store.ledger.chain import write_time
from icd9_review.store.ledger.free_text import WordsFound, find_words
from icd9_review.store.ledger.purged import (
    purged_notes,
    purged_words,
    standing_hold,
    words_gone_before,
)
from icd9_review.store.scoring.model_versions import scores_hold, spans_sha256
from icd9_review.values import Event, EventKind, Fact, Finding


def check_contents(session: Session, stream: str, told: Sequence[Event]) -> Iterator[Finding]:
    """Whatever of an encounter is not what the events of its whole chain say."""
    yield from _check_signatures(stream, told)
    yield from _check_purges(session, stream, told)
    yield from _check_notes(session, stream, told)
    yield from check_words(session, told, purged_words(told))
    yield from _check_scores(session, stream, told)
    yield from _check_facts(session, stream, told)


def check_words(
    session: Session, told: Iterable[Event], purged: Container[str] = ()
) -> Iterator[Finding]:
    """Words of people that are missing, or are not those that an event has the digest of.

    ``purged`` are the digests of those that an event says are gone.
    """
    for event in told:
        digest = event.payload.get("words")
        if not isinstance(digest, str):  # none, or whether an export had any
            continue
        found = find_words(session, digest)
        gone = digest in purged or (
            found is WordsFound.GONE and digest in words_gone_before(session)
        )
        if problem := _WORDS[gone].get(found):
            yield Finding(event.stream, event.sequence, problem)


_OTHER = "the words are not those that were written"
_MISSING = "the words are missing"
_HERE = "the words were purged and are here"
_WORDS: Mapping[bool, Mapping[WordsFound, str]] = {
    False: {
        WordsFound.MISSING: _MISSING,
        WordsFound.OTHER: _OTHER,
        WordsFound.GONE: "the words are gone and no event purged them",
    },
    True: {WordsFound.MISSING: _MISSING, WordsFound.OTHER: _HERE, WordsFound.STAND: _HERE},
}
"""What is said of words, by whether an event purged them and how they are found."""


def _check_signatures(stream: str, told: Sequence[Event]) -> Iterator[Finding]:
    """Signatures of a whole chain that do not fit the codes the decisions before them left."""
    for event in broken_signatures([event for event in told if event.kind in DECISIONS]):
        yield Finding(stream, event.sequence, "the signature does not fit the codes")


def _check_purges(session: Session, stream: str, told: Sequence[Event]) -> Iterator[Finding]:
    """A mark without its event, an event without its mark, and a purge during a legal hold."""
    purges = [*_of(EventKind.PURGED, told)]
    row = session.get(EncounterRow, stream)
    marked = row.purged if row else None
    at = write_time(purges[-1].at) if purges else None
    if purges and row and (row.account or row.service or row.payer):
        problem = "account number, service or payer were purged and are here"
        yield Finding(stream, purges[-1].sequence, problem)
    if (write_time(marked) if marked else None) != at:
        problem = "the encounter is marked as purged otherwise than its events say"
        yield Finding(stream, purges[-1].sequence if purges else None, problem)
    for event in purges:
        if standing_hold(each for each in told if each.sequence < event.sequence):
            yield Finding(stream, event.sequence, "the text was purged during a legal hold")


def _check_notes(session: Session, stream: str, told: Sequence[Event]) -> Iterator[Finding]:
    added = {str(event.payload["note"]): event for event in _of(EventKind.NOTE_ADDED, told)}
    gone = purged_notes(told)
    columns = (NoteRow.id, NoteRow.text, NoteRow.sha256, NoteRow.supersedes)
    more = (NoteRow.type, NoteRow.author)
    for row in session.execute(select(*columns, *more).where(NoteRow.encounter_id == stream)):
        event = added.pop(row.id, None)
        if event is None:
            yield Finding(stream, None, "a note was added and no event tells of it")
        elif row.id in gone and (row.text != "" or row.author is not None):
            what = "text" if row.text != "" else "author"
            yield Finding(stream, event.sequence, f"the {what} of the note was purged and is here")
        elif row.id not in gone and _sum(row.text) != event.payload["sha256"]:
            yield Finding(stream, event.sequence, "the text of the note is not the one stored")
        elif (row.sha256, row.supersedes, row.type) != _named(event):
            yield Finding(stream, event.sequence, "the note is not the one stored")
    for event in added.values():
        yield Finding(stream, event.sequence, "the note is missing")


def _named(event: Event) -> tuple[object, ...]:
    said = event.payload
    return said["sha256"], said["supersedes"], said.get("type")


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


def _check_facts(session: Session, stream: str, told: Sequence[Event]) -> Iterator[Finding]:
    """Facts that were set and are others now; of those it came in with no event tells."""
    row = session.get(EncounterRow, stream)
    if row is None:  # told by the register
        return
    standing = facts_of(row)
    for event in {event.payload["fact"]: event for event in _of(EventKind.FACT_SET, told)}.values():
        fact = Fact(str(event.payload["fact"]))
        if standing.get(fact) != event.payload["value"]:
            problem = f"the {FACT_WORDS[fact]} is another than was set"
            yield Finding(stream, event.sequence, problem)


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
