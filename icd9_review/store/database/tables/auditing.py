"""Second review: samples of signed encounters, and audits of signatures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from icd9_review.store.database.tables.columns import OPAQUE, Base, closed_set
from icd9_review.values import AuditStatus


class SampleRow(Base):
    """A sample with the question it was drawn by; the event SAMPLE_DRAWN has its sum.

    ``strata`` has for each its name, how many candidates it had and how many were drawn.
    """

    __tablename__ = "samples"

    id: Mapped[str] = mapped_column(OPAQUE, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    seed: Mapped[int] = mapped_column(BigInteger)
    query: Mapped[dict[str, Any]]
    strata: Mapped[list[Any]]
    actor: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class DrawRow(Base):
    """One encounter of a sample, in the order in which they were drawn."""

    __tablename__ = "draws"

    sample_id: Mapped[str] = mapped_column(ForeignKey("samples.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), index=True)
    stratum: Mapped[list[Any]]


class AuditRow(Base):
    """Where an audit stands, what it comes to (``quality.accuracy.AuditCount``), and why.

    A projection of the events of its encounter. ``signature`` is the number of the event that was
    signed by, ``at`` when the audit was last changed. ``blind`` is to the coder, ``blind_model`` to
    the model. The last four are ``quality.causes.CauseCount``; None where a former program wrote
    the row and nobody has worked it out since.
    """

    __tablename__ = "audits"

    id: Mapped[str] = mapped_column(OPAQUE, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), index=True)
    sample_id: Mapped[str | None] = mapped_column(ForeignKey("samples.id"), index=True)
    signature: Mapped[int]
    signer: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    auditor: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    blind: Mapped[bool]
    blind_model: Mapped[bool]
    status: Mapped[AuditStatus] = mapped_column(closed_set(AuditStatus, "status"), index=True)
    opened: Mapped[datetime]
    at: Mapped[datetime]
    reviewed: Mapped[int]
    coded: Mapped[int]
    same: Mapped[int]
    added: Mapped[int]
    deleted: Mapped[int]
    revised: Mapped[int]
    principal: Mapped[int]
    aligned: Mapped[int]
    moved: Mapped[int]
    with_poa: Mapped[int]
    poa_changed: Mapped[int]
    documentation: Mapped[int | None]
    guideline: Mapped[int | None]
    coder: Mapped[int | None]
    edge: Mapped[int | None]
