"""Whoever looks at the first rows of an export has seen codes of charts, and the ledger says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icd9_review.errors import PermissionDenied
from icd9_review.export.first_rows import first_rows
from icd9_review.export.writing import ExportRequest
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.ledger.verification import verify
from icd9_review.store.people.teams import add_team
from icd9_review.store.users import system_user, users
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.values import Event, EventKind, ExportFilter, Role
from tests.encounters import add_scored_encounter, coders
from tests.store.auditing.signing import add_signed, auditor

DECISIONS = ExportRequest("decisions", "csv")


def looks(database: Database) -> list[Event]:
    told = ledger.events(database, ledger.SYSTEM)
    return [event for event in told if event.kind is EventKind.ROWS_SHOWN]


@pytest.mark.parametrize("table", ["decisions", "history"])
def test_the_ledger_hears_which_encounters_they_are_of(database: Database, table: str) -> None:
    one, two = add_scored_encounter(database), add_scored_encounter(database)
    coder = coders(database)[0]
    wanted = ExportFilter(people=(coder.id,)) if table == "history" else ExportFilter()
    shown = first_rows(
        database, ExportRequest(table, "csv", wanted), 25, actor=coder, visit="visit"
    )
    (event,) = looks(database)
    assert event.actor == coder.id
    assert event.payload == {
        "table": table,
        "since": None,
        "before": None,
        "people": list(wanted.people),
        "settings": [],
        "statuses": [],
        "codes": [],
        "only_decided": False,
        "rows": len(shown),
        "encounters": [one.number, two.number],
    }
    assert verify(database) == []


def test_of_final_codes_it_hears_which_charts_they_are_of(database: Database) -> None:
    add_scored_encounter(database)
    chart, coder = add_signed(database), coders(database)[0]
    shown = first_rows(database, ExportRequest("codes", "csv"), 25, actor=coder, visit="visit")
    (event,) = looks(database)
    assert (event.payload["rows"], event.payload["encounters"]) == (len(shown), [chart.number])


def test_sums_are_of_no_encounter(database: Database) -> None:
    add_signed(database)
    who = auditor(database)
    shown = first_rows(database, ExportRequest("outcomes", "csv"), 25, actor=who, visit="visit")
    (event,) = looks(database)
    assert (event.payload["rows"], event.payload["encounters"]) == (len(shown), [])


def test_it_hears_once_of_the_same_rows_in_a_visit(sqlite: Database) -> None:
    add_scored_encounter(sqlite)
    first, second = coders(sqlite)
    jsonl = replace(DECISIONS, format="jsonl")
    for request, person, visit, most, so_far in (
        (DECISIONS, first, "one", 25, 1),
        (DECISIONS, first, "one", 25, 1),
        (jsonl, first, "one", 25, 1),  # the same on the screen
        (DECISIONS, first, "two", 25, 2),
        (DECISIONS, second, "one", 25, 3),
        (DECISIONS, first, "one", 1, 4),
    ):
        first_rows(sqlite, request, most, actor=person, visit=visit)
        assert len(looks(sqlite)) == so_far
    add_scored_encounter(sqlite)
    first_rows(sqlite, DECISIONS, 25, actor=first, visit="one")
    assert looks(sqlite)[-1].payload["encounters"] == [1, 2]


def test_nothing_to_see_is_no_look(sqlite: Database) -> None:
    assert first_rows(sqlite, DECISIONS, 25, actor=coders(sqlite)[0], visit="one") == []
    assert looks(sqlite) == []


def test_who_does_not_export_sees_no_row(sqlite: Database) -> None:
    add_scored_encounter(sqlite)
    clinician = next(each for each in users(sqlite) if each.role is Role.CLINICIAN)
    with pytest.raises(PermissionDenied):
        first_rows(sqlite, DECISIONS, 25, actor=clinician, visit="one")
    assert looks(sqlite) == []


def test_rows_of_another_team_are_neither_shown_nor_told(sqlite: Database) -> None:
    hidden, seen = add_scored_encounter(sqlite), add_scored_encounter(sqlite)
    program, coder = system_user(sqlite), coders(sqlite)[0]
    move_encounter(sqlite, hidden.number, add_team(sqlite, "Cardiology", by=program), by=program)
    restricted = replace(sqlite, restricted=True)
    assert first_rows(restricted, DECISIONS, 25, actor=coder, visit="one")
    assert looks(sqlite)[0].payload["encounters"] == [seen.number]
