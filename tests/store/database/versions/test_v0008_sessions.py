"""Browsers have sessions; what was there stays as it is."""

from __future__ import annotations

from tests.store.database.versions.history import AT, HASH, SYSTEM, History

BEFORE, AFTER = "0007", "0008"
SESSION = {"id": HASH, "user_id": SYSTEM, "created": AT, "seen": AT, "expires": AT}


def test_nobody_has_a_session_at_first(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    before = history.everything()
    history.upgrade(AFTER)
    assert history.everything() == before | {"sessions": []}


def test_sessions_are_lost_below_it(history: History) -> None:
    """By nature; a browser then begins anew."""
    history.upgrade(AFTER)
    history.put_encounter()
    before = history.everything()
    history.put("sessions", **SESSION)
    assert history.rows("sessions") == [SESSION]
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before
