"""What to code next is found in an index of what is in work, words by reading rows as they lie."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from icd9_review.store.database.engine import Database
from icd9_review.store.worklist.page import next_encounter, worklist
from icd9_review.values import CareSetting, WorklistQuery, WorklistSort
from tests.encounters import add_encounter, coders

_ASKED = {
    "everything": WorklistQuery(),
    "with the archive": WorklistQuery(archived=True),
    "another order": WorklistQuery(sort=WorklistSort.LEAST_CERTAIN),
    "filters": WorklistQuery(setting=CareSetting.INPATIENT, with_errors=True),
}
_MANY_SIGNED = (
    "SET LOCAL session_replication_role = replica",  # of no encounters
    "INSERT INTO summaries (encounter_id, status, open, decided, chart_date, actor, at, search) "
    "SELECT number, 'finalised', 0, 1, now(), 1, now(), '' FROM generate_series(1, 5000) number",
    "ANALYZE summaries",
)


@pytest.mark.parametrize("asked", _ASKED)
def test_next_reads_an_index_of_what_is_in_work(database: Database, asked: str) -> None:
    encounter, (coder, _) = add_encounter(database).id, coders(database)
    plan = explain(database, lambda: next_encounter(database, encounter, _ASKED[asked], user=coder))
    assert re.search("(COVERING INDEX|Scan using) ix_summaries_in_work", plan), plan


@pytest.mark.parametrize("few", [0, 5_000])
def test_a_search_reads_rows_as_they_lie_in_place_of_one_by_one(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("icd9_review.store.worklist.page._FEW", few)
    add_encounter(sqlite)
    with _asked(sqlite) as statements:
        worklist(sqlite, WorklistQuery(search="e-1"))
    searches = [each for each in statements if "instr" in each[0] and "ORDER BY" not in each[0]]
    assert len(searches) == (1 if few else 2)
    with sqlite.engine.connect() as connection:
        for said, given in searches:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given)
            assert next(plan)[-1] == "SCAN summaries"


def explain(database: Database, do: Callable[[], object]) -> str:
    """How the database means to run the last statement where signed charts are many.

    PostgreSQL has to have some: in an empty table every way is as quick.
    """
    with _asked(database) as statements:
        do()
    statement, parameters = statements[-1]
    with database.engine.connect() as connection:
        words = "EXPLAIN QUERY PLAN"
        if connection.dialect.name == "postgresql":
            words = "EXPLAIN"
            for each in _MANY_SIGNED:
                connection.execute(text(each))
        found = connection.exec_driver_sql(f"{words} {statement}", parameters)
        return "\n".join(str(row[-1]) for row in found)


@contextmanager
def _asked(database: Database) -> Iterator[list[tuple[str, Any]]]:
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, said: str, given: Any, *_: Any) -> None:
        statements.append((said, given))

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)
