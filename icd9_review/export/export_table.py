"""What is said of a table that can be exported: its rows, columns, words and filters."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from icd9_review.export.charts.formats import CHART_FORMATS, ChartFormat
from icd9_review.export.columns import Column
from icd9_review.export.formats import EXPORT_FORMATS, ExportFormat
from icd9_review.store.people.permissions import Act
from icd9_review.values import ExportFilter, User

if TYPE_CHECKING:
    from icd9_review.store.database.engine import Database


class RowFilter(StrEnum):
    """What rows of a table may be chosen by, besides its own choice."""

    DAYS = "days"
    PEOPLE = "people"
    SETTINGS = "settings"
    STATUSES = "statuses"
    CODES = "codes"


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
    these as well (``charts``), for the forms in which they leave. ``act`` is what whoever takes it
    has to be allowed besides exporting; ``filters`` are what its rows may be chosen by. The
    ``encounter_column`` has the encounter's short name, or its number ``ids_each`` times and what
    is added to it; a table without that column holds sums of many. ``dated`` is the column by whose
    days a folder of Parquet is divided, empty where it is none of days. ``leaves_blind_out`` is
    whether encounters are left out whose coder somebody may not know yet
    (``store.auditing.blindness``). Rows that are ``measured`` of many encounters at once take
    seconds: the page shows the first ones where somebody asks for them.
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
    act: Act = Act.EXPORT
    filters: tuple[RowFilter, ...] = tuple(RowFilter)
    leaves_blind_out: bool = True
    measured: bool = False
    encounter_column: str = "encounter"
    ids_each: int = 1
    dated: str = ""

    @property
    def formats(self) -> Mapping[str, ExportFormat | ChartFormat]:
        """What it can be written in, by name."""
        return EXPORT_FORMATS if self.charts is None else {**EXPORT_FORMATS, **CHART_FORMATS}
