"""Scores from before are whole and stay as they are; kept ones are made whole on the way down."""

from __future__ import annotations

import numpy as np

from tests.store.database.versions.history import AT, NOTE, VERSION, History

BEFORE, AFTER = "0008", "0009"
LOGITS = np.array([0.1, -7.25, 3e-9], "<f4")
WINDOWS = np.array([1, 0, 1], "<i4")
SCORES = {
    "note_id": NOTE,
    "version": VERSION,
    "logits": LOGITS.tobytes(),
    "windows": WINDOWS.tobytes(),
    "spans": [[0, 5], [3, 9]],
    "read": 9,
    "length": 9,
    "at": AT,
}
LABELS = {"labels": ["428.0", "486", "38.93"], "kinds": ["diagnosis"] * 3, "thresholds": [0.5] * 3}


def put_model(history: History) -> None:
    history.put_encounter()
    history.put("model_versions", version=VERSION, name="tiny", in_use_since=AT, **LABELS)


def test_scores_from_before_stay_byte_for_byte(history: History) -> None:
    put_model(history)
    history.put("scores", **SCORES)
    before = history.everything()
    history.upgrade(AFTER)
    whole = {"encoding": "whole", "labels": None}
    assert history.everything() == before | {"scores": [SCORES | whole]}
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before | {"scores": [SCORES | whole]}


def test_on_the_way_down_a_label_that_was_not_kept_has_no_probability(history: History) -> None:
    history.upgrade(AFTER)
    put_model(history)
    places = np.array([0, 2], "<i4")
    kept = {
        "encoding": "kept",
        "labels": places.tobytes(),
        "logits": LOGITS[places].tobytes(),
        "windows": WINDOWS[places].tobytes(),
    }
    history.put("scores", **(SCORES | kept))
    history.downgrade(BEFORE)
    (row,) = history.rows("scores")
    logits = np.array([LOGITS[0], -np.inf, LOGITS[2]], "<f4")
    assert row == SCORES | {"logits": logits.tobytes(), "windows": WINDOWS.tobytes()}
    history.upgrade(AFTER)
    assert history.rows("scores") == [row | {"encoding": "whole", "labels": None}]


def test_on_the_way_down_one_line_of_calibration_is_left(history: History) -> None:
    history.upgrade(AFTER)
    history.put_encounter()
    line = {"slope": 0.9, "intercept": -0.2, "split": "validation"}
    held = line | {"lines": [[1.0, 2.0]], "line_of": "000100"}
    model = {"version": VERSION, "name": "tiny", "in_use_since": AT, "calibration": held}
    history.put("model_versions", **model, **LABELS)
    history.downgrade(BEFORE)
    (row,) = history.rows("model_versions")
    assert row["calibration"] == line
