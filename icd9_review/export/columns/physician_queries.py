"""The columns of queries to physicians: one row per query."""

from __future__ import annotations

from typing import Final

from icd9_review.export.columns.cells import at_moment, places
from icd9_review.export.columns.column import Column
from icd9_review.export.formats import CellType
from icd9_review.quality.queries.templates import TEMPLATES, offered_answers
from icd9_review.values import PhysicianQueryReason, PhysicianQueryRow, PhysicianQueryStatus


def _chosen(row: PhysicianQueryRow) -> str | None:
    answer, offered = row.query.answer, offered_answers(row.query.options)
    if answer is None or answer.option is None or row.query.question is None:
        return None
    return offered[answer.option]


def _option(row: PhysicianQueryRow) -> int | None:
    answer = row.query.answer
    return None if answer is None or answer.option is None else answer.option + 1


def _hours(row: PhysicianQueryRow) -> float | None:
    if row.settled is None:
        return None
    return round((row.settled - row.query.at).total_seconds() / 3600, 2)


QUERY_COLUMNS: Final[tuple[Column[PhysicianQueryRow], ...]] = (
    Column("encounter", "Short name of the encounter", lambda row: row.encounter),
    Column("encounter_id", "Identifier of the encounter", lambda row: row.encounter_id),
    Column("setting", "inpatient or outpatient", lambda row: row.setting.value),
    Column(
        "encounter_status",
        "scoring, failed, open, in_progress, decided, held or finalised",
        lambda row: row.status.value,
    ),
    Column(
        "query",
        "Number of the query: of the event that asked it, within the encounter",
        lambda row: row.query.sequence,
        type=CellType.INTEGER,
    ),
    Column(
        "time",
        "When it was asked: ISO 8601, UTC",
        lambda row: at_moment(row.query.at),
        type=CellType.MOMENT,
    ),
    Column("actor", "Who asked", lambda row: row.query.actor),
    Column("actor_id", "That person's number", lambda row: row.actor_id, type=CellType.INTEGER),
    Column(
        "reason",
        f"What it asks for: {', '.join(PhysicianQueryReason)}",
        lambda row: row.query.reason.value,
    ),
    Column(
        "reason_words",
        "The same as the screen says it",
        lambda row: TEMPLATES[row.query.reason].words,
    ),
    Column(
        "status",
        f"Where it stands: {', '.join(PhysicianQueryStatus)}",
        lambda row: row.query.status.value,
    ),
    Column(
        "evidence",
        "Spans that it quotes, separated by spaces: note id:start-end, code points from 0",
        lambda row: places(row.query.indicators),
    ),
    Column("question", "The question", lambda row: row.query.question, words=True),
    Column(
        "options",
        'The answers that were offered, separated by " | "',
        lambda row: " | ".join(offered_answers(row.query.options)) if row.query.question else None,
        words=True,
    ),
    Column(
        "option",
        "Number of the answer that was chosen, from 1; empty where none was",
        _option,
        type=CellType.INTEGER,
    ),
    Column("answer", "That answer", _chosen, words=True),
    Column(
        "answer_words",
        "What the physician wrote",
        lambda row: row.query.answer.words if row.query.answer else None,
        words=True,
    ),
    Column(
        "settled",
        "When it was answered or withdrawn: ISO 8601, UTC; empty while it is open",
        lambda row: at_moment(row.settled),
        type=CellType.MOMENT,
    ),
    Column("settled_by", "Who answered or withdrew it", lambda row: row.settled_by),
    Column(
        "settled_by_id", "That person's number", lambda r: r.settled_by_id, type=CellType.INTEGER
    ),
    Column(
        "hours",
        "Hours from the question until then",
        _hours,
        type=CellType.NUMBER,
    ),
    Column(
        "purged",
        "When the text of its notes and the words of people were purged: ISO 8601, UTC; empty "
        "where they are here",
        lambda row: at_moment(row.purged.at) if row.purged else None,
        type=CellType.MOMENT,
    ),
)
"""One row per query."""
