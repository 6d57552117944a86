"""Teams, who is in them, and who saw an encounter of another team for a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from icd9_review.store.database.tables.columns import BIG, OPAQUE, Base


class TeamRow(Base):
    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)


class MembershipRow(Base):
    """That a person is in a team; they may be in several."""

    __tablename__ = "memberships"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)


class GlassRow(Base):
    """That a person sees an encounter of another team for a while; ``sequence`` is the event's."""

    __tablename__ = "broken_glass"
    __table_args__ = (Index("ix_broken_glass_seen", "user_id", "until"),)

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    encounter_id: Mapped[str] = mapped_column(OPAQUE, ForeignKey("encounters.id"))
    sequence: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]
