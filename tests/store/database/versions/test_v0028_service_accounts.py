"""Nobody was another program before; who was one is brought back from the ledger."""

from __future__ import annotations

from icd9_review.store.database.migrations import upgrade
from tests.store.database.versions.history import SYSTEM, History, Row

BEFORE, AFTER = "0027", "0028"
NEW: dict[str, list[Row]] = {"tokens": [], "paces": [], "replies": []}


def test_what_is_here_stays_and_nobody_is_another_program(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    before = history.everything()
    history.upgrade(AFTER)
    users = [{**row, "service": False} for row in before["users"]]
    plain = [{**row, "service": bool(row["service"])} for row in history.everything()["users"]]
    assert plain == users
    assert history.everything() == before | NEW | {"users": history.rows("users")}
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before | NEW | {"users": history.rows("users")}
    upgrade(history.database)


def test_who_was_another_program_is_one_again(history: History) -> None:
    history.upgrade(AFTER)
    history.put_encounter()
    history.put_events(("person_added", {"user": SYSTEM, "role": "coder", "service": True}))
    history.run("UPDATE users SET service = TRUE")
    history.there_and_back(BEFORE, AFTER)
    assert [bool(row["service"]) for row in history.rows("users")] == [True]
