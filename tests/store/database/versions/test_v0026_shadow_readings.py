"""Nothing was read in the shadow before; what was is read again after a way back."""

from __future__ import annotations

from icd9_review.store.database.migrations import upgrade
from tests.store.database.versions.history import History

BEFORE, AFTER = "0025", "0026"


def test_what_is_here_stays_and_nothing_was_read_in_the_shadow(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    before = history.everything()
    history.upgrade(AFTER)
    assert history.everything() == before | {"shadow_readings": []}
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before | {"shadow_readings": []}
    upgrade(history.database)
