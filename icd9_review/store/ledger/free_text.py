"""What people wrote in their own words, and services that samples name, apart from the ledger so
that they can be purged.

An event refers to words by their digest: the SHA-256 of a random salt and the text in
UTF-8. Once text and salt are purged, the digest says nothing about them.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import FreeTextRow
from icd9_review.store.people.access import check_sees

_SALT = 16  # bytes: 128 bits, the least that NIST SP 800-132 takes
_PURGED = b""


def write_text(session: Session, text: str) -> str:
    """Store words and give the digest that an event refers to them by."""
    salt = secrets.token_bytes(_SALT)
    digest = _digest(salt, text)
    session.add(FreeTextRow(digest=digest, salt=salt, text=text))
    session.flush()
    return digest


def find_text(session: Session, digest: str) -> str | None:
    """The words behind a digest; None where they were purged or never stored."""
    return session.scalar(select(FreeTextRow.text).where(FreeTextRow.digest == digest))


def find_texts(session: Session, digests: Sequence[str]) -> dict[str, str | None]:
    """The words behind several digests, by digest; None where they were purged."""
    query = select(FreeTextRow).where(FreeTextRow.digest.in_(digests))
    return {row.digest: row.text for row in session.scalars(query)}


class WordsFound(StrEnum):
    """How the words behind a digest are found: as they were written, others, gone by a purge, which
    takes text and salt and leaves the row, or without any trace."""

    STAND = "stand"
    OTHER = "other"
    GONE = "gone"
    MISSING = "missing"


def find_words(session: Session, digest: str) -> WordsFound:
    """How the words behind a digest are found."""
    query = select(FreeTextRow.salt, FreeTextRow.text).where(FreeTextRow.digest == digest)
    row = session.execute(query).one_or_none()
    if row is None:
        return WordsFound.MISSING
    if row.text is None:
        return WordsFound.GONE if row.salt == _PURGED else WordsFound.OTHER
    return WordsFound.STAND if _digest(row.salt, row.text) == digest else WordsFound.OTHER


def read_text(database: Database, encounter_id: str, digest: str) -> str | None:
    """As ``find_text``, of words about an encounter. Raises Restricted for that of another team."""
    with database.read() as session:
        check_sees(session, [encounter_id])
        return find_text(session, digest)


def forget_texts(session: Session, digests: Sequence[str]) -> None:
    """Forget words and their salts for good, as an event PURGED says in the same transaction.

    The rows stay, so that words that were purged are told from words that are missing.
    """
    session.execute(
        update(FreeTextRow).where(FreeTextRow.digest.in_(digests)).values(text=None, salt=_PURGED)
    )


def _digest(salt: bytes, text: str) -> str:
    return sha256(salt + text.encode()).hexdigest()
