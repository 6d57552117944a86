"""Encounters, their notes, and who works on them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from icd9_review.store.database.tables.columns import OPAQUE, SHA256, Base, closed_set
from icd9_review.values import Arm, CareSetting, Disposition, NoteType, Sex


class EncounterRow(Base):
    """``purged`` is when the text went, as the event PURGED says; None while it is there.

    An encounter without a ``team`` is everybody's, whatever is restricted. ``account`` is the keyed
    digest of its account number; a purge takes it, the service and the payer. ``arm`` never
    changes; None where none was drawn as it came in.
    """

    __tablename__ = "encounters"
    __table_args__ = (
        CheckConstraint("age BETWEEN 0 AND 130", name="age"),
        CheckConstraint("discharged >= admitted", name="stay"),
    )

    id: Mapped[str] = mapped_column(OPAQUE, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    setting: Mapped[CareSetting] = mapped_column(closed_set(CareSetting, "setting"))
    age: Mapped[int | None]
    sex: Mapped[Sex] = mapped_column(closed_set(Sex, "sex"))
    admitted: Mapped[date | None]
    discharged: Mapped[date | None]
    disposition: Mapped[Disposition | None] = mapped_column(closed_set(Disposition, "disposition"))
    created: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    assignee: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    external: Mapped[str | None] = mapped_column(SHA256, unique=True, index=True)
    purged: Mapped[datetime | None] = mapped_column(index=True)
    team: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    account: Mapped[str | None] = mapped_column(SHA256, index=True)
    service: Mapped[str | None] = mapped_column(Text, index=True)
    payer: Mapped[str | None] = mapped_column(Text)
    arm: Mapped[Arm | None] = mapped_column(closed_set(Arm, "arm"))


class NoteRow(Base):
    """``external`` is the keyed digest of what the source calls it; its versions share it.

    ``author`` is what the source calls who wrote it, ``written`` the day of the document.
    """

    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("encounter_id", "position"),)

    id: Mapped[str] = mapped_column(OPAQUE, primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(SHA256)
    version: Mapped[int]
    supersedes: Mapped[str | None] = mapped_column(ForeignKey("notes.id"), unique=True, index=True)
    external: Mapped[str | None] = mapped_column(SHA256, index=True)
    type: Mapped[NoteType | None] = mapped_column(closed_set(NoteType, "type"))
    author: Mapped[str | None] = mapped_column(Text)
    written: Mapped[date | None]


class SecretRow(Base):
    """Keys of this database's own, made when it was."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)


class ClaimRow(Base):
    """Who has an encounter open, until when: a lease that runs out by itself."""

    __tablename__ = "claims"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]
