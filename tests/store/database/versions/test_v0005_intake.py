"""Where notes came from, and newer versions of them: the notes that are there stay."""

from __future__ import annotations

import pytest

from icd9_review.errors import StoreError
from tests.store.database.versions.history import ENCOUNTER, HASH, NOTE, History

BEFORE, AFTER = "0004", "0005"
SECOND = {
    "id": "1" * 22,
    "encounter_id": ENCOUNTER,
    "position": 1,
    "title": "Note",
    "text": "The same note.",
    "sha256": HASH,
    "version": 2,
    "supersedes": NOTE,
}


def test_what_was_there_has_no_other_name(history: History) -> None:
    history.put_encounter()
    history.put("notes", **SECOND)
    history.put_events(("encounter_created", {}))
    before = history.everything()
    history.upgrade(AFTER)
    after = history.everything()
    assert [row["name"] for row in after.pop("secrets")] == ["identities"]
    for table in ("encounters", "notes"):
        before[table] = [row | {"external": None} for row in before[table]]
    assert after == before


def test_each_database_has_a_key_of_its_own(history: History) -> None:
    history.upgrade(AFTER)
    (first,) = history.rows("secrets", "value")
    history.there_and_back(BEFORE, AFTER)
    (second,) = history.rows("secrets", "value")
    assert len(first["value"]) == len(second["value"]) == 32
    assert first != second


def test_names_elsewhere_are_lost_below_it_and_versions_of_notes_are_not(history: History) -> None:
    """By nature: digests without their key recognise nothing."""
    history.upgrade(AFTER)
    history.put_encounter()
    history.put("notes", **SECOND, external=HASH)
    before = history.everything()
    history.there_and_back(BEFORE, AFTER)
    after = history.everything()
    before["notes"] = [row | {"external": None} for row in before["notes"]]
    assert after.pop("secrets") != before.pop("secrets")
    assert after == before


def test_a_note_is_superseded_once(history: History) -> None:
    history.upgrade(AFTER)
    history.put_encounter()
    history.put("notes", **SECOND)
    with pytest.raises(StoreError):
        history.put("notes", **SECOND | {"id": "2" * 22, "position": 2})
