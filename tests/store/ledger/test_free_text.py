"""Words of people: found by their digest, gone once they are purged."""

from __future__ import annotations

from hashlib import sha256

from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import FreeTextRow
from icd9_review.store.ledger.free_text import (
    WordsFound,
    find_text,
    find_words,
    forget_texts,
    write_text,
)

WORDS = "Waits for the pathology report. Ωé🩺"


def _write(database: Database, *texts: str) -> list[str]:
    with database.write() as session:
        return [write_text(session, text) for text in texts]


def _read(database: Database, *digests: str) -> list[str | None]:
    with database.read() as session:
        return [find_text(session, each) for each in digests]


def test_words_are_read_by_their_digest(database: Database) -> None:
    (digest,) = _write(database, WORDS)
    assert _read(database, digest, "0" * 64) == [WORDS, None]


def test_the_same_words_have_another_digest_each_time(database: Database) -> None:
    """Or who can read the ledger could tell that two people wrote the same, or guess what."""
    one, other = _write(database, WORDS, WORDS)
    assert one != other
    assert sha256(WORDS.encode()).hexdigest() not in (one, other)
    with database.read() as session:
        for row in session.query(FreeTextRow):
            assert row.digest == sha256(row.salt + WORDS.encode()).hexdigest()
            assert len(row.salt) == 16


def test_purged_words_are_gone_and_cannot_be_guessed(database: Database) -> None:
    one, other = _write(database, WORDS, "stays")
    with database.write() as session:
        forget_texts(session, [one, "0" * 64])
        found = [find_words(session, each) for each in (one, other, "0" * 64)]
    assert found == [WordsFound.GONE, WordsFound.STAND, WordsFound.MISSING]
    assert _read(database, one, other) == [None, "stays"]
    with database.read() as session:
        kept = {row.digest: (row.text, row.salt) for row in session.query(FreeTextRow)}
    assert kept[one] == (None, b"")
    assert len(kept) == 2
