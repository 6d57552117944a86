"""Nothing was demoted before there was a judge; the ledger gives verdicts back after a way down."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.store.database.versions.history import AT, NOTE, VERSION, History

BEFORE, AFTER = "0009", "0010"
SCORES = {
    "note_id": NOTE,
    "version": VERSION,
    "encoding": "kept",
    "labels": np.array([0, 2], "<i4").tobytes(),
    "logits": np.array([0.1, 2.5], "<f4").tobytes(),
    "windows": np.array([0, 1], "<i4").tobytes(),
    "spans": [[0, 5], [3, 9]],
    "read": 9,
    "length": 9,
    "at": AT,
}
DEMOTED: list[list[Any]] = [[0, "explained", "486"], [2, "withheld", ""]]
SCORED = {"note": NOTE, "model_version": VERSION, "kept": 2, "suggested": 0}


def put_scores(history: History, **more: object) -> None:
    history.put_encounter()
    labels = {"labels": ["428.0", "486", "38.93"], "kinds": ["diagnosis"] * 3}
    model = {"version": VERSION, "name": "tiny", "in_use_since": AT, "thresholds": [0.5] * 3}
    history.put("model_versions", **model, **labels)
    history.put("scores", **SCORES, **more)


def test_scores_from_before_have_nothing_demoted(history: History) -> None:
    put_scores(history)
    history.put_events(("scored", SCORED))
    before = history.everything()
    history.upgrade(AFTER)
    assert history.everything() == before | {"scores": [SCORES | {"demoted": None}]}
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before | {"scores": [SCORES | {"demoted": None}]}


def test_verdicts_go_on_the_way_down_and_come_back_from_the_ledger(history: History) -> None:
    history.upgrade(AFTER)
    put_scores(history, demoted=DEMOTED)
    history.put_events(("scored", SCORED | {"demoted": DEMOTED}))
    before = history.everything()
    history.downgrade(BEFORE)
    assert history.rows("scores") == [SCORES]
    assert history.rows("events") == before["events"]
    history.upgrade(AFTER)
    assert history.everything() == before


def test_verdicts_come_back_to_the_scores_they_are_of(history: History) -> None:
    history.upgrade(AFTER)
    put_scores(history, demoted=DEMOTED)
    second = {"title": "Second", "text": "No more.", "sha256": "e" * 64, "version": 1}
    (first,) = history.rows("notes", "encounter_id")
    history.put("notes", id="1" * 22, position=1, **second, **first)
    history.put("scores", **(SCORES | {"note_id": "1" * 22}))
    history.put_events(
        ("scored", SCORED | {"demoted": DEMOTED}),
        ("scored", SCORED | {"note": "1" * 22, "demoted": []}),
        ("accepted", {"code": "428.0", "demoted": "withheld"}),
        ("scored", SCORED | {"model_version": "b" * 64, "demoted": [[1, "sibling", "428.0"]]}),
    )
    before = history.everything()
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before
