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


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, and its body as JSON."""

    status: int
    body: str


def ledger_key(account: User, key: str) -> str:
    """What the ledger knows a request by: keys are each account's own."""
    return "api-" + sha256(f"{account.id} {key}".encode()).hexdigest()[:40]


def find_reply(database: Database, account: User, key: str, request: bytes) -> Reply | None:
    """What this request was answered before; None for a new key.

    Raises KeyReused where the key came with another request.
    """
    with database.read() as session:
        row = session.get(ReplyRow, (account.id, key))
    return None if row is None else _same(row, request)


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

    Raises KeyReused. What is older than REPLY_KEPT goes.
    """
    moment = now or datetime.now(UTC)
    with database.write() as session:
        lock(session, f"reply {account.id} {key}")
        session.execute(delete(ReplyRow).where(ReplyRow.at <= moment - REPLY_KEPT))
        row = session.get(ReplyRow, (account.id, key))
        if row is not None:
            return _same(row, request)
        said = {"digest": _digest(request), "status": reply.status, "body": reply.body}
        session.add(ReplyRow(user_id=account.id, key=key, at=moment, **said))
        return reply


def _same(row: ReplyRow, request: bytes) -> Reply:
    if row.digest != _digest(request):
        raise KeyReused("This idempotency key came with another request; make a new one.")
    return Reply(row.status, row.body)


def _digest(request: bytes) -> str:
    return sha256(request).hexdigest()
