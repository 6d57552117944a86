"""What the worklist shows and counts, by whichever way, is what every row says one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, update

from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, SummaryRow
from icd9_review.store.projections.summaries import set_assignee
from icd9_review.store.worklist import page
from icd9_review.store.worklist.page import worklist
from icd9_review.values import CareSetting, EncounterStatus, WorklistQuery, WorklistSort
from tests.encounters import add_encounter, coders

_NOON, _DAY = datetime(2026, 3, 2, 12, tzinfo=UTC), date(2026, 3, 2)
_ENCOUNTERS = 14
_CERTAINTIES = (None, None, 0.2, 0.5, 0.9)
_WORDS = ("cardiology", "surgery", "surgery\n50%_off", "Straße".casefold())

_FILTERS: dict[str, tuple[dict[str, Any], Callable[[SummaryRow], bool]]] = {
    "all": ({}, lambda _: True),
    "a word": ({"search": "Surgery"}, lambda row: "surgery" in row.search),
    "two words": (
        {"search": "SURG 50%_O"},
        lambda row: "surg" in row.search and "50%_o" in row.search,
    ),
    "a letter that folds": ({"search": "STRASSE"}, lambda row: "strasse" in row.search),
    "no such word": ({"search": "_"}, lambda row: "_" in row.search),
    "inpatients": (
        {"setting": CareSetting.INPATIENT},
        lambda row: row.setting is CareSetting.INPATIENT,
    ),
    "older": ({"dated_before": _DAY}, lambda row: row.chart_date < _DAY),
    "errors": ({"with_errors": True}, lambda row: bool(row.errors)),
    "nobody's": ({"assignees": (None,)}, lambda row: row.assignee is None),
}
_ORDERS: dict[WorklistSort, Callable[[SummaryRow], Any]] = {
    WorklistSort.NEWEST: lambda row: -row.number,
    WorklistSort.OLDEST: lambda row: row.number,
    WorklistSort.MOST_OPEN: lambda row: (-row.open, -row.number),
    WorklistSort.LAST_CHANGED: lambda row: (-row.at.timestamp(), -row.number),
    WorklistSort.CHART_AGE: lambda row: (row.chart_date, -row.number),
    WorklistSort.LEAST_CERTAIN: lambda row: (
        2.0 if row.confidence is None else row.confidence,
        -row.number,
    ),
}


def _scatter(database: Database) -> list[SummaryRow]:
    """Summaries of all kinds, as they are stored."""
    chance, person = np.random.default_rng(4), coders(database)[0]

    def any_of(values: Any) -> Any:
        found = list(values)
        return found[int(chance.integers(len(found)))]

    for place in range(_ENCOUNTERS):
        encounter = add_encounter(database, setting=any_of(CareSetting))
        with database.write() as session:
            if place % 3 == 0:
                set_assignee(session, [encounter.id], person.id)
            told = update(SummaryRow).where(SummaryRow.encounter_id == encounter.id)
            session.execute(
                told.values(
                    status=any_of((EncounterStatus.OPEN, EncounterStatus.FINALISED)),
                    open=int(chance.integers(3)),
                    errors=any_of((None, 0, 2)),
                    confidence=any_of(_CERTAINTIES),
                    chart_date=_DAY + timedelta(days=int(chance.integers(-2, 3))),
                    at=_NOON + timedelta(hours=int(chance.integers(4))),
                    search=f"e-{encounter.number:05}\n{any_of(_WORDS)}",
                    archived=place % 5 == 0,
                )
            )
    with database.read() as session:
        return list(session.scalars(select(SummaryRow)))


@pytest.mark.parametrize("few", [0, 4, 5_000])
def test_every_filter_and_order_is_what_the_rows_say(
    database: Database, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    rows = _scatter(database)
    monkeypatch.setattr(page, "_FEW", few)
    for number, (asked, meets) in enumerate(_FILTERS.values()):
        mine = [row for row in rows if meets(row) and not row.archived]
        counts = dict(Counter(row.status for row in mine))
        for place, (sort, key) in enumerate(_ORDERS.items()):
            statuses = ((), (EncounterStatus.OPEN,))[(number + place) % 2]
            query = WorklistQuery(sort=sort, statuses=statuses, limit=3, offset=place % 2, **asked)
            shown = sorted((r for r in mine if not statuses or r.status in statuses), key=key)
            found = worklist(database, query)
            assert {status: n for status, n in found.counts.items() if n} == counts
            assert found.total == len(shown)
            assert [row.id for row in found.rows] == [
                row.encounter_id for row in shown[query.offset :][:3]
            ]


def test_a_summary_says_whose_its_encounter_is_and_where_it_was_treated(
    database: Database,
) -> None:
    _scatter(database)
    columns = (EncounterRow.setting, EncounterRow.assignee)
    told = select(*columns, SummaryRow.setting, SummaryRow.assignee).join(
        SummaryRow, SummaryRow.encounter_id == EncounterRow.id
    )
    with database.read() as session:
        found = session.execute(told).all()
    assert {row[:2] for row in found} == {row[2:] for row in found}
    assert all(row[:2] == row[2:] for row in found)
