"""People get identities, passwords and proofs; who they are and what they did stays."""

from __future__ import annotations

from datetime import timedelta

from tests.store.database.versions.history import AT, HASH, SYSTEM, History

BEFORE, AFTER = "0010", "0011"
OLD = {"id": HASH, "user_id": SYSTEM, "created": AT, "seen": AT, "expires": AT}
SESSION = {**OLD, "proof": "password", "proved": AT, "browser": "Firefox", "ticket": None}
PASSWORD = {"user_id": SYSTEM, "hash": "$argon2id$", "changed": AT, "temporary": True}
ATTEMPT = {"id": HASH, "failures": 3, "last": AT + timedelta(hours=1)}


def test_everything_stays_but_sessions_that_nobody_proved(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    before = history.everything()
    history.put("sessions", **OLD)
    history.upgrade(AFTER)
    people = [{**each, "identity": None} for each in before["users"]]
    assert history.everything() == before | {
        "users": people,
        "sessions": [],
        "passwords": [],
        "attempts": [],
    }


def test_passwords_and_sessions_are_lost_below_it_and_people_are_not(history: History) -> None:
    history.upgrade(AFTER)
    history.put_encounter()
    before = history.everything()
    for table, row in (("sessions", SESSION), ("passwords", PASSWORD), ("attempts", ATTEMPT)):
        history.put(table, **row)
        assert history.rows(table) == [row]
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before
