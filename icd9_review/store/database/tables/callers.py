"""Other programs that ask over HTTP: tokens, how often they asked, what they were answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from icd9_review.store.database.tables.columns import BIG, OPAQUE, SHA256, Base, closed_set
from icd9_review.values import DeliveryState


class TokenRow(Base):
    """A token of a service account; ``id`` is the hash of what the other program keeps."""

    __tablename__ = "tokens"

    id: Mapped[str] = mapped_column(SHA256, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created: Mapped[datetime]
    expires: Mapped[datetime]
    used: Mapped[datetime | None]
    revoked: Mapped[datetime | None]


class PaceRow(Base):
    """Up to when a service account has used up its requests, were they spread evenly."""

    __tablename__ = "paces"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    until: Mapped[datetime]


class ReplyRow(Base):
    """What a request under an idempotency key was answered, to say the same again.

    ``digest`` is that of the request. An answer has identifiers alone, no word of a note.
    """

    __tablename__ = "replies"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[str] = mapped_column(SHA256)
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)


class WebhookRow(Base):
    """An address that is told of signatures, and the secret that its messages are signed with.

    The secret stands here as it is: a message is signed with it. Whoever has the whole database has
    the notes as well.
    """

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(OPAQUE, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(100))
    created: Mapped[datetime]
    removed: Mapped[datetime | None]


class DeliveryRow(Base):
    """A message to a webhook, from the transaction of what it tells; ``due`` is also its lease."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_next", "state", "due"),)

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    message: Mapped[str] = mapped_column(String(40), unique=True)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id"), index=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[DeliveryState] = mapped_column(closed_set(DeliveryState, "state"))
    attempts: Mapped[int]
    created: Mapped[datetime]
    due: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(100))
