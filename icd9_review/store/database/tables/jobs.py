"""Work that waits for the model, and the workers that are alive."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from icd9_review.store.database.tables.columns import BIG, OPAQUE, SHA256, Base, closed_set
from icd9_review.store.database.tables.model import ATTRIBUTION_KEY, OfAttribution


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Leased:
    """The columns of work that a worker takes for a while; see ``store/leases.py``.

    ``attempts`` also tells leases apart: a worker that lost its lease is not listened to.
    """

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    state: Mapped[JobState] = mapped_column(closed_set(JobState, "state"))
    priority: Mapped[int]
    attempts: Mapped[int]
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(200))
    created: Mapped[datetime]


class JobRow(Leased, Base):
    """A note to be scored by a model version."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("note_id", "version"),
        Index("ix_jobs_next", "version", "state", "priority", "id"),
    )

    note_id: Mapped[str] = mapped_column(ForeignKey("notes.id"))
    version: Mapped[str] = mapped_column(ForeignKey("model_versions.version"))


class ExplanationJobRow(OfAttribution, Leased, Base):
    """An attribution to be worked out, under the columns of its key.

    ``probability`` is that of the suggestion, None for a code that only a person asked
    about.
    """

    __tablename__ = "explanation_jobs"
    __table_args__ = (
        UniqueConstraint(*ATTRIBUTION_KEY, name="uq_explanation_jobs_key"),
        Index("ix_explanation_jobs_next", "version", "state", "priority", "probability", "id"),
    )

    window_index: Mapped[int]
    probability: Mapped[float | None]


class HeartbeatRow(Base):
    """A worker process of its own and the model version it works for, alive until then."""

    __tablename__ = "heartbeats"

    worker: Mapped[str] = mapped_column(OPAQUE, primary_key=True)
    version: Mapped[str] = mapped_column(SHA256)
    until: Mapped[datetime]
