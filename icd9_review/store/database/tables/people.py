"""People, how they sign in, the browsers that act for them, and how they like their pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from icd9_review.store.database.tables.columns import SHA256, Base, closed_set
from icd9_review.values import Kind, Proof, Role


class UserRow(Base):
    """A person; with ``service`` another program, which has tokens and signs in nowhere."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    role: Mapped[Role] = mapped_column(closed_set(Role, "role"))
    active: Mapped[bool]
    identity: Mapped[str | None] = mapped_column(String(255), index=True, unique=True)
    service: Mapped[bool] = mapped_column(default=False, server_default=false())


class SessionRow(Base):
    """A browser that acts for a person; ``id`` is the hash of what the browser keeps.

    ``factor`` has no CHECK, because it came to a table that has rows. ``ticket`` is what a provider
    wants to see when the person signs out.
    """

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(SHA256, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    proof: Mapped[Proof] = mapped_column(closed_set(Proof, "proof"))
    proved: Mapped[datetime]
    created: Mapped[datetime]
    seen: Mapped[datetime]
    expires: Mapped[datetime]
    browser: Mapped[str] = mapped_column(String(100))
    factor: Mapped[str | None] = mapped_column(String(32))
    address: Mapped[str | None] = mapped_column(String(64))
    ticket: Mapped[str | None] = mapped_column(Text)


class PasswordRow(Base):
    """The hash of a person's password; one that somebody else has set is to be replaced."""

    __tablename__ = "passwords"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(200))
    changed: Mapped[datetime]
    temporary: Mapped[bool]


class SecondFactorRow(Base):
    """What a person's codes are made from, encrypted; the last step of time whose code counted."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime]
    used_step: Mapped[int]


class RecoveryCodeRow(Base):
    """A recovery code that has not counted yet; ``id`` is its hash."""

    __tablename__ = "recovery_codes"

    id: Mapped[str] = mapped_column(SHA256, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)


class AttemptRow(Base):
    """Failed sign-ins in a row; ``id`` is the hash of the name or address they came with."""

    __tablename__ = "attempts"

    id: Mapped[str] = mapped_column(SHA256, primary_key=True)
    failures: Mapped[int]
    last: Mapped[datetime]


class PreferenceRow(Base):
    """How one person likes a page, under the name of the page."""

    __tablename__ = "preferences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[dict[str, Any]]


class OwnCodeRow(Base):
    """A favourite of one person, or their own words for a code."""

    __tablename__ = "own_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(closed_set(Kind, "kind"), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    favourite: Mapped[bool]
    words: Mapped[str] = mapped_column(String(60))
