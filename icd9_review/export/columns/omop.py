"""The columns of OMOP's common data model 5.4 that coded charts fill, under its own names.

The order and the types are those of https://ohdsi.github.io/CommonDataModel/cdm54.html. Concept ids
are 0, "no matching concept", because no vocabulary is delivered with the program: the source values
are what a vocabulary is joined by. Nobody is named: a person of these tables is one encounter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from icd9_review.export.columns.cells import at_moment, day
from icd9_review.export.columns.column import Column
from icd9_review.export.formats import CellType, Value
from icd9_review.values import Assertion, DecisionRow, FinalCodeRow, ShownSpan

IDS_EACH: Final = 1_000
"""Ids of one encounter in a table of codes; by judgement: a chart has some dozen codes."""

SPANS_EACH: Final = 1_000_000
"""Ids of one encounter in ``note_nlp``; by judgement: a thousand spans of a thousand codes."""

_NO_CONCEPT: Final = 0
_NOT_OF_THE_PATIENT_NOW: Final = frozenset(
    {Assertion.NEGATED, Assertion.FAMILY, Assertion.OTHER_PERSON, Assertion.UNCERTAIN}
)


@dataclass(frozen=True, slots=True)
class NlpRow:
    """A span that a model marked for a code: the ``place``-th of its encounter, from 0, ``at`` the
    moment of the decision before which it stood, else of the export."""

    row: DecisionRow
    span: ShownSpan
    place: int
    at: datetime


def encounter_number(label: str) -> int:
    """The number in a short name.

    >>> encounter_number("E-00042")
    42
    """
    return int(label.removeprefix("E-"))


def note_number(note_id: str) -> int:
    """The id of a note as the whole number that OMOP wants: its first fifteen digits.

    >>> note_number("00000000000002a" + "0" * 7)
    42
    """
    return int(note_id[:15], 16)


def _began(row: FinalCodeRow) -> date:
    chart = row.chart
    return chart.admitted or chart.discharged or chart.at.date()


def _done(row: FinalCodeRow) -> date:
    return row.code.performed or _began(row)


def _visit(row: FinalCodeRow) -> int:
    return encounter_number(row.chart.encounter)


def _occurrence(row: FinalCodeRow) -> int:
    return _visit(row) * IDS_EACH + (row.code.position or 0)


def _status(row: FinalCodeRow) -> str:
    if row.code.principal:
        return "principal diagnosis"
    return "secondary diagnosis" if row.code.position else "admitting diagnosis"


def _nothing(_: object) -> Value:
    return None


def _no_concept(_: object) -> Value:
    return _NO_CONCEPT


def _whole(name: str, meaning: str) -> Column[FinalCodeRow]:
    """A column of whole numbers that stays empty."""
    return Column(name, f"{meaning}: empty", _nothing, type=CellType.INTEGER)


def _concept(name: str, meaning: str) -> Column[FinalCodeRow]:
    return Column(name, f"{meaning}: 0, no vocabulary", _no_concept, type=CellType.INTEGER)


def _beginning(table: str) -> tuple[Column[FinalCodeRow], ...]:
    return (
        Column(
            f"{table}_occurrence_id",
            f"{IDS_EACH:,} × the number of the encounter, and the code's place from 1; 0 of an "
            "admitting diagnosis that is no other code",
            _occurrence,
            type=CellType.INTEGER,
        ),
        Column(
            "person_id",
            "Number of the encounter: the program knows encounters, and nobody by name",
            _visit,
            type=CellType.INTEGER,
        ),
        _concept(f"{table}_concept_id", "Standard concept"),
    )


_VISIT: Final[tuple[Column[FinalCodeRow], ...]] = (
    _whole("provider_id", "Provider"),
    Column("visit_occurrence_id", "Number of the encounter", _visit, type=CellType.INTEGER),
    _whole("visit_detail_id", "Part of a visit"),
)

CONDITION_COLUMNS: Final[tuple[Column[FinalCodeRow], ...]] = (
    *_beginning("condition"),
    Column(
        "condition_start_date",
        "Day of the admission, else of the discharge, else of the signature or last decision",
        lambda row: day(_began(row)),
        type=CellType.DAY,
    ),
    Column(
        "condition_start_datetime", "Empty: days alone are known", _nothing, type=CellType.MOMENT
    ),
    Column(
        "condition_end_date",
        "Day of the discharge, empty where unknown",
        lambda row: day(row.chart.discharged),
        type=CellType.DAY,
    ),
    Column("condition_end_datetime", "Empty", _nothing, type=CellType.MOMENT),
    _concept("condition_type_concept_id", "Where the record is from"),
    _concept("condition_status_concept_id", "Standard concept of the status"),
    Column("stop_reason", "Empty", _nothing),
    *_VISIT,
    Column(
        "condition_source_value",
        "ICD-9-CM code with its dot, as vocabulary ICD9CM has it",
        lambda row: row.code.code,
    ),
    _concept("condition_source_concept_id", "Concept of the source code"),
    Column(
        "condition_status_source_value",
        "principal diagnosis, secondary diagnosis or admitting diagnosis",
        _status,
    ),
)
"""A row per diagnosis of a chart: ``condition_occurrence``."""

PROCEDURE_COLUMNS: Final[tuple[Column[FinalCodeRow], ...]] = (
    *_beginning("procedure"),
    Column(
        "procedure_date",
        "Day of the procedure, else as condition_start_date",
        lambda row: day(_done(row)),
        type=CellType.DAY,
    ),
    Column("procedure_datetime", "Empty: days alone are known", _nothing, type=CellType.MOMENT),
    Column("procedure_end_date", "Empty", _nothing, type=CellType.DAY),
    Column("procedure_end_datetime", "Empty", _nothing, type=CellType.MOMENT),
    _concept("procedure_type_concept_id", "Where the record is from"),
    _concept("modifier_concept_id", "Modifier"),
    Column("quantity", "1", lambda _: 1, type=CellType.INTEGER),
    *_VISIT,
    Column(
        "procedure_source_value",
        "ICD-9-CM procedure with its dot, as vocabulary ICD9Proc has it",
        lambda row: row.code.code,
    ),
    _concept("procedure_source_concept_id", "Concept of the source code"),
    Column("modifier_source_value", "Empty", _nothing),
)
"""A row per procedure of a chart: ``procedure_occurrence``."""

NOTE_NLP_COLUMNS: Final[tuple[Column[NlpRow], ...]] = (
    Column(
        "note_nlp_id",
        f"{SPANS_EACH:,} × the number of the encounter, and the place among its spans from 0",
        lambda row: encounter_number(row.row.encounter) * SPANS_EACH + row.place,
        type=CellType.INTEGER,
    ),
    Column(
        "note_id",
        "The first fifteen digits of the note's identifier, which is hexadecimal, as a number",
        lambda row: note_number(row.span.span.note_id),
        type=CellType.INTEGER,
    ),
    Column("section_concept_id", "Section: 0, no vocabulary", _no_concept, type=CellType.INTEGER),
    Column(
        "snippet",
        "The words that were marked; text of a note",
        lambda row: _words(row),
        words=True,
    ),
    Column(
        "offset",
        "Where it begins in the note: code points from 0",
        lambda row: str(row.span.span.start),
    ),
    Column(
        "lexical_variant",
        "The first 250 characters of the words that were marked, where words are asked for; else "
        "an empty text",
        lambda _: "",
        in_words=lambda row: _words(row)[:250],
    ),
    Column("note_nlp_concept_id", "Concept: 0, no vocabulary", _no_concept, type=CellType.INTEGER),
    Column(
        "note_nlp_source_concept_id",
        "Concept of the source code: 0, no vocabulary; the code stands in term_modifiers",
        _no_concept,
        type=CellType.INTEGER,
    ),
    Column(
        "nlp_system",
        "Name of the model and the SHA-256 that is its version",
        lambda row: f"{row.row.model or ''} {row.row.model_version or ''}".strip(),
    ),
    Column(
        "nlp_date",
        "Day (UTC) of the decision before which it stood; of what nobody decided on, of the export",
        lambda row: day(row.at.date()),
        type=CellType.DAY,
    ),
    Column("nlp_datetime", "The moment of it", lambda row: at_moment(row.at), type=CellType.MOMENT),
    Column(
        "term_exists",
        "Y where the context says that the patient has or had it; N where it is negated, "
        "uncertain, or another person's",
        lambda row: "N" if row.span.assertion in _NOT_OF_THE_PATIENT_NOW else "Y",
    ),
    Column(
        "term_temporal",
        "past or present",
        lambda row: "past" if row.span.assertion is Assertion.HISTORICAL else "present",
    ),
    Column(
        "term_modifiers",
        "Vocabulary and code, where the span ends, weight, what the context says, and the verdict "
        "on the code; name=value with semicolons between",
        lambda row: _modifiers(row),
    ),
)
"""A row per span that a model marked for a code: ``note_nlp``."""


def _words(row: NlpRow) -> str:
    return " ".join(row.span.words.split())


def _modifiers(row: NlpRow) -> str:
    vocabulary = "ICD9CM" if row.row.kind.value == "diagnosis" else "ICD9Proc"
    said = {
        "vocabulary": vocabulary,
        "code": row.row.code,
        "end": row.span.span.end,
        "weight": f"{row.span.weight:g}",
        "assertion": row.span.assertion.name.lower(),
        "verdict": row.row.verdict.value,
    }
    return ";".join(f"{name}={value}" for name, value in said.items())
