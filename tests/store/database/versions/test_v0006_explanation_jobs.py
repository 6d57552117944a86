"""The queue of explanations comes empty: it is planned from the scores that are there."""

from __future__ import annotations

from tests.store.database.versions.history import AT, NOTE, VERSION, History

BEFORE, AFTER = "0005", "0006"
ATTRIBUTION = {
    "note_id": NOTE,
    "window_start": 0,
    "window_end": 9,
    "kind": "diagnosis",
    "code": "428.0",
    "version": VERSION,
    "method": "integrated gradients",
    "baseline": "padding",
    "settings": "tolerance=0.05",
}
FOUND = {"words": [[0, 1, 0.5]], "steps": 12, "delta": 0.01, "holds": True, "at": AT}
JOB = {
    "window_index": 0,
    "probability": 0.9,
    "state": "queued",
    "priority": 0,
    "attempts": 0,
    "created": AT,
}


def _fill(history: History) -> None:
    history.put_encounter()
    history.put_model()
    history.put("attributions", **ATTRIBUTION, **FOUND)


def test_explanations_stay_and_nothing_waits(history: History) -> None:
    _fill(history)
    before = history.everything()
    history.upgrade(AFTER)
    assert history.everything() == before | {"explanation_jobs": [], "heartbeats": []}


def test_the_queue_is_lost_below_it(history: History) -> None:
    """By nature; a worker plans it anew."""
    history.upgrade(AFTER)
    _fill(history)
    before = history.everything()
    history.put("explanation_jobs", **ATTRIBUTION, **JOB)
    history.put("heartbeats", worker="b" * 22, version=VERSION, until=AT)
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before
