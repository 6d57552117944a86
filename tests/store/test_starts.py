"""The settings of a start are written down where they differ from those of the last one."""

from __future__ import annotations

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.starts import record_settings
from icd9_review.values import Event, EventKind


def told(database: Database) -> list[Event]:
    events = ledger.events(database, ledger.SYSTEM)
    return [event for event in events if event.kind is EventKind.SETTINGS_CHANGED]


def test_the_first_start_writes_all_of_them_down(database: Database) -> None:
    assert record_settings(database, {"A": "1", "B": ""})
    (event,) = told(database)
    assert event.payload == {"settings": {"A": "1", "B": ""}, "changed": ["A", "B"]}


def test_a_start_with_the_same_settings_says_nothing(sqlite: Database) -> None:
    record_settings(sqlite, {"A": "1"})
    assert not record_settings(sqlite, {"A": "1"})
    assert len(told(sqlite)) == 1


def test_what_changed_came_or_went_is_named(sqlite: Database) -> None:
    record_settings(sqlite, {"A": "1", "B": "2", "C": "3"})
    record_settings(sqlite, {"A": "1", "B": "4", "D": "5"})
    assert told(sqlite)[-1].payload["changed"] == ["B", "C", "D"]
