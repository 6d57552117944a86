"""What is worked out from what is stored, and can be worked out again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import BigInteger, Enum, ForeignKey, Index, String, Text, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from icd9_review.store.database.tables.columns import SHA256, Base, closed_set
from icd9_review.values import CareSetting, EncounterStatus, Kind

_CLUSTERED = {"sqlite_with_rowid": False}
"""SQLite keeps the rows in the order of their key: they are summed in it without sorting."""


_SETTING = Enum(  # without a CHECK, which the encounter has
    CareSetting,
    native_enum=False,
    length=32,
    values_callable=lambda members: [member.value for member in members],
)


_FILTERED = ("setting", "assignee", "chart_date", "confidence", "errors")
_WORK = "status IN ('open', 'in_progress', 'decided', 'failed')"

IN_WORK: Final = text(_WORK)
"""Whether there is something to do for a coder, in the words of an index of such summaries.

Words and not columns, because a database takes that index where it reads the same words.
"""


class SummaryRow(Base):
    """What the worklist shows of an encounter, worked out anew with every change to it.

    A projection: it can be rebuilt from events, scores and jobs. ``version`` is the
    model version whose suggestions were counted. ``search`` is folded for searching.
    ``errors`` counts the edits that keep the encounter from being finalised as of the
    last decision, None where nobody counted them. ``confidence`` is the shown
    probability of the likeliest open suggestion, None where none is open. The date of a
    chart is that of the discharge, else of the admission, else of its creation (UTC).
    ``signed_at`` is when it was finalised, None for what is not, or not any more. ``number``,
    ``setting`` and ``assignee`` are those of the encounter, ``purged`` whether its text went;
    ``archived`` whether the worklist leaves it out (`projections.archive`).

    One index has all that the worklist filters by, so that it counts without a look at the rows,
    and a small one what it counts unfiltered; each order has one of its own, with what finds a page
    in it, and the newest with all filters. What is in work has a small one of all of it.
    """

    __tablename__ = "summaries"
    __table_args__ = (
        Index("ix_summaries_version", "version", "status"),
        Index("ix_summaries_archived_status", "archived", "status"),
        Index("ix_summaries_counted", "archived", "status", *_FILTERED, "encounter_id"),
        Index("ix_summaries_newest", "archived", "number", "status", *_FILTERED, "encounter_id"),
        *(
            Index(f"ix_summaries_by_{by}", "archived", by, "number", "status", "encounter_id")
            for by in ("open", "at", "chart_date", "confidence")
        ),
        Index("ix_summaries_status_signed_at", "status", "signed_at"),
        Index(
            "ix_summaries_in_work",
            *("purged", "archived", "number", "status", *_FILTERED, "open", "at", "encounter_id"),
            sqlite_where=text(_WORK),
            postgresql_where=text(_WORK),
        ),
    )

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), primary_key=True)
    version: Mapped[str | None] = mapped_column(ForeignKey("model_versions.version"))
    status: Mapped[EncounterStatus] = mapped_column(closed_set(EncounterStatus, "status"))
    open: Mapped[int]
    decided: Mapped[int]
    errors: Mapped[int | None]
    confidence: Mapped[float | None]
    chart_date: Mapped[date]
    signed_at: Mapped[datetime | None]
    actor: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    search: Mapped[str] = mapped_column(Text)
    number: Mapped[int] = mapped_column(server_default="0")
    setting: Mapped[CareSetting | None] = mapped_column(_SETTING)
    assignee: Mapped[int | None]
    archived: Mapped[bool] = mapped_column(server_default=false())
    purged: Mapped[bool] = mapped_column(server_default=false())


class CodeRecordRow(Base):
    """A code that was decided on or suggested in an encounter, and what became of it.

    A projection of the events. ``accepted`` is whether it stands accepted, ``decided`` whether
    somebody decided on it. The rest is a `CodeOutcome` with the month of its encounter; None
    where a former program stored the row and nobody has counted it since, "blind" where the
    encounter is coded without suggestions.
    """

    __tablename__ = "code_records"
    __table_args__ = (
        Index("ix_code_records_code", "kind", "code", "decided", "accepted"),
        Index(
            "ix_code_records_uncounted",
            "encounter_id",
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
    )

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(closed_set(Kind, "kind"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    accepted: Mapped[bool]
    decided: Mapped[bool] = mapped_column(server_default=true())
    outcome: Mapped[str | None] = mapped_column(String(16))
    detail: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[str | None] = mapped_column(SHA256)
    suggested: Mapped[bool | None]
    score: Mapped[int | None]
    raw: Mapped[int | None]
    month: Mapped[int | None]
    actor: Mapped[int | None]


class OutcomeCountRow(Base):
    """In how many encounters this became of a code.

    A projection of the code records, in the order in which it is summed: by code. The version
    may be one that is not stored any more, or empty where none was on the screen.
    """

    __tablename__ = "outcome_counts"
    __table_args__ = _CLUSTERED

    kind: Mapped[Kind] = mapped_column(closed_set(Kind, "kind"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(16), primary_key=True)
    detail: Mapped[str] = mapped_column(String(64), primary_key=True)
    suggested: Mapped[bool] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(SHA256, primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(BigInteger)


class OutcomeScoreRow(Base):
    """Verdicts on suggestions of a code by the probability that was shown, and whether accepted.

    ``total`` and ``squares`` are sums of ten-thousandths, and of their squares.
    """

    __tablename__ = "outcome_scores"
    __table_args__ = _CLUSTERED

    kind: Mapped[Kind] = mapped_column(closed_set(Kind, "kind"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    bin: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    accepted: Mapped[bool] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(SHA256, primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    squares: Mapped[int] = mapped_column(BigInteger)


class OutcomeTallyRow(Base):
    """Encounters of a group, and their suggestions; or suggestions by their raw probability."""

    __tablename__ = "outcome_tallies"

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(SHA256, primary_key=True)
    axis: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(64), primary_key=True)
    cases: Mapped[int] = mapped_column(BigInteger)
    shown: Mapped[int] = mapped_column(BigInteger)
    decided: Mapped[int] = mapped_column(BigInteger)
    accepted: Mapped[int] = mapped_column(BigInteger)


class OutcomeTimeRow(Base):
    """Signed encounters of a coder that took so many seconds, and their suggestions, of all months.

    A projection of the cases: of a million of them so many differ in months that only the sums of
    all are worth keeping.
    """

    __tablename__ = "outcome_times"
    __table_args__ = _CLUSTERED

    signer: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seconds: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(SHA256, primary_key=True)
    charts: Mapped[int] = mapped_column(BigInteger)
    decided: Mapped[int] = mapped_column(BigInteger)
    accepted: Mapped[int] = mapped_column(BigInteger)


class OutcomeCaseRow(Base):
    """An encounter as its outcomes are counted: an `OutcomeCase` without them."""

    __tablename__ = "outcome_cases"
    __table_args__ = (
        Index(
            "ix_outcome_cases_signer",
            *("signer", "seconds", "month", "version", "decided", "accepted"),
        ),
    )

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), primary_key=True)
    month: Mapped[int] = mapped_column(index=True)
    version: Mapped[str] = mapped_column(SHA256)
    age: Mapped[str] = mapped_column(String(64))
    sex: Mapped[str] = mapped_column(String(64))
    setting: Mapped[str] = mapped_column(String(64))
    service: Mapped[str] = mapped_column(String(64))
    length: Mapped[str] = mapped_column(String(64))
    vocabulary: Mapped[str] = mapped_column(String(64), server_default="unknown")
    signer: Mapped[int | None]
    seconds: Mapped[int | None]
    decided: Mapped[int]
    accepted: Mapped[int]


class ArmCaseRow(Base):
    """An encounter of an arm as it stood when it was signed for the first time: an `ArmCase`.

    ``matched`` are the codes that were both suggested and signed; None, as ``suggested``, where
    no model had read it.
    """

    __tablename__ = "arm_cases"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), primary_key=True)
    arm: Mapped[str] = mapped_column(String(16))
    version: Mapped[str] = mapped_column(SHA256)
    month: Mapped[int]
    signer: Mapped[int]
    seconds: Mapped[int]
    decisions: Mapped[int]
    suggested: Mapped[int | None]
    signed: Mapped[int]
    matched: Mapped[int | None]
