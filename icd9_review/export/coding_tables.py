"""The tables of what was coded: decisions, final codes, and the history of encounters.

Their rows are imported when they are asked for, so that the command line starts without a database.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

from icd9_review.export.columns import CODE_COLUMNS, DECISION_COLUMNS, HISTORY_COLUMNS
from icd9_review.export.columns.examples import (
    CODE_EXAMPLES,
    DECISION_EXAMPLES,
    HISTORY_EXAMPLES,
)
from icd9_review.export.export_table import ExportTable, RowChoice
from icd9_review.values import ExportFilter, User

if TYPE_CHECKING:
    from icd9_review.store.database.engine import Database


def _codes(database: Database, wanted: ExportFilter, *, actor: User) -> Generator[Any]:
    from icd9_review.store.exporting.final_charts import final_code_rows

    return final_code_rows(database, wanted, actor=actor)


def _charts(database: Database, wanted: ExportFilter, *, actor: User) -> Generator[Any]:
    from icd9_review.store.exporting.final_charts import final_charts

    return final_charts(database, wanted, actor=actor)


def _decisions(database: Database, wanted: ExportFilter, *, actor: User) -> Generator[Any]:
    from icd9_review.store.exporting.decision_rows import decision_rows

    return decision_rows(database, wanted, actor=actor)


def _history(database: Database, wanted: ExportFilter, *, actor: User) -> Generator[Any]:
    from icd9_review.store.exporting.history_rows import history_rows

    return history_rows(database, wanted, actor=actor)


_UNDECIDED: Final = "No decisions yet. Open an encounter from the worklist and decide on its codes."

CODING_TABLES: Final = (
    ExportTable(
        name="decisions",
        title="Decisions",
        about="One row per encounter and code as it stands now, with the decision it rests on.",
        choice=RowChoice(
            "--only-decided",
            "Leave out suggestions nobody decided on.",
            fewer="Decided codes",
            all="With open suggestions",
            empty=_UNDECIDED,
            all_empty="No decisions and no suggestions yet. Take in an encounter on the worklist.",
        ),
        outline=(
            "encounter",
            "code",
            "title",
            "verdict",
            "admitting",
            "reason_words",
            "actor",
            "time",
        ),
        columns=DECISION_COLUMNS,
        rows=_decisions,
        examples=DECISION_EXAMPLES,
        dated="time",
    ),
    ExportTable(
        name="codes",
        title="Final codes",
        about="One row per code of a chart in its order, with whose word it is and who signed.",
        choice=RowChoice(
            "--only-signed",
            "Leave out charts that are not signed.",
            fewer="Signed charts",
            all="With unsigned charts",
            empty="No chart is signed yet. Finalise one on the workbench.",
            all_empty=_UNDECIDED,
        ),
        outline=("encounter", "position", "code", "title", "poa", "provenance", "signer"),
        columns=CODE_COLUMNS,
        rows=_codes,
        examples=CODE_EXAMPLES,
        charts=_charts,
        dated="signed",
    ),
    ExportTable(
        name="history",
        title="History",
        about="One row per event of an encounter: who did what when, and what it changed.",
        choice=RowChoice(
            "--only-decisions",
            "Leave out what decides nothing, as views.",
            fewer="Decisions",
            all="Every event",
            empty=_UNDECIDED,
            all_empty="No encounters yet. Take one in on the worklist.",
        ),
        outline=(
            *("encounter", "time", "actor", "event_words", "from", "to"),
            "reason_words",
        ),
        columns=HISTORY_COLUMNS,
        rows=_history,
        examples=HISTORY_EXAMPLES,
        dated="time",
    ),
)
