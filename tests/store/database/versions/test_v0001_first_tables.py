"""The first tables: made from nothing, and taken away only while nothing has happened."""

from __future__ import annotations

import pytest

from icd9_review.errors import StoreError
from tests.store.database.versions.history import ENCOUNTER, SYSTEM, History

BEFORE, AFTER = "base", "0001"


def test_the_program_itself_is_there_as_an_actor(history: History) -> None:
    history.upgrade(AFTER)
    assert history.rows("users") == [
        {"id": SYSTEM, "name": "System", "role": "system", "active": True}
    ]
    assert history.rows("heads") == [{"stream": "system", "sequence": 0, "hash": "0" * 64}]


@pytest.mark.parametrize("change", ["UPDATE events SET sequence = 7", "DELETE FROM events"])
def test_the_ledger_refuses_changes_from_the_beginning(history: History, change: str) -> None:
    history.upgrade(AFTER)
    history.put_encounter()
    history.put_events(("encounter_created", {}))
    with pytest.raises(StoreError):
        history.run(change)
    assert [row["sequence"] for row in history.rows("events")] == [1]


def test_an_empty_ledger_goes_and_comes_again(history: History) -> None:
    history.upgrade(AFTER)
    made = history.everything()
    history.downgrade(BEFORE)
    assert history.everything() == {}
    history.upgrade(AFTER)
    assert history.everything() == made


def test_a_ledger_that_holds_something_stays(history: History) -> None:
    history.upgrade(AFTER)
    history.put_encounter()
    history.put_events(("encounter_created", {}))
    before = history.everything()
    with pytest.raises(RuntimeError, match="keep this database"):
        history.downgrade(BEFORE)
    assert history.everything() == before
    assert history.rows("encounters", "id") == [{"id": ENCOUNTER}]
