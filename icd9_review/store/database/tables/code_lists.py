"""Imported releases of code lists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from icd9_review.store.database.tables.columns import SHA256, Base


class ReleaseRow(Base):
    """An imported release of code lists; ``content`` is compressed, ``digest`` of it before that.

    ``sha256`` is of the file it was read from.
    """

    __tablename__ = "code_releases"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(SHA256)
    digest: Mapped[str] = mapped_column(SHA256)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    actor: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
