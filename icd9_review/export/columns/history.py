"""The columns of a history: one row per event of an encounter."""

from __future__ import annotations

from typing import Final

from icd9_review.export.columns.cells import (
    at_moment,
    shown_probability,
    title_of,
    value_of_reason,
    words_of_reason,
)
from icd9_review.export.columns.column import Column
from icd9_review.export.formats import CellType
from icd9_review.values import HistoryRow

HISTORY_COLUMNS: Final[tuple[Column[HistoryRow], ...]] = (
    Column("encounter", "Short name of the encounter", lambda row: row.encounter),
    Column("encounter_id", "Identifier of the encounter", lambda row: row.encounter_id),
    Column(
        "sequence",
        "Number of the event within the encounter",
        lambda row: row.event.sequence,
        type=CellType.INTEGER,
    ),
    Column(
        "time",
        "When it happened: ISO 8601, UTC",
        lambda row: at_moment(row.event.at),
        type=CellType.MOMENT,
    ),
    Column("actor", "Who did it; System for the program itself", lambda row: row.actor),
    Column("actor_id", "That person's number", lambda row: row.event.actor, type=CellType.INTEGER),
    Column(
        "event", "The kind of event, as accepted or note_added", lambda row: row.event.kind.value
    ),
    Column("event_words", "What it did, in words: replaced 401.0 by 401.9", lambda row: row.did),
    Column(
        "code",
        "The code it is about, with its dot, as text; empty where it is about none",
        lambda row: row.code[1] if row.code else None,
    ),
    Column("kind", "diagnosis or procedure", lambda row: row.code[0].value if row.code else None),
    Column(
        "title",
        "Long title of the code, empty where version 32 has none",
        lambda row: title_of(row.code),
    ),
    Column(
        "from",
        "What was before: verdict, place (from 1), POA, date, admitting diagnosis, status of the "
        "encounter, fact, person (number), superseded note, or the code that was replaced",
        lambda row: row.before,
    ),
    Column("to", "What was after, in the same way", lambda row: row.after),
    Column(
        "reason",
        "Why: of a rejection, a hold, a reopening or a purge",
        lambda row: value_of_reason(row.reason),
    ),
    Column(
        "reason_words", "The same as the screen says it", lambda row: words_of_reason(row.reason)
    ),
    Column(
        "words",
        "What the person wrote with it themselves; empty where nothing was, or it was deleted",
        lambda row: row.words,
        words=True,
    ),
    Column(
        "purged",
        "yes where the text of the note that was added, or the words of the person, were purged; "
        "empty otherwise",
        lambda row: "yes" if row.purged else None,
    ),
    Column(
        "probability",
        "The probability on the screen that a decision rests on: calibrated where the model is",
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
    Column("note_id", "The note it is about", lambda row: row.note_id),
    Column(
        "proof",
        "Of a signature, how the signer showed who they are: password, provider, or session where "
        "nothing else was asked",
        lambda row: row.proof,
    ),
    Column(
        "proved",
        "When they showed it once more, of a provider as it says itself: ISO 8601, UTC",
        lambda row: at_moment(row.proved),
        type=CellType.MOMENT,
    ),
    Column("hash", "SHA-256 of the event in the ledger", lambda row: row.event.hash),
)
"""One row per event of an encounter."""
