"""What a model said of notes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from icd9_review.store.database.tables.columns import BIG, SHA256, Base, closed_set
from icd9_review.values import Kind


class ModelVersionRow(Base):
    """``in_use_since`` is when the program last changed to this version."""

    __tablename__ = "model_versions"

    version: Mapped[str] = mapped_column(SHA256, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    labels: Mapped[list[Any]]
    kinds: Mapped[list[Any]]
    thresholds: Mapped[list[Any]]
    calibration: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    in_use_since: Mapped[datetime] = mapped_column(index=True)


class ScoresEncoding(StrEnum):
    """How a row holds scores.

    WHOLE, of programs up to 0.1.0: one for every label of the version, in their order. KEPT:
    one for each label that is worth keeping, whose place ``labels`` has.
    """

    WHOLE = "whole"
    KEPT = "kept"


class ScoresRow(Base):
    """``logits`` are little-endian float32, ``labels`` and ``windows`` little-endian int32.

    ``labels`` are the places of the scores among the labels of the version, upwards; None
    where every label has one. ``demoted`` has place, doubt and the code beside of each label that
    the model's judge demoted, upwards; None where none was.
    """

    __tablename__ = "scores"

    note_id: Mapped[str] = mapped_column(ForeignKey("notes.id"), primary_key=True)
    version: Mapped[str] = mapped_column(ForeignKey("model_versions.version"), primary_key=True)
    encoding: Mapped[str] = mapped_column(String(16), server_default=ScoresEncoding.WHOLE)
    labels: Mapped[bytes | None] = mapped_column(LargeBinary)
    logits: Mapped[bytes] = mapped_column(LargeBinary)
    windows: Mapped[bytes] = mapped_column(LargeBinary)
    spans: Mapped[list[Any]]
    read: Mapped[int]
    length: Mapped[int]
    at: Mapped[datetime]
    demoted: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))


class ShadowReadingRow(Base):
    """What a model in the shadow proposes for a note: kind, code and probability of each.

    None, with the error, where it could not read it. Its version is in no other table.
    """

    __tablename__ = "shadow_readings"

    note_id: Mapped[str] = mapped_column(ForeignKey("notes.id"), primary_key=True)
    version: Mapped[str] = mapped_column(SHA256, primary_key=True)
    proposed: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    error: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime]


ATTRIBUTION_KEY = (
    "note_id",
    "window_start",
    "window_end",
    "kind",
    "code",
    "version",
    "method",
    "baseline",
    "settings",
)


class OfAttribution:
    """The columns of ATTRIBUTION_KEY, under which an attribution is stored and worked out."""

    note_id: Mapped[str] = mapped_column(ForeignKey("notes.id"))
    window_start: Mapped[int]
    window_end: Mapped[int]
    kind: Mapped[Kind] = mapped_column(closed_set(Kind, "kind"))
    code: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(ForeignKey("model_versions.version"))
    method: Mapped[str] = mapped_column(String(64))
    baseline: Mapped[str] = mapped_column(String(64))
    settings: Mapped[str] = mapped_column(String(200))


class AttributionRow(OfAttribution, Base):
    """``words`` is a list of [start, end, weight]."""

    __tablename__ = "attributions"
    __table_args__ = (UniqueConstraint(*ATTRIBUTION_KEY, name="uq_attributions_key"),)

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    words: Mapped[list[Any]]
    steps: Mapped[int]
    delta: Mapped[float]
    holds: Mapped[bool]
    deleted_words: Mapped[int | None]
    before_deletion: Mapped[float | None]
    without_evidence: Mapped[float | None]
    without_random: Mapped[float | None]
    at: Mapped[datetime]
