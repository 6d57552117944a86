"""Audits come to a database that has none; below, their rows are lost and the events stay."""

from __future__ import annotations

from tests.store.database.versions.history import AT, ENCOUNTER, SYSTEM, History

BEFORE, AFTER = "0020", "0021"
AUDIT = "7" * 22
COUNTS = (
    *("reviewed", "coded", "same", "added", "deleted", "revised", "principal"),
    *("aligned", "moved", "with_poa", "poa_changed"),
)


def test_none_was_opened_at_first(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    before = history.everything()
    history.upgrade(AFTER)
    assert history.everything() == before | {"audits": []}


def test_rows_are_lost_below_it(history: History) -> None:
    """By nature: they are worked out of the events."""
    history.upgrade(AFTER)
    history.put_encounter()
    before = history.everything()
    people = {"signer": SYSTEM, "auditor": SYSTEM, "status": "open", "blind": False}
    place = {"encounter_id": ENCOUNTER, "sample_id": None, "signature": 3, "opened": AT, "at": AT}
    history.put("audits", id=AUDIT, number=1, **people, **place, **dict.fromkeys(COUNTS, 1))
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before
