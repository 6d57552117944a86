"""Webhooks: addresses of other programs that are told when an encounter was signed.

An administrator says which; the program calls nobody else.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Row, Select, select, update
from sqlalchemy.orm import Session

from icd9_review.errors import NotFound
from icd9_review.store.callers.deliveries import WEBHOOK_REMOVED
from icd9_review.store.callers.webhook_address import read_webhook_address
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import DeliveryRow, UserRow, WebhookRow
from icd9_review.store.people.entries import write_entry
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import DeliveryState, EventKind, User, Webhook

SECRET_BEGINS = "whsec_"  # noqa: S105
"""As Standard Webhooks write a secret: this, then base64."""

_BYTES = 32  # 256 bits; Standard Webhooks want 192 to 512


@dataclass(frozen=True, slots=True)
class SigningAddress:
    """Where a message goes, and the secret that it is signed with."""

    url: str
    secret: str = field(repr=False)


def add_webhook(
    database: Database, account: User, url: str, *, by: User, now: datetime | None = None
) -> tuple[str, Webhook]:
    """Have an address told of signatures; the secret of its messages, shown this once.

    It is told of encounters that the account sees. Raises PermissionDenied, InputError for an
    address that may not be called, NotFound for an account that is none of a service.
    """
    check_may(by, Act.ADMINISTER)
    parts = read_webhook_address(url)
    secret = SECRET_BEGINS + b64encode(secrets.token_bytes(_BYTES)).decode()
    with database.write() as session:
        owner = session.get(UserRow, account.id)
        if owner is None or not owner.service:
            raise NotFound(f"{account.name} is no service account.")
        row = WebhookRow(
            id=secrets.token_hex(11),
            user_id=owner.id,
            url=url,
            secret=secret,
            created=now or datetime.now(UTC),
        )
        session.add(row)
        session.flush()
        host = (parts.hostname or "")[:100]
        said = {"user": owner.id, "webhook": row.id, "host": host}
        write_entry(session, EventKind.WEBHOOK_ADDED, said, by)
        return secret, _value(row, owner)


def webhooks(database: Database, *, by: User) -> tuple[Webhook, ...]:
    """Every webhook that is told, the oldest first. Raises PermissionDenied."""
    check_may(by, Act.ADMINISTER)
    with database.read() as session:
        return tuple(map(_of_row, session.execute(_told()).all()))


def own_webhooks(database: Database, account: User) -> tuple[Webhook, ...]:
    """Those of one account."""
    with database.read() as session:
        mine = _told().where(WebhookRow.user_id == account.id)
        return tuple(map(_of_row, session.execute(mine).all()))


def signing_address(database: Database, webhook_id: str, *, by: User) -> SigningAddress:
    """Where a webhook is told, and with which secret. Raises PermissionDenied, NotFound."""
    check_may(by, Act.ADMINISTER)
    with database.read() as session:
        row = _present(session, webhook_id)
        return SigningAddress(row.url, row.secret)


def remove_webhook(
    database: Database, webhook_id: str, *, by: User, now: datetime | None = None
) -> None:
    """An address is told of nothing more, of what waits neither.

    Raises PermissionDenied, NotFound.
    """
    check_may(by, Act.ADMINISTER)
    with database.write() as session:
        row = _present(session, webhook_id)
        row.removed = now or datetime.now(UTC)
        waiting = (
            DeliveryRow.webhook_id == row.id,
            DeliveryRow.state == DeliveryState.QUEUED,
        )
        gone = {"state": DeliveryState.DEAD, "outcome": WEBHOOK_REMOVED}
        session.execute(update(DeliveryRow).where(*waiting).values(gone))
        said = {"user": row.user_id, "webhook": row.id}
        write_entry(session, EventKind.WEBHOOK_REMOVED, said, by)


def _present(session: Session, webhook_id: str) -> WebhookRow:
    row = session.get(WebhookRow, webhook_id)
    if row is None or row.removed is not None:
        raise NotFound("There is no such webhook; webhooks list names them all.")
    return row


def _told() -> Select[WebhookRow, UserRow]:
    return (
        select(WebhookRow, UserRow)
        .join(UserRow, UserRow.id == WebhookRow.user_id)
        .where(WebhookRow.removed.is_(None))
        .order_by(WebhookRow.created, WebhookRow.id)
    )


def _of_row(found: Row[WebhookRow, UserRow]) -> Webhook:
    row, owner = found
    return _value(row, owner)


def _value(row: WebhookRow, owner: UserRow) -> Webhook:
    return Webhook(row.id, User(owner.id, owner.name, owner.role), row.url, row.created)
