"""What a request under an idempotency key was answered: sent again, it gets the same answer.

What a request does counts once by the ledger's own keys; here stands what was said of it, for as
long as another program may go on sending it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import delete

from icd9_review.errors import KeyReused
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import ReplyRow
from icd9_review.values import User

REPLY_KEPT: Final = timedelta(days=30)
"""How long an answer is kept; by judgement: a program that was away for longer asks what is here
before it goes on."""

_UNANSWERED: Final = 0
"""The status of a request that is being answered, or whose process died: the same again goes on."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, and its body as JSON."""

    status: int
    body: str


def ledger_key(account: User, key: str) -> str:
    """What the ledger knows a request by: keys are each account's own."""
    return "api-" + sha256(f"{account.id} {key}".encode()).hexdigest()[:40]


def claim_key(
    database: Database, account: User, key: str, request: bytes, *, now: datetime | None = None
) -> Reply | None:
    """What this request was answered before; None where it is to be answered now.

    The key is this request's before anything is done, so that of two that come at once under one
    key only those that are the same do anything. Raises KeyReused where it came with another. What
    is older than REPLY_KEPT goes.
    """
    moment = now or datetime.now(UTC)
    with database.write() as session:
        lock(session, f"reply {account.id} {key}")
        session.execute(delete(ReplyRow).where(ReplyRow.at <= moment - REPLY_KEPT))
        row = session.get(ReplyRow, (account.id, key))
        if row is not None:
            return _same(row, request)
        session.add(_row(account, key, request, Reply(_UNANSWERED, ""), moment))
        return None


def free_key(database: Database, account: User, key: str, request: bytes) -> None:
    """A request came to nothing: its key may come with another. One that was answered keeps it."""
    mine = (ReplyRow.user_id == account.id, ReplyRow.key == key)
    unanswered = (ReplyRow.digest == _digest(request), ReplyRow.status == _UNANSWERED)
    with database.write() as session:
        session.execute(delete(ReplyRow).where(*mine, *unanswered))


def keep_reply(
    database: Database,
    account: User,
    key: str,
    request: bytes,
    reply: Reply,
    *,
    now: datetime | None = None,
) -> Reply:
    """Keep what a request is answered; where another was quicker with it, that answer counts.

    Raises KeyReused.
    """
    moment = now or datetime.now(UTC)
    with database.write() as session:
        lock(session, f"reply {account.id} {key}")
        row = session.get(ReplyRow, (account.id, key))
        if row is None:  # the same came at once, and to nothing
            session.add(_row(account, key, request, reply, moment))
        elif (before := _same(row, request)) is not None:
            return before
        else:
            row.status, row.body = reply.status, reply.body
        return reply


def _row(account: User, key: str, request: bytes, reply: Reply, moment: datetime) -> ReplyRow:
    said = {"digest": _digest(request), "status": reply.status, "body": reply.body}
    return ReplyRow(user_id=account.id, key=key, at=moment, **said)


def _same(row: ReplyRow, request: bytes) -> Reply | None:
    if row.digest != _digest(request):
        raise KeyReused("This idempotency key came with another request; make a new one.")
    return None if row.status == _UNANSWERED else Reply(row.status, row.body)


def _digest(request: bytes) -> str:
    return sha256(request).hexdigest()
