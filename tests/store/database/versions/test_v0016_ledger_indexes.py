"""Two indexes come and go; no event is touched."""

from __future__ import annotations

from tests.store.database.versions.history import History

BEFORE, AFTER = "0015", "0016"


def test_events_stay_on_the_way_up_and_down(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    history.put_events(("encounter_created", {}), ("opened", {}))
    before = history.everything()
    history.upgrade(AFTER)
    assert history.everything() == before
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before
