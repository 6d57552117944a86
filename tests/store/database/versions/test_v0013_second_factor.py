"""People get a second factor; sessions go on, and everything else stays."""

from __future__ import annotations

from tests.store.database.versions.history import AT, HASH, SYSTEM, History

BEFORE, AFTER = "0012", "0013"
SESSION = {
    "id": HASH,
    "user_id": SYSTEM,
    "proof": "password",
    **dict.fromkeys(("proved", "created", "seen", "expires"), AT),
    "browser": "Firefox",
    "ticket": None,
}
FACTOR = {"user_id": SYSTEM, "secret": "sealed", "since": AT, "used_step": 58_912_345}
CODE = {"id": HASH, "user_id": SYSTEM}


def test_everything_stays_and_sessions_go_on(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    history.put("sessions", **SESSION)
    before = history.everything()
    history.upgrade(AFTER)
    assert history.everything() == before | {
        "sessions": [{**SESSION, "factor": None, "address": None}],
        "second_factors": [],
        "recovery_codes": [],
    }


def test_second_factors_are_lost_below_it_and_sessions_are_not(history: History) -> None:
    history.upgrade(AFTER)
    history.put_encounter()
    history.put("sessions", **SESSION, factor="code", address="192.0.2.1")
    for table, row in (("second_factors", FACTOR), ("recovery_codes", CODE)):
        history.put(table, **row)
        assert history.rows(table) == [row]
    before = history.everything()
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before | {
        "sessions": [{**SESSION, "factor": None, "address": None}],
        "second_factors": [],
        "recovery_codes": [],
    }
