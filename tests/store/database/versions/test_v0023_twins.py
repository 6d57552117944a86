"""Gold encounters and twins come to a database that has none; below, twins are plain encounters."""

from __future__ import annotations

from tests.store.database.versions.history import AT, ENCOUNTER, SYSTEM, History

BEFORE, AFTER = "0022", "0023"
GOLD = "8" * 22


def test_none_was_kept_at_first(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    before = history.everything()
    history.upgrade(AFTER)
    assert history.everything() == before | {"gold_encounters": [], "twins": []}


def test_rows_are_lost_below_it(history: History) -> None:
    """By nature: the events have which encounters are gold and which are twins."""
    history.upgrade(AFTER)
    history.put_encounter()
    before = history.everything()
    said = {"origin": "given", "onboarding": True, "retired": False, "actor": SYSTEM, "at": AT}
    history.put("gold_encounters", id=GOLD, number=1, encounter_id=ENCOUNTER, codes=[], **said)
    twin = {"purpose": "gold", "gold_id": GOLD, "coder": SYSTEM, "why": None, "at": AT}
    history.put("twins", encounter_id=ENCOUNTER, source_id=ENCOUNTER, **twin)
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before
