"""Claims, assignments and preferences come to a database that has encounters already."""

from __future__ import annotations

from datetime import timedelta

from tests.store.database.versions.history import AT, ENCOUNTER, SYSTEM, History

BEFORE, AFTER = "0002", "0003"
CLAIM = {
    "encounter_id": ENCOUNTER,
    "user_id": SYSTEM,
    "since": AT,
    "until": AT + timedelta(minutes=15),
}
PREFERENCE = {"user_id": SYSTEM, "name": "worklist", "value": {"sort": "newest"}}


def test_encounters_are_nobodys_at_first(history: History) -> None:
    history.put_encounter()
    history.put_events(("encounter_created", {}))
    (encounter,) = history.rows("encounters")
    others = history.everything()
    history.upgrade(AFTER)
    assert history.rows("encounters") == [encounter | {"assignee": None}]
    assert history.everything() == others | {
        "encounters": [encounter | {"assignee": None}],
        "claims": [],
        "preferences": [],
    }


def test_claims_preferences_and_assignees_are_lost_below_it(history: History) -> None:
    """By nature: nothing else holds the first two; the ledger tells of assignments still."""
    history.upgrade(AFTER)
    history.put_encounter()
    history.put_events(("assigned", {"from": None, "to": SYSTEM}))
    before = history.everything()
    history.run("UPDATE encounters SET assignee = 1")
    history.put("claims", **CLAIM)
    history.put("preferences", **PREFERENCE)
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before
