"""What can be exported: which rows, under which columns."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol

from icd9_review.export.columns import DECISION_COLUMNS, HISTORY_COLUMNS, Column
from icd9_review.store.database.engine import Database
from icd9_review.store.exporting.decision_rows import decision_rows
from icd9_review.store.exporting.history_rows import history_rows
from icd9_review.values import ExportFilter, User


class _Rows(Protocol):
    def __call__(
        self, database: Database, wanted: ExportFilter, *, actor: User
    ) -> Generator[Any]: ...


@dataclass(frozen=True, slots=True)
class ExportTable:
    """``rows`` gives rows of the kind that the values of ``columns`` take.

    ``outline`` are the columns to look at before an export, in which a person sees what it holds.
    """

    name: str
    outline: tuple[str, ...]
    columns: tuple[Column[Any], ...]
    rows: _Rows


TABLES: Final[Mapping[str, ExportTable]] = MappingProxyType(
    {
        each.name: each
        for each in (
            ExportTable(
                "decisions",
                ("encounter", "code", "title", "verdict", "reason_words", "actor", "time"),
                DECISION_COLUMNS,
                decision_rows,
            ),
            ExportTable(
                "history",
                ("encounter", "time", "actor", "event_words", "from", "to", "reason_words"),
                HISTORY_COLUMNS,
                history_rows,
            ),
        )
    }
)
