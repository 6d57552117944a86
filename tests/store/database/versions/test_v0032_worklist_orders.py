"""On the way up a summary learns what its encounter says; the way down loses nothing."""

from __future__ import annotations

from icd9_review.store.database.migrations import upgrade
from tests.store.database.versions.history import SYSTEM, History

BEFORE, AFTER = "0030", "0032"


def test_a_summary_learns_whose_its_encounter_is_and_where_it_was_treated(
    history: History,
) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    history.run("UPDATE encounters SET assignee = 1")
    history.put_summary()
    before = history.everything()
    history.upgrade(AFTER)
    (row,) = history.rows("summaries")
    assert (row["setting"], row["assignee"]) == ("inpatient", SYSTEM)
    history.downgrade(BEFORE)
    assert history.everything() == before
    history.upgrade(AFTER)
    upgrade(history.database)
