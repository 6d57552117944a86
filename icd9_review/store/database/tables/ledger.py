"""The ledger, and the words that stand apart from it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from icd9_review.store.database.tables.columns import BIG, OPAQUE, SHA256, Base


class HeadRow(Base):
    """The last event of each stream; locked while one is appended."""

    __tablename__ = "heads"

    stream: Mapped[str] = mapped_column(OPAQUE, primary_key=True)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(SHA256)


class EventRow(Base):
    """One event.

    ``at`` is text so that what was hashed is what is stored, to the byte. ``kind`` has
    no CHECK: a new kind would mean rebuilding a table that must never be rewritten.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_actor_at_stream", "actor", "at", "stream"),
        Index("ix_events_at_stream", "at", "stream"),
        Index("ix_events_kind_at", "kind", "at"),
    )

    stream: Mapped[str] = mapped_column(ForeignKey("heads.stream"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    schema: Mapped[int]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    actor: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[str] = mapped_column(String(27))
    key: Mapped[str] = mapped_column(String(128), unique=True)
    previous: Mapped[str] = mapped_column(SHA256)
    hash: Mapped[str] = mapped_column(SHA256)


class FreeTextRow(Base):
    """Words of people, apart from the ledger so that they can be purged.

    An event refers to them by ``digest``, the SHA-256 of salt and text.
    """

    __tablename__ = "free_text"

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    digest: Mapped[str] = mapped_column(SHA256, unique=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    text: Mapped[str | None] = mapped_column(Text)
