"""What is coded a second time: gold encounters, and the twins that coders work on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from icd9_review.store.database.tables.columns import OPAQUE, Base, closed_set
from icd9_review.values import GoldOrigin, TwinPurpose


class GoldRow(Base):
    """An encounter whose codes are known; ``codes`` has kind, code and POA of each, in order.

    The event GOLD_KEPT has all of it, the last GOLD_CHANGED what it is for now.
    """

    __tablename__ = "gold_encounters"

    id: Mapped[str] = mapped_column(OPAQUE, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), index=True)
    codes: Mapped[list[Any]]
    origin: Mapped[GoldOrigin] = mapped_column(closed_set(GoldOrigin, "origin"))
    onboarding: Mapped[bool]
    retired: Mapped[bool]
    actor: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class TwinRow(Base):
    """That an encounter is ``source_id`` once more, for one coder; the event TWIN_MADE says so.

    ``gold_id`` is the gold encounter that it is scored by, ``why`` what a second coding was asked
    for.
    """

    __tablename__ = "twins"
    __table_args__ = (UniqueConstraint("source_id", "coder"),)

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"))
    purpose: Mapped[TwinPurpose] = mapped_column(closed_set(TwinPurpose, "purpose"))
    gold_id: Mapped[str | None] = mapped_column(ForeignKey("gold_encounters.id"), index=True)
    coder: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    why: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    at: Mapped[datetime]
