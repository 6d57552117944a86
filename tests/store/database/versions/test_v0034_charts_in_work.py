"""On the way up a summary learns whether its text was purged; the way down loses nothing."""

from __future__ import annotations

import pytest

from icd9_review.store.database.migrations import upgrade
from tests.store.database.versions.history import History

BEFORE, AFTER = "0033", "0034"


@pytest.mark.parametrize("purged", [False, True])
def test_a_summary_learns_whether_its_text_was_purged(history: History, purged: bool) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    if purged:
        history.run("UPDATE encounters SET purged = created")
    history.put_summary()
    before = history.everything()
    history.upgrade(AFTER)
    (row,) = history.rows("summaries")
    assert bool(row["purged"]) is purged
    history.downgrade(BEFORE)
    assert history.everything() == before
    history.upgrade(AFTER)
    upgrade(history.database)
