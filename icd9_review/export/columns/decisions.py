"""The columns of decisions: one row per encounter and code."""

from __future__ import annotations

from typing import Final

from icd9_review.export.columns.cells import (
    at_moment,
    day,
    shown_probability,
    title_of,
    value_of_reason,
    was_suggested,
    words_of_reason,
)
from icd9_review.export.columns.column import Column
from icd9_review.export.columns.evidence import EVIDENCE_COLUMNS
from icd9_review.export.formats import CellType
from icd9_review.review.reasons import reason_words
from icd9_review.review.status_words import STATUS_WORDS
from icd9_review.values import (
    Action,
    Arm,
    DecisionRow,
    Disposition,
    Doubt,
    NoteType,
    PurgeReason,
)

DECISION_COLUMNS: Final[tuple[Column[DecisionRow], ...]] = (
    Column("encounter", "Short name of the encounter", lambda row: row.encounter),
    Column("encounter_id", "Identifier of the encounter", lambda row: row.encounter_id),
    Column("setting", "inpatient or outpatient", lambda row: row.setting.value),
    Column("age", "Age in years, empty where unknown", lambda row: row.age, type=CellType.INTEGER),
    Column("sex", "female, male or unknown", lambda row: row.sex.value),
    Column(
        "admitted",
        "Day of the admission: ISO 8601, empty where unknown",
        lambda row: day(row.admitted),
        type=CellType.DAY,
    ),
    Column(
        "discharged",
        "Day of the discharge: ISO 8601, empty where unknown",
        lambda row: day(row.discharged),
        type=CellType.DAY,
    ),
    Column(
        "disposition",
        f"Where the patient went: {', '.join(Disposition)}; empty where unknown",
        lambda row: row.disposition.value if row.disposition else None,
    ),
    Column(
        "facts_read",
        "Of age, sex, dates and disposition those that were taken as a note states them",
        lambda row: " ".join(row.facts_read) or None,
    ),
    Column(
        "service",
        "Service of the encounter as its source calls it, empty where unknown or purged",
        lambda row: row.service,
    ),
    Column(
        "payer",
        "Who pays, as its source says it; empty where unknown or purged",
        lambda row: row.payer,
    ),
    Column(
        "arm",
        "How the chart was coded up to its first signature, where a trial is on: "
        f"{', '.join(Arm)}; empty before that signature, and of a chart in no arm",
        lambda row: row.arm.value if row.arm else None,
    ),
    Column(
        "encounter_status",
        "scoring, failed, open, in_progress, decided, held or finalised",
        lambda row: row.status.value,
    ),
    Column(
        "encounter_status_words",
        "The same as the worklist says it",
        lambda row: STATUS_WORDS[row.status],
    ),
    Column(
        "encounter_reason",
        "Why the encounter was held or reopened, where that was the last done to it as a whole",
        lambda row: value_of_reason(row.status_reason),
    ),
    Column(
        "encounter_reason_words",
        "The same as the screen says it",
        lambda row: words_of_reason(row.status_reason),
    ),
    Column("code", "ICD-9-CM code with its dot, as text", lambda row: row.code),
    Column("kind", "diagnosis or procedure", lambda row: row.kind.value),
    Column(
        "title",
        "Long title of the code, empty where version 32 has none",
        lambda row: title_of((row.kind, row.code)),
    ),
    Column(
        "verdict",
        "accepted, rejected, replaced or open; open, too, of an admitting diagnosis that is no "
        "other code: it is set, not decided on (see admitting)",
        lambda row: row.verdict.value,
    ),
    Column(
        "reason",
        "Why it was rejected, empty otherwise",
        lambda row: row.reason.value if row.reason else None,
    ),
    Column(
        "reason_words",
        "The same as the screen says it",
        lambda row: reason_words(Action.REJECT, row.reason) if row.reason else None,
    ),
    Column("replaced_by", "The code that took its place, empty otherwise", lambda row: row.by),
    Column(
        "origin",
        "How an accepted code came: suggested (from the model's list, also where it was demoted), "
        "replaced (took another's place) or added",
        lambda row: row.origin.value if row.origin else None,
    ),
    Column(
        "position",
        "Place of an accepted code within its kind, from 1",
        lambda row: row.position,
        type=CellType.INTEGER,
    ),
    Column(
        "principal",
        "yes for the first diagnosis once somebody has said that it is the principal or "
        "first-listed one, or signed; empty otherwise",
        lambda row: "yes" if row.principal else None,
    ),
    Column(
        "poa",
        "Present on admission: Y, N, U, W or 1 (exempt), empty where not set",
        lambda row: row.poa.value if row.poa else None,
    ),
    Column(
        "performed",
        "Date of a procedure: ISO 8601, empty where not set",
        lambda row: day(row.performed),
        type=CellType.DAY,
    ),
    Column(
        "admitting",
        "yes for the admitting diagnosis, which needs not be accepted; empty otherwise",
        lambda row: "yes" if row.admitting else None,
    ),
    Column("actor", "Who decided last, empty where nobody has", lambda row: row.actor),
    Column("actor_id", "That person's number", lambda row: row.actor_id, type=CellType.INTEGER),
    Column(
        "time", "When that was: ISO 8601, UTC", lambda row: at_moment(row.at), type=CellType.MOMENT
    ),
    Column(
        "suggested",
        "yes where the model suggested the code: raw reaches threshold and nothing demoted it; "
        "else no",
        was_suggested,
    ),
    Column(
        "demoted",
        f"What spoke most against a code that reached its threshold: {', '.join(Doubt)}; else "
        "empty, and of a chart that is coded without explanations until it is signed",
        lambda row: row.demoted.value if row.demoted and not row.unexplained else None,
    ),
    Column(
        "rank",
        "Place among the encounter's suggestions, 1 the most probable; empty where not suggested",
        lambda row: row.rank,
        type=CellType.INTEGER,
    ),
    Column(
        "probability",
        "The probability on the screen: calibrated where the model is; empty for a code outside "
        "it, and for one with less than half a percent that was not kept",
        lambda row: shown_probability(row.calibrated, row.probability),
        type=CellType.NUMBER,
    ),
    Column(
        "raw",
        "The model's raw probability, which is compared with the threshold",
        lambda row: row.probability,
        type=CellType.NUMBER,
    ),
    Column(
        "threshold",
        "From which raw probability on the code is suggested",
        lambda row: row.threshold,
        type=CellType.NUMBER,
    ),
    Column("model", "Name of the model", lambda row: row.model),
    Column("model_version", "SHA-256 of the model", lambda row: row.model_version),
    Column("note_id", "The note the code is most probable in", lambda row: row.note_id),
    Column(
        "note_type",
        f"What kind of document that is: {', '.join(NoteType)}; empty where unknown",
        lambda row: row.note_type.value if row.note_type else None,
    ),
    Column(
        "note_date",
        "The day of that document: ISO 8601, empty where unknown",
        lambda row: day(row.note_date),
        type=CellType.DAY,
    ),
    *EVIDENCE_COLUMNS,
    Column(
        "signer",
        "Who held or finalised the encounter, empty where it is neither",
        lambda row: row.signer,
    ),
    Column("signer_id", "That person's number", lambda row: row.signer_id, type=CellType.INTEGER),
    Column(
        "signed",
        "When that was: ISO 8601, UTC",
        lambda row: at_moment(row.signed_at),
        type=CellType.MOMENT,
    ),
    Column(
        "purged",
        "When the text of its notes and the words of people were purged: ISO 8601, UTC; empty "
        "where they are here",
        lambda row: at_moment(row.purged.at) if row.purged else None,
        type=CellType.MOMENT,
    ),
    Column(
        "purge_reason",
        f"Why: {', '.join(PurgeReason)}; empty where they are here",
        lambda row: row.purged.reason.value if row.purged else None,
    ),
)
"""One row per encounter and code."""
