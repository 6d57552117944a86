"""The deletion check: explanations from before have none, and stay as they are."""

from __future__ import annotations

from tests.store.database.versions.history import AT, NOTE, VERSION, History

BEFORE, AFTER = "0006", "0007"
ATTRIBUTION = {
    "note_id": NOTE,
    "window_start": 0,
    "window_end": 9,
    "kind": "procedure",
    "code": "39.95",
    "version": VERSION,
    "method": "integrated gradients",
    "baseline": "padding",
    "settings": "tolerance=0.05",
    "words": [[0, 1, 0.1 + 0.2]],
    "steps": 12,
    "delta": 1e-17,
    "holds": False,
    "at": AT,
}
CHECK = {
    "deleted_words": 2,
    "before_deletion": 0.9,
    "without_evidence": 0.1 + 0.2,
    "without_random": None,
}
NO_CHECK = dict.fromkeys(CHECK)


def test_explanations_from_before_have_no_check(history: History) -> None:
    history.put_encounter()
    history.put_model()
    history.put("attributions", **ATTRIBUTION)
    before = history.everything()
    history.upgrade(AFTER)
    before["attributions"] = [row | NO_CHECK for row in before["attributions"]]
    assert history.everything() == before


def test_checks_are_lost_below_it_and_explanations_are_not(history: History) -> None:
    """By nature: the columns hold nothing else."""
    history.upgrade(AFTER)
    history.put_encounter()
    history.put_model()
    history.put("attributions", **ATTRIBUTION, **CHECK)
    before = history.everything()
    assert before["attributions"] == [{"id": 1, **ATTRIBUTION, **CHECK}]
    history.there_and_back(BEFORE, AFTER)
    before["attributions"] = [row | NO_CHECK for row in before["attributions"]]
    assert history.everything() == before
