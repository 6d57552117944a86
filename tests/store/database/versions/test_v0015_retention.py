"""From this revision on an encounter knows that its text was purged, as its events say."""

from __future__ import annotations

import pytest

from icd9_review.store import ledger
from icd9_review.store.ledger.verification import verify
from icd9_review.values import EventKind
from tests.store.database.versions.history import ENCOUNTER, History

BEFORE, AFTER = "0014", "0015"
PURGED = ("purged", {"reason": "request", "notes": [], "purged_words": []})


@pytest.fixture
def told(history: History) -> History:
    history.put_encounter()
    history.put_events(("encounter_created", {}), ("opened", {}))
    return history


def test_of_what_is_stored_nothing_was_purged(told: History) -> None:
    before = told.everything()
    told.upgrade(AFTER)
    after = told.everything()
    assert [row.pop("purged") for row in after["encounters"]] == [None]
    assert after == before


def test_the_way_down_leaves_everything_else(told: History) -> None:
    before, schema = told.everything(), told.schema()
    told.upgrade(AFTER)
    told.downgrade(BEFORE)
    assert (told.everything(), told.schema()) == (before, schema)


def test_what_was_purged_comes_back_from_the_ledger_on_the_way_up(history: History) -> None:
    history.put_encounter()
    history.put_events(("encounter_created", {}), PURGED)
    history.upgrade(AFTER)
    marked = history.rows("encounters", "id", "purged")
    assert [(row["id"], row["purged"].isoformat()) for row in marked] == [
        (ENCOUNTER, "2026-01-02T03:04:05.678900+00:00")
    ]
    history.there_and_back(BEFORE, AFTER)
    assert history.rows("encounters", "id", "purged") == marked


def test_words_that_were_gone_before_are_named_once_and_verify(history: History) -> None:
    """Or they would be found as gone although nobody did anything wrong."""
    gone = {"digest": "d" * 64, "salt": b"", "text": None}
    history.put("free_text", **gone)
    history.put("free_text", digest="c" * 64, salt=b"salt", text="Here.")
    history.upgrade(AFTER)
    history.there_and_back(BEFORE, AFTER)
    (event,) = ledger.events(history.database, ledger.SYSTEM)
    assert event.kind is EventKind.PURGED
    assert event.payload == {"notes": [], "purged_words": ["d" * 64]}
    history.downgrade(BEFORE)
    history.put("free_text", digest="e" * 64, salt=b"", text=None)
    history.upgrade(AFTER)
    later = ledger.events(history.database, ledger.SYSTEM)[-1]
    assert later.payload == {"notes": [], "purged_words": ["e" * 64]}
    history.upgrade("head")  # a verification looks at the tables of today
    assert verify(history.database) == []
