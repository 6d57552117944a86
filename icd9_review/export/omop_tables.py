"""Tables of what was coded in the shape of OMOP's common data model 5.4, for research."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from icd9_review.export.columns.examples import CODE_EXAMPLES
from icd9_review.export.columns.omop import (
    CONDITION_COLUMNS,
    NOTE_NLP_COLUMNS,
    PROCEDURE_COLUMNS,
    SPANS_EACH,
    NlpRow,
)
from icd9_review.export.columns.omop_examples import NLP_EXAMPLES
from icd9_review.export.export_table import ExportTable, RowChoice
from icd9_review.values import ExportFilter, FinalCodeRow, Kind, User

if TYPE_CHECKING:
    from icd9_review.store.database.engine import Database


def _of_kind(
    database: Database, wanted: ExportFilter, actor: User, kind: Kind
) -> Generator[FinalCodeRow]:
    from icd9_review.store.exporting.final_charts import final_code_rows

    with closing(final_code_rows(database, wanted, actor=actor)) as rows:
        yield from (row for row in rows if row.code.kind is kind)


def _conditions(database: Database, wanted: ExportFilter, *, actor: User) -> Generator[Any]:
    return _of_kind(database, wanted, actor, Kind.DIAGNOSIS)


def _procedures(database: Database, wanted: ExportFilter, *, actor: User) -> Generator[Any]:
    return _of_kind(database, wanted, actor, Kind.PROCEDURE)


def _note_nlp(database: Database, wanted: ExportFilter, *, actor: User) -> Generator[Any]:
    from icd9_review.store.exporting.decision_rows import decision_rows

    encounter, place, now = "", 0, datetime.now(UTC)
    with closing(decision_rows(database, wanted, actor=actor)) as rows:
        for row in rows:
            if row.encounter != encounter:
                encounter, place = row.encounter, 0
            for span in row.shown:
                yield NlpRow(row, span, place, row.at or now)
                place += 1


_SIGNED: Final = "No chart is signed yet. Finalise one on the workbench."
_UNDECIDED: Final = "No decisions yet. Open an encounter from the worklist and decide on its codes."
_CHARTS: Final = RowChoice(
    "--only-signed",
    "Leave out charts that are not signed.",
    fewer="Signed charts",
    all="With unsigned charts",
    empty=_SIGNED,
    all_empty=_UNDECIDED,
)

OMOP_TABLES: Final = (
    ExportTable(
        name="condition_occurrence",
        title="OMOP conditions",
        about="One row per diagnosis of a chart, as OMOP's table condition_occurrence (5.4).",
        choice=_CHARTS,
        outline=(
            *("condition_occurrence_id", "visit_occurrence_id", "condition_start_date"),
            *("condition_source_value", "condition_status_source_value"),
        ),
        columns=CONDITION_COLUMNS,
        rows=_conditions,
        examples=CODE_EXAMPLES,
        encounter_column="visit_occurrence_id",
        dated="condition_start_date",
    ),
    ExportTable(
        name="procedure_occurrence",
        title="OMOP procedures",
        about="One row per procedure of a chart, as OMOP's table procedure_occurrence (5.4).",
        choice=_CHARTS,
        outline=(
            *("procedure_occurrence_id", "visit_occurrence_id", "procedure_date"),
            "procedure_source_value",
        ),
        columns=PROCEDURE_COLUMNS,
        rows=_procedures,
        examples=CODE_EXAMPLES,
        measured=True,
        encounter_column="visit_occurrence_id",
        dated="procedure_date",
    ),
    ExportTable(
        name="note_nlp",
        title="OMOP spans",
        about="One row per span that a model marked for a code, as OMOP's table note_nlp (5.4).",
        choice=RowChoice(
            "--only-decided",
            "Leave out suggestions nobody decided on.",
            fewer="Decided codes",
            all="With open suggestions",
            empty="No span was marked for a code that was decided on.",
            all_empty="No span is marked yet; they come with the explanations of suggestions.",
        ),
        outline=("note_nlp_id", "offset", "nlp_date", "term_exists", "term_modifiers"),
        columns=NOTE_NLP_COLUMNS,
        rows=_note_nlp,
        examples=NLP_EXAMPLES,
        measured=True,
        encounter_column="note_nlp_id",
        ids_each=SPANS_EACH,
        dated="nlp_date",
    ),
)
