"""What can be exported: which rows, under which columns, and in which words it is offered.

A new table is an entry of ``TABLES``: the page, the command and the dictionary of columns take all
they say of it from there. Its rows are imported when they are asked for, so that the command line
starts without a database.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from icd9_review.export.charts.formats import CHART_FORMATS, ChartFormat
from icd9_review.export.columns import CODE_COLUMNS, DECISION_COLUMNS, HISTORY_COLUMNS, Column
from icd9_review.export.columns.examples import (
    CODE_EXAMPLES,
    DECISION_EXAMPLES,
    HISTORY_EXAMPLES,
)
from icd9_review.export.formats import EXPORT_FORMATS, ExportFormat
from icd9_review.values import ExportFilter, User

if TYPE_CHECKING:
    from icd9_review.store.database.engine import Database


class _Rows(Protocol):
    def __call__(
        self, database: Database, wanted: ExportFilter, *, actor: User
    ) -> Generator[Any]: ...


@dataclass(frozen=True, slots=True)
class RowChoice:
    """The rows that the page begins with (``fewer``, of the command an ``option``), and all.

    ``empty`` and ``all_empty`` are what the page says where there are none of them.
    """

    option: str
    option_help: str
    fewer: str
    all: str
    empty: str
    all_empty: str


@dataclass(frozen=True, slots=True)
class ExportTable:
    """``rows`` gives rows of the kind that the values of ``columns`` take.

    ``name`` is the word for the command, ``title`` that for people, ``about`` what a row is.
    ``outline`` are the columns to look at before an export, in which a person sees what it holds;
    ``examples`` are invented rows for the dictionary of columns. A table of whole charts gives
    these as well (``charts``), for the forms in which they leave.
    """

    name: str
    title: str
    about: str
    choice: RowChoice
    outline: tuple[str, ...]
    columns: tuple[Column[Any], ...]
    rows: _Rows
    examples: tuple[Any, ...]
    charts: _Rows | None = None

    @property
    def formats(self) -> Mapping[str, ExportFormat | ChartFormat]:
        """What it can be written in, by name."""
        return EXPORT_FORMATS if self.charts is None else {**EXPORT_FORMATS, **CHART_FORMATS}


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

TABLES: Final[Mapping[str, ExportTable]] = MappingProxyType(
    {
        each.name: each
        for each in (
            ExportTable(
                name="decisions",
                title="Decisions",
                about="One row per encounter and code as it stands now, with the decision it rests "
                "on.",
                choice=RowChoice(
                    "--only-decided",
                    "Leave out suggestions nobody decided on.",
                    fewer="Decided codes",
                    all="With open suggestions",
                    empty=_UNDECIDED,
                    all_empty="No decisions and no suggestions yet. Take in an encounter on the "
                    "worklist.",
                ),
                outline=("encounter", "code", "title", "verdict", "reason_words", "actor", "time"),
                columns=DECISION_COLUMNS,
                rows=_decisions,
                examples=DECISION_EXAMPLES,
            ),
            ExportTable(
                name="codes",
                title="Final codes",
                about="One row per code of a chart in its order, with whose word it is and who "
                "signed.",
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
            ),
        )
    }
)
