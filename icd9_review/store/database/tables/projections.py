"""What is worked out from what is stored, and can be worked out again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from icd9_review.store.database.tables.columns import Base, closed_set
from icd9_review.values import EncounterStatus, Kind


class SummaryRow(Base):
    """What the worklist shows of an encounter, worked out anew with every change to it.

    A projection: it can be rebuilt from events, scores and jobs. ``version`` is the
    model version whose suggestions were counted. ``search`` is folded for searching.
    ``errors`` counts the edits that keep the encounter from being finalised as of the
    last decision, None where nobody counted them. ``confidence`` is the shown
    probability of the likeliest open suggestion, None where none is open. The date of a
    chart is that of the discharge, else of the admission, else of its creation (UTC).
    ``signed_at`` is when it was finalised, None for what is not, or not any more.
    """

    __tablename__ = "summaries"
    __table_args__ = (Index("ix_summaries_version", "version", "status"),)

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), primary_key=True)
    version: Mapped[str | None] = mapped_column(ForeignKey("model_versions.version"))
    status: Mapped[EncounterStatus] = mapped_column(
        closed_set(EncounterStatus, "status"), index=True
    )
    open: Mapped[int]
    decided: Mapped[int]
    errors: Mapped[int | None]
    confidence: Mapped[float | None]
    chart_date: Mapped[date] = mapped_column(index=True)
    signed_at: Mapped[datetime | None]
    actor: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    search: Mapped[str] = mapped_column(Text)


class CodeRecordRow(Base):
    """A code that was decided in an encounter, and whether it stands accepted.

    A projection of the events: what counts how often a code was accepted here.
    """

    __tablename__ = "code_records"
    __table_args__ = (Index("ix_code_records_code", "kind", "code", "accepted"),)

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(closed_set(Kind, "kind"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    accepted: Mapped[bool]
