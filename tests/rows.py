"""Rows of exports as the program itself reads them, for tests of what stands in them."""

from __future__ import annotations

from collections.abc import Generator

from icd9_review.store.database.engine import Database
from icd9_review.store.exporting import decision_rows as decisions
from icd9_review.store.exporting import final_charts as charts
from icd9_review.store.exporting import history_rows as histories
from icd9_review.store.users import system_user
from icd9_review.values import DecisionRow, ExportFilter, FinalChart, HistoryRow

_EVERYTHING = ExportFilter()


def decision_rows(database: Database, wanted: ExportFilter = _EVERYTHING) -> Generator[DecisionRow]:
    return decisions.decision_rows(database, wanted, actor=system_user(database))


def final_charts(database: Database, wanted: ExportFilter = _EVERYTHING) -> Generator[FinalChart]:
    return charts.final_charts(database, wanted, actor=system_user(database))


def history_rows(database: Database, wanted: ExportFilter = _EVERYTHING) -> Generator[HistoryRow]:
    return histories.history_rows(database, wanted, actor=system_user(database))
