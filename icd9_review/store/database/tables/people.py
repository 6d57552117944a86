"""People, the browsers that act for them, and how they like their pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from icd9_review.store.database.tables.columns import SHA256, Base, closed_set
from icd9_review.values import Role


class UserRow(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    role: Mapped[Role] = mapped_column(closed_set(Role, "role"))
    active: Mapped[bool]


class SessionRow(Base):
    """A browser that acts for a person; ``id`` is the hash of what the browser keeps."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(SHA256, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created: Mapped[datetime]
    seen: Mapped[datetime]
    expires: Mapped[datetime]


class PreferenceRow(Base):
    """How one person likes a page, under the name of the page."""

    __tablename__ = "preferences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[dict[str, Any]]
