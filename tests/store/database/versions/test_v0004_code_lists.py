"""Imported code lists have a table; what was there stays as it is."""

from __future__ import annotations

from tests.store.database.versions.history import AT, HASH, SYSTEM, History

BEFORE, AFTER = "0003", "0004"
RELEASE = {
    "name": "mce",
    "version": "MCE version 32",
    "sha256": HASH,
    "digest": HASH,
    "content": b"\x00\xff",
    "actor": SYSTEM,
    "at": AT,
}


def test_no_list_is_imported_at_first(history: History) -> None:
    history.put_encounter()
    history.put_events(("codes_imported", {"name": "mce"}))
    before = history.everything()
    history.upgrade(AFTER)
    assert history.everything() == before | {"code_releases": []}


def test_imported_lists_are_lost_below_it(history: History) -> None:
    """By nature; the ledger names them, and they can be imported again."""
    history.upgrade(AFTER)
    history.put_encounter()
    history.put_events(("codes_imported", {"name": "mce"}))
    before = history.everything()
    history.put("code_releases", **RELEASE)
    assert history.rows("code_releases") == [RELEASE]
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before
