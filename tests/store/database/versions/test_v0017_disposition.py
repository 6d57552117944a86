"""No encounter has a disposition; one that was set is in the ledger and comes back."""

from __future__ import annotations

from tests.store.database.versions.history import History

BEFORE, AFTER = "0016", "0017"


def setting(fact: str, value: str | None) -> tuple[str, dict[str, object]]:
    return "fact_set", {"fact": fact, "value": value, "from": None, "evidence": []}


def test_what_is_here_has_none(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    before = history.everything()
    history.upgrade(AFTER)
    encounters = [{**each, "disposition": None} for each in before["encounters"]]
    assert history.everything() == before | {"encounters": encounters}


def test_what_was_set_comes_back_and_what_came_in_is_lost(history: History) -> None:
    history.upgrade(AFTER)
    history.put_encounter()
    history.run("UPDATE encounters SET disposition = 'home'")
    history.there_and_back(BEFORE, AFTER)
    assert history.rows("encounters", "disposition") == [{"disposition": None}]
    history.put_events(
        setting("disposition", "home"), setting("age", "68"), setting("disposition", "expired")
    )
    history.run("UPDATE encounters SET disposition = 'expired'")
    before = history.everything()
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before
