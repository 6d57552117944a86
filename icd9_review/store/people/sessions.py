"""Sessions: which person a browser acts for.

The browser keeps an opaque identifier and nothing else; the database keeps only its hash, so
that a copy of the database lets nobody in. Who may begin a session is for the caller to say.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update

from icd9_review.errors import StoreError
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import SessionRow, UserRow
from icd9_review.values import Role, User

LIFETIME = timedelta(hours=12)
"""How long a session lasts at most: the longest NIST SP 800-63B (4.2.3) lets one at AAL2 last."""

_TOKEN_BYTES = 32  # 256 bits: nobody guesses one, whatever the number of sessions
_SEEN_AT_MOST_EVERY = timedelta(minutes=1)  # a write for every click would hold up decisions


def begin_session(
    database: Database, person: User, *, former: str = "", now: datetime | None = None
) -> str:
    """Let a browser act for a person from now on; the token it is to keep.

    The session that it had before, whose token is ``former``, ends: a token never changes hands.
    What has expired goes as well.
    """
    moment = now or datetime.now(UTC)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with database.write() as session:
        session.execute(
            delete(SessionRow).where(
                (SessionRow.id == _hash(former)) | (SessionRow.expires <= moment)
            )
        )
        session.add(
            SessionRow(
                id=_hash(token),
                user_id=person.id,
                created=moment,
                seen=moment,
                expires=moment + LIFETIME,
            )
        )
    return token


def session_person(database: Database, token: str, *, now: datetime | None = None) -> User | None:
    """The active person whom a token stands for; None for one that has ended or never was."""
    if not token:
        return None
    moment = now or datetime.now(UTC)
    query = (
        select(UserRow, SessionRow.seen)
        .join(SessionRow, SessionRow.user_id == UserRow.id)
        .where(SessionRow.id == _hash(token), SessionRow.expires > moment)
        .where(UserRow.active, UserRow.role != Role.SYSTEM)
    )
    with database.read() as session:
        found = session.execute(query).one_or_none()
    if found is None:
        return None
    row, seen = found
    if moment - seen >= _SEEN_AT_MOST_EVERY:
        _note_seen(database, token, moment)
    return User(row.id, row.name, row.role)


def end_session(database: Database, token: str) -> None:
    """Nobody is known by this token any more."""
    with database.write() as session:
        session.execute(delete(SessionRow).where(SessionRow.id == _hash(token)))


def _note_seen(database: Database, token: str, moment: datetime) -> None:
    """Keep when the browser was last heard of; a page does not fail over it."""
    with suppress(StoreError), database.write() as session:
        session.execute(update(SessionRow).where(SessionRow.id == _hash(token)).values(seen=moment))


def _hash(token: str) -> str:
    """A token is random, so that one round of SHA-256 hides it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
