"""Messages to webhooks: queued with what they tell, taken by a worker, tried again or given up.

A message is queued in the transaction of the signature, so that none is lost and none tells of
what did not happen. It names the encounter and has no word of a note and no code.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Row, Select, delete, or_, select
from sqlalchemy.orm import Session

from icd9_review.errors import NotFound
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import DeliveryRow, EncounterRow, UserRow, WebhookRow
from icd9_review.store.people.access import seen
from icd9_review.store.people.permissions import Act, check_may, may
from icd9_review.store.recoding.twin_marks import is_no_twin
from icd9_review.values import (
    DeliveryState,
    Encounter,
    Event,
    User,
    Webhook,
    encounter_label,
)

WAITS: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""After each try that failed, as Standard Webhooks propose: ten tries within three days."""

DELIVERY_LEASE: Final = timedelta(minutes=1)
"""How long a worker may be at a message before another takes it; by judgement: a try ends within
half of it."""

DELIVERIES_KEPT: Final = timedelta(days=90)
"""How long it is known what became of a message; by judgement."""

WEBHOOK_REMOVED: Final = "the webhook was removed"
"""What became of a message that still waited then."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to a webhook: how often it was tried, when it is due, what came of the last try."""

    message: str
    webhook: Webhook
    encounter: str
    state: DeliveryState
    attempts: int
    created: datetime
    due: datetime
    outcome: str | None


@dataclass(frozen=True, slots=True)
class TakenDelivery:
    """A message to be sent now, for the ``attempts``-th time."""

    id: int
    message: str
    webhook: str
    url: str
    secret: str = field(repr=False)
    body: bytes
    attempts: int


def announce_signature(session: Session, encounter: Encounter, event: Event) -> None:
    """Queue a message for every webhook whose account sees the encounter.

    None of an encounter that is another once more: nothing tells that it is one.
    """
    query = (
        select(WebhookRow, UserRow)
        .join(UserRow, UserRow.id == WebhookRow.user_id)
        .where(WebhookRow.removed.is_(None), UserRow.active)
    )
    for webhook, owner in session.execute(query).all():
        account = User(owner.id, owner.name, owner.role)
        this = (EncounterRow.id == encounter.id, is_no_twin(), *seen(session, account))
        if may(account, Act.READ) and session.scalar(select(EncounterRow.id).where(*this)):
            session.add(_queued(webhook, encounter, event))


def _queued(webhook: WebhookRow, encounter: Encounter, event: Event) -> DeliveryRow:
    data = {
        "encounter": encounter.id,
        "label": encounter.label,
        "sequence": event.sequence,
    }
    said = {"type": "encounter.finalised", "timestamp": event.at.isoformat(), "data": data}
    return DeliveryRow(
        message=new_message(),
        webhook_id=webhook.id,
        encounter_id=encounter.id,
        body=json.dumps(said, separators=(",", ":")),
        state=DeliveryState.QUEUED,
        attempts=0,
        created=event.at,
        due=event.at,
    )


def new_message() -> str:
    """What a message is called by, in ``webhook-id`` too."""
    return f"msg_{secrets.token_hex(12)}"


def take_delivery(
    database: Database, *, passing_over: Collection[str] = (), now: datetime | None = None
) -> TakenDelivery | None:
    """The message that is due longest, for one DELIVERY_LEASE; None where none is.

    Those to webhooks that are passed over stay. What waits for one that was removed, or whose
    account is out of service, is dead.
    """
    moment = now or datetime.now(UTC)
    # A clock that goes back keeps nobody waiting longer than twice the longest wait.
    due = or_(DeliveryRow.due <= moment, DeliveryRow.due > moment + 2 * WAITS[-1])
    others = DeliveryRow.webhook_id.not_in(passing_over)
    waiting = (DeliveryRow.state == DeliveryState.QUEUED, due, others)
    with database.read() as session:  # workers look every second
        if session.scalar(select(DeliveryRow.id).where(*waiting).limit(1)) is None:
            return None
    query = select(DeliveryRow).where(*waiting).order_by(DeliveryRow.due, DeliveryRow.id).limit(1)
    with database.write() as session:
        while (row := session.scalar(query.with_for_update(skip_locked=True))) is not None:
            to = session.get_one(WebhookRow, row.webhook_id)
            if ended := _ended(session, to):
                row.state, row.outcome = DeliveryState.DEAD, ended
                session.flush()
                continue
            row.attempts += 1
            row.due = moment + DELIVERY_LEASE
            body = row.body.encode()
            return TakenDelivery(row.id, row.message, to.id, to.url, to.secret, body, row.attempts)
    return None


def _ended(session: Session, to: WebhookRow) -> str:
    """Why a webhook is told of nothing more; empty for one that is."""
    if to.removed is not None:
        return WEBHOOK_REMOVED
    return "" if session.get_one(UserRow, to.user_id).active else "its account is out of service"


def finish_delivery(
    database: Database,
    taken: TakenDelivery,
    outcome: str,
    *,
    sent: bool,
    for_good: bool = False,
    waits: Sequence[timedelta] = WAITS,
    now: datetime | None = None,
) -> DeliveryState:
    """What became of a try: sent, tried again after a while, or dead; nothing where the lease no
    longer held. ``outcome`` is a status or the class of an error. Old messages go."""
    moment = now or datetime.now(UTC)
    with database.write() as session:
        row = session.get_one(DeliveryRow, taken.id, with_for_update=True)
        if row.attempts != taken.attempts or row.state != DeliveryState.QUEUED:
            return row.state
        row.outcome = outcome[:100]
        if sent:
            row.state = DeliveryState.SENT
        elif for_good or taken.attempts > len(waits):
            row.state = DeliveryState.DEAD
        else:
            row.due = moment + waits[taken.attempts - 1]
        ended = DeliveryRow.state != DeliveryState.QUEUED
        old = DeliveryRow.created <= moment - DELIVERIES_KEPT
        session.execute(delete(DeliveryRow).where(ended, old))
        return row.state


def deliveries(
    database: Database, *, by: User, state: DeliveryState | None = None
) -> tuple[Delivery, ...]:
    """Messages to webhooks, the newest first; of one state where one is given.

    Those to webhooks that were removed are not among them: nothing can be done about these.
    Raises PermissionDenied.
    """
    check_may(by, Act.ADMINISTER)
    query = _deliveries().where(WebhookRow.removed.is_(None))
    query = query if state is None else query.where(DeliveryRow.state == state)
    with database.read() as session:
        return tuple(map(_value, session.execute(query).all()))


def own_deliveries(database: Database, account: User, most: int = 100) -> tuple[Delivery, ...]:
    """The newest messages to the webhooks of one account."""
    query = _deliveries().where(WebhookRow.user_id == account.id).limit(most)
    with database.read() as session:
        return tuple(map(_value, session.execute(query).all()))


def retry_delivery(
    database: Database, message: str, *, by: User, now: datetime | None = None
) -> None:
    """Have a dead message tried again from the start. Raises PermissionDenied, NotFound."""
    check_may(by, Act.ADMINISTER)
    with database.write() as session:
        row = session.scalar(select(DeliveryRow).where(DeliveryRow.message == message))
        removed = row and session.get_one(WebhookRow, row.webhook_id).removed
        if row is None or row.state != DeliveryState.DEAD or removed:
            raise NotFound("There is no dead message of this name to a webhook that is told.")
        row.state, row.attempts = DeliveryState.QUEUED, 0
        row.due = now or datetime.now(UTC)


def _deliveries() -> Select[DeliveryRow, WebhookRow, UserRow, int]:
    return (
        select(DeliveryRow, WebhookRow, UserRow, EncounterRow.number)
        .join(WebhookRow, WebhookRow.id == DeliveryRow.webhook_id)
        .join(UserRow, UserRow.id == WebhookRow.user_id)
        .join(EncounterRow, EncounterRow.id == DeliveryRow.encounter_id)
        .order_by(DeliveryRow.id.desc())
    )


def _value(found: Row[DeliveryRow, WebhookRow, UserRow, int]) -> Delivery:
    row, to, owner, number = found
    account = User(owner.id, owner.name, owner.role)
    return Delivery(
        message=row.message,
        webhook=Webhook(to.id, account, to.url, to.created),
        encounter=encounter_label(number),
        state=row.state,
        attempts=row.attempts,
        created=row.created,
        due=row.due,
        outcome=row.outcome,
    )
