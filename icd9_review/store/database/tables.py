"""The tables. These classes stay inside the store; what leaves it are frozen values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from icd9_review.values import (
    CareSetting,
    EncounterStatus,
    Kind,
    Role,
    Sex,
)


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class UtcTime(TypeDecorator[datetime]):
    """An aware time in UTC, in and out, although SQLite stores none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _words(closed: type[StrEnum], name: str) -> Enum:
    """A closed set as readable text, with a CHECK."""
    return Enum(
        closed,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


_OPAQUE = String(22)
_SHA256 = String(64)
_BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up INTEGER keys only


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime(), dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


class UserRow(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    role: Mapped[Role] = mapped_column(_words(Role, "role"))
    active: Mapped[bool]


class EncounterRow(Base):
    __tablename__ = "encounters"
    __table_args__ = (
        CheckConstraint("age BETWEEN 0 AND 130", name="age"),
        CheckConstraint("discharged >= admitted", name="stay"),
    )

    id: Mapped[str] = mapped_column(_OPAQUE, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    setting: Mapped[CareSetting] = mapped_column(_words(CareSetting, "setting"))
    age: Mapped[int | None]
    sex: Mapped[Sex] = mapped_column(_words(Sex, "sex"))
    admitted: Mapped[date | None]
    discharged: Mapped[date | None]
    created: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    assignee: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    external: Mapped[str | None] = mapped_column(_SHA256, unique=True, index=True)


class NoteRow(Base):
    """``external`` is the keyed digest of what the source calls it; its versions share it."""

    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("encounter_id", "position"),)

    id: Mapped[str] = mapped_column(_OPAQUE, primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(_SHA256)
    version: Mapped[int]
    supersedes: Mapped[str | None] = mapped_column(ForeignKey("notes.id"), unique=True, index=True)
    external: Mapped[str | None] = mapped_column(_SHA256, index=True)


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


class PreferenceRow(Base):
    """How one person likes a page, under the name of the page."""

    __tablename__ = "preferences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[dict[str, Any]]


class ModelVersionRow(Base):
    """``in_use_since`` is when the program last changed to this version."""

    __tablename__ = "model_versions"

    version: Mapped[str] = mapped_column(_SHA256, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    labels: Mapped[list[Any]]
    kinds: Mapped[list[Any]]
    thresholds: Mapped[list[Any]]
    calibration: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    in_use_since: Mapped[datetime] = mapped_column(index=True)


class ScoresRow(Base):
    """``logits`` are little-endian float32, ``windows`` little-endian int32, one per label."""

    __tablename__ = "scores"

    note_id: Mapped[str] = mapped_column(ForeignKey("notes.id"), primary_key=True)
    version: Mapped[str] = mapped_column(ForeignKey("model_versions.version"), primary_key=True)
    logits: Mapped[bytes] = mapped_column(LargeBinary)
    windows: Mapped[bytes] = mapped_column(LargeBinary)
    spans: Mapped[list[Any]]
    read: Mapped[int]
    length: Mapped[int]
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


class _OfAttribution:
    """The columns of ATTRIBUTION_KEY, under which an attribution is stored and worked out."""

    note_id: Mapped[str] = mapped_column(ForeignKey("notes.id"))
    window_start: Mapped[int]
    window_end: Mapped[int]
    kind: Mapped[Kind] = mapped_column(_words(Kind, "kind"))
    code: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(ForeignKey("model_versions.version"))
    method: Mapped[str] = mapped_column(String(64))
    baseline: Mapped[str] = mapped_column(String(64))
    settings: Mapped[str] = mapped_column(String(200))


class AttributionRow(_OfAttribution, Base):
    """``words`` is a list of [start, end, weight]."""

    __tablename__ = "attributions"
    __table_args__ = (UniqueConstraint(*ATTRIBUTION_KEY, name="uq_attributions_key"),)

    id: Mapped[int] = mapped_column(_BIG, primary_key=True)
    words: Mapped[list[Any]]
    steps: Mapped[int]
    delta: Mapped[float]
    holds: Mapped[bool]
    deleted_words: Mapped[int | None]
    before_deletion: Mapped[float | None]
    without_evidence: Mapped[float | None]
    without_random: Mapped[float | None]
    at: Mapped[datetime]


class HeadRow(Base):
    """The last event of each stream; locked while one is appended."""

    __tablename__ = "heads"

    stream: Mapped[str] = mapped_column(_OPAQUE, primary_key=True)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(_SHA256)


class EventRow(Base):
    """One event.

    ``at`` is text so that what was hashed is what is stored, to the byte. ``kind`` has
    no CHECK: a new kind would mean rebuilding a table that must never be rewritten.
    """

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_actor_at", "actor", "at"),)

    stream: Mapped[str] = mapped_column(ForeignKey("heads.stream"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    schema: Mapped[int]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    actor: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[str] = mapped_column(String(27))
    key: Mapped[str] = mapped_column(String(128), unique=True)
    previous: Mapped[str] = mapped_column(_SHA256)
    hash: Mapped[str] = mapped_column(_SHA256)


class FreeTextRow(Base):
    """Words of people, apart from the ledger so that they can be purged.

    An event refers to them by ``digest``, the SHA-256 of salt and text.
    """

    __tablename__ = "free_text"

    id: Mapped[int] = mapped_column(_BIG, primary_key=True)
    digest: Mapped[str] = mapped_column(_SHA256, unique=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    text: Mapped[str | None] = mapped_column(Text)


class JobRow(Base):
    """``attempts`` also tells claims apart: a worker that lost its lease is not listened to."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("note_id", "version"),
        Index("ix_jobs_next", "version", "state", "priority", "id"),
    )

    id: Mapped[int] = mapped_column(_BIG, primary_key=True)
    note_id: Mapped[str] = mapped_column(ForeignKey("notes.id"))
    version: Mapped[str] = mapped_column(ForeignKey("model_versions.version"))
    state: Mapped[JobState] = mapped_column(_words(JobState, "state"))
    priority: Mapped[int]
    attempts: Mapped[int]
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(200))
    created: Mapped[datetime]


class ExplanationJobRow(_OfAttribution, Base):
    """An attribution to be worked out, under the columns of its key.

    ``probability`` is that of the suggestion, None for a code that only a person asked
    about. ``attempts`` tells claims apart, as in JobRow.
    """

    __tablename__ = "explanation_jobs"
    __table_args__ = (
        UniqueConstraint(*ATTRIBUTION_KEY, name="uq_explanation_jobs_key"),
        Index("ix_explanation_jobs_next", "version", "state", "priority", "probability", "id"),
    )

    id: Mapped[int] = mapped_column(_BIG, primary_key=True)
    window_index: Mapped[int]
    probability: Mapped[float | None]
    state: Mapped[JobState] = mapped_column(_words(JobState, "state"))
    priority: Mapped[int]
    attempts: Mapped[int]
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(200))
    created: Mapped[datetime]


class HeartbeatRow(Base):
    """A worker process of its own and the model version it works for, alive until then."""

    __tablename__ = "heartbeats"

    worker: Mapped[str] = mapped_column(_OPAQUE, primary_key=True)
    version: Mapped[str] = mapped_column(_SHA256)
    until: Mapped[datetime]


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

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), primary_key=True)
    version: Mapped[str | None] = mapped_column(ForeignKey("model_versions.version"), index=True)
    status: Mapped[EncounterStatus] = mapped_column(_words(EncounterStatus, "status"), index=True)
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
    kind: Mapped[Kind] = mapped_column(_words(Kind, "kind"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    accepted: Mapped[bool]


class ReleaseRow(Base):
    """An imported release of code lists; ``content`` is compressed, ``digest`` of it before that.

    ``sha256`` is of the file it was read from.
    """

    __tablename__ = "code_releases"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(_SHA256)
    digest: Mapped[str] = mapped_column(_SHA256)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    actor: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
