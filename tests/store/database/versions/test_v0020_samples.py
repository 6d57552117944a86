"""Samples come to a database that has none, and are lost below."""

from __future__ import annotations

from tests.store.database.versions.history import AT, ENCOUNTER, SYSTEM, History

BEFORE, AFTER = "0019", "0020"
SAMPLE = "5" * 22


def test_none_was_drawn_at_first(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    before = history.everything()
    history.upgrade(AFTER)
    assert history.everything() == before | {"samples": [], "draws": []}


def test_they_are_lost_below_it(history: History) -> None:
    """By nature: the events keep seeds and sums alone."""
    history.upgrade(AFTER)
    history.put_encounter()
    before = history.everything()
    asked = {"query": {"size": 1}, "strata": [[[], 1, 1]], "actor": SYSTEM, "at": AT}
    history.put("samples", id=SAMPLE, number=1, seed=2**53 - 1, **asked)
    history.put("draws", sample_id=SAMPLE, position=0, encounter_id=ENCOUNTER, stratum=[])
    assert history.rows("samples", "seed") == [{"seed": 2**53 - 1}]
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before
