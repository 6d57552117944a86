"""Audits learn whether they are blind to the model; below, their events alone say so."""

from __future__ import annotations

from tests.store.database.versions.history import AT, ENCOUNTER, SYSTEM, History
from tests.store.database.versions.test_v0021_audits import AUDIT, COUNTS

BEFORE, AFTER = "0023", "0024"


def put_audit(history: History, **more: object) -> None:
    history.put_encounter()
    people = {"signer": SYSTEM, "auditor": SYSTEM, "status": "open", "blind": True}
    place = {"encounter_id": ENCOUNTER, "sample_id": None, "signature": 3, "opened": AT, "at": AT}
    counts = dict.fromkeys(COUNTS, 1)
    history.put("audits", id=AUDIT, number=1, **people, **place, **counts, **more)


def test_no_audit_was_blind_to_the_model_at_first(history: History) -> None:
    history.upgrade(BEFORE)
    put_audit(history)
    (row,) = history.rows("audits")
    history.upgrade(AFTER)
    assert history.rows("audits") == [row | {"blind_model": False}]


def test_below_it_none_is(history: History) -> None:
    """By nature: which were is told by their events, and worked out of them again."""
    history.upgrade(AFTER)
    put_audit(history, blind_model=True)
    (row,) = history.rows("audits")
    history.there_and_back(BEFORE, AFTER)
    assert history.rows("audits") == [row | {"blind_model": False}]
