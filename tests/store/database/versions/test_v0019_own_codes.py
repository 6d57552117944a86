"""Favourites and own words come to people who have none yet, and are lost below."""

from __future__ import annotations

from tests.store.database.versions.history import SYSTEM, History

BEFORE, AFTER = "0018", "0019"


def test_nobody_has_any_at_first(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    before = history.everything()
    history.upgrade(AFTER)
    assert history.everything() == before | {"own_codes": []}


def test_they_are_lost_below_it(history: History) -> None:
    """By nature: nothing else holds them."""
    history.upgrade(AFTER)
    before = history.everything()
    own = {"kind": "diagnosis", "code": "428.20", "favourite": True, "words": "chf ef low"}
    history.put("own_codes", user_id=SYSTEM, **own)
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before
