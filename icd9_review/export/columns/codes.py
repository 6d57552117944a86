"""The columns of final codes: one row per encounter and code of its chart."""

from __future__ import annotations

from typing import Final

from icd9_review.export.columns.cells import at_moment, day, title_of
from icd9_review.export.columns.column import Column
from icd9_review.export.formats import CellType
from icd9_review.review.status_words import STATUS_WORDS
from icd9_review.values import CodeProvenance, Disposition, FinalCodeRow

_OF_THE_ENCOUNTER: Final[tuple[Column[FinalCodeRow], ...]] = (
    Column("encounter", "Short name of the encounter", lambda row: row.chart.encounter),
    Column("encounter_id", "Identifier of the encounter", lambda row: row.chart.encounter_id),
    Column("setting", "inpatient or outpatient", lambda row: row.chart.setting.value),
    Column(
        "age",
        "Age in years, empty where unknown",
        lambda row: row.chart.age,
        type=CellType.INTEGER,
    ),
    Column("sex", "female, male or unknown", lambda row: row.chart.sex.value),
    Column(
        "admitted",
        "Day of the admission: ISO 8601, empty where unknown",
        lambda row: day(row.chart.admitted),
        type=CellType.DAY,
    ),
    Column(
        "discharged",
        "Day of the discharge: ISO 8601, empty where unknown",
        lambda row: day(row.chart.discharged),
        type=CellType.DAY,
    ),
    Column(
        "disposition",
        f"Where the patient went: {', '.join(Disposition)}; empty where unknown",
        lambda row: row.chart.disposition.value if row.chart.disposition else None,
    ),
    Column(
        "service",
        "Service of the encounter as its source calls it, empty where unknown or purged",
        lambda row: row.chart.service,
    ),
    Column(
        "payer",
        "Who pays, as its source says it; empty where unknown or purged",
        lambda row: row.chart.payer,
    ),
    Column(
        "encounter_status",
        "scoring, failed, open, in_progress, decided, held or finalised",
        lambda row: row.chart.status.value,
    ),
    Column(
        "encounter_status_words",
        "The same as the worklist says it",
        lambda row: STATUS_WORDS[row.chart.status],
    ),
)

CODE_COLUMNS: Final[tuple[Column[FinalCodeRow], ...]] = (
    *_OF_THE_ENCOUNTER,
    Column("code", "ICD-9-CM code with its dot, as text", lambda row: row.code.code),
    Column("kind", "diagnosis or procedure", lambda row: row.code.kind.value),
    Column(
        "title",
        "Long title of the code, empty where version 32 has none",
        lambda row: title_of((row.code.kind, row.code.code)),
    ),
    Column(
        "position",
        "Place within its kind, from 1; empty for an admitting diagnosis that is no other code",
        lambda row: row.code.position,
        type=CellType.INTEGER,
    ),
    Column(
        "principal",
        "yes for the first diagnosis once somebody has said that it is the principal or "
        "first-listed one, or signed; empty otherwise",
        lambda row: "yes" if row.code.principal else None,
    ),
    Column(
        "admitting",
        "yes for the admitting diagnosis; empty otherwise",
        lambda row: "yes" if row.chart.was_admitted_for(row.code) else None,
    ),
    Column(
        "poa",
        "Present on admission: Y, N, U, W or 1 (exempt), empty where not set",
        lambda row: row.code.poa.value if row.code.poa else None,
    ),
    Column(
        "performed",
        "Date of a procedure: ISO 8601, empty where not set",
        lambda row: day(row.code.performed),
        type=CellType.DAY,
    ),
    Column(
        "origin",
        "How the code came: suggested (from the model's list, also where it was demoted), replaced "
        "(took another's place) or added; empty for an admitting diagnosis that is no other code",
        lambda row: row.code.origin.value if row.code.origin else None,
    ),
    Column(
        "provenance",
        f"Whose word the code is: {', '.join(CodeProvenance)}",
        lambda row: row.code.provenance.value,
    ),
    Column("actor", "The coder who decided on it last", lambda row: row.code.coder),
    Column(
        "actor_id", "That person's number", lambda row: row.code.coder_id, type=CellType.INTEGER
    ),
    Column(
        "time",
        "When that was: ISO 8601, UTC",
        lambda row: at_moment(row.code.at),
        type=CellType.MOMENT,
    ),
    Column(
        "probability",
        "The probability on the screen then: calibrated where the model is; empty for a code "
        "outside it, and for one with less than half a percent that was not kept",
        lambda row: row.code.probability,
        type=CellType.NUMBER,
    ),
    Column(
        "model",
        "Name of the model that had read the notes then, empty where none had",
        lambda row: row.code.model,
    ),
    Column("model_version", "SHA-256 of the model", lambda row: row.code.model_version),
    Column("signer", "Who signed the chart, empty where nobody has", lambda row: row.chart.signer),
    Column(
        "signer_id", "That person's number", lambda row: row.chart.signer_id, type=CellType.INTEGER
    ),
    Column(
        "signed",
        "When that was: ISO 8601, UTC",
        lambda row: at_moment(row.chart.signed_at),
        type=CellType.MOMENT,
    ),
    Column(
        "purged",
        "When the text of its notes and the words of people were purged: ISO 8601, UTC; empty "
        "where they are here",
        lambda row: at_moment(row.chart.purged.at) if row.chart.purged else None,
        type=CellType.MOMENT,
    ),
)
"""One row per encounter and final code."""
