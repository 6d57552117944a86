"""The columns of exported decisions: name, meaning and value, in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from icd9_review.codes.table import title
from icd9_review.values import DecisionRow, Span

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``value`` takes it from a row."""

    name: str
    meaning: str
    value: Callable[[DecisionRow], Value]


COLUMNS = (
    Column("encounter", "Short name of the encounter", lambda row: row.encounter),
    Column("encounter_id", "Identifier of the encounter", lambda row: row.encounter_id),
    Column("setting", "inpatient or outpatient", lambda row: row.setting.value),
    Column("age", "Age in years, empty where unknown", lambda row: row.age),
    Column("sex", "female, male or unknown", lambda row: row.sex.value),
    Column("code", "ICD-9-CM code with its dot, as text", lambda row: row.code),
    Column("kind", "diagnosis or procedure", lambda row: row.kind.value),
    Column(
        "title",
        "Long title of the code, empty where version 32 has none",
        lambda row: title(row.kind, row.code),
    ),
    Column("verdict", "accepted, rejected, replaced or open", lambda row: row.verdict.value),
    Column(
        "reason",
        "Why it was rejected, empty otherwise",
        lambda row: row.reason.value if row.reason else None,
    ),
    Column("replaced_by", "The code that took its place, empty otherwise", lambda row: row.by),
    Column(
        "origin",
        "How an accepted code came: suggested, replaced (took another's place) or added",
        lambda row: row.origin.value if row.origin else None,
    ),
    Column(
        "position",
        "Place of an accepted code within its kind: 1 is the principal or first-listed diagnosis",
        lambda row: row.position,
    ),
    Column(
        "poa",
        "Present on admission: Y, N, U, W or 1 (exempt), empty where not set",
        lambda row: row.poa.value if row.poa else None,
    ),
    Column(
        "performed",
        "Date of a procedure: ISO 8601, empty where not set",
        lambda row: row.performed.isoformat() if row.performed else None,
    ),
    Column(
        "admitting",
        "yes for the admitting diagnosis, which needs not be accepted; empty otherwise",
        lambda row: "yes" if row.admitting else None,
    ),
    Column(
        "evidence",
        "Spans the coder selected, separated by spaces: note id:start-end, code points from 0",
        lambda row: _spans(row.evidence),
    ),
    Column("actor", "Who decided last, empty where nobody has", lambda row: row.actor),
    Column(
        "time",
        "When that was: ISO 8601, UTC",
        lambda row: _moment(row.at),
    ),
    Column(
        "probability",
        "The model's raw probability, which is compared with the threshold; empty for a code "
        "outside the model",
        lambda row: row.probability,
    ),
    Column(
        "calibrated",
        "Calibrated probability, empty for a model without calibration",
        lambda row: row.calibrated,
    ),
    Column("threshold", "From where on the code is suggested", lambda row: row.threshold),
    Column("model_version", "SHA-256 of the model", lambda row: row.model_version),
    Column("note_id", "The note the code is most probable in", lambda row: row.note_id),
    Column(
        "encounter_status",
        "held or finalised, empty otherwise",
        lambda row: row.status.value if row.status else None,
    ),
    Column("signer", "Who held or finalised the encounter", lambda row: row.signer),
    Column("signed", "When that was: ISO 8601, UTC", lambda row: _moment(row.signed_at)),
)


def values(row: DecisionRow) -> dict[str, Value]:
    """A row's values by column name, in the order of the columns."""
    return {column.name: column.value(row) for column in COLUMNS}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _spans(spans: Sequence[Span]) -> str | None:
    return " ".join(f"{span.note_id}:{span.start}-{span.end}" for span in spans) or None
