"""Calibration and risk are those of what people are shown, over all codes and by frequency."""

from __future__ import annotations

import math

import numpy as np
import pytest

from icd9_review.evaluation.certainty import measure_certainty
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.evaluation.readings import Readings
from icd9_review.suggestions import sigmoid
from icd9_review.values import Calibration

NOTES = (
    LabelledNote("a", (Label(frozenset({"486"})),), "n1"),
    LabelledNote("b", (Label(frozenset({"311"}), "arguable"),), "n2"),
)
LOGITS = np.array([[2, 1, -9], [1, -9, 3]], dtype=np.float32)


def readings(calibration: Calibration | None = None) -> Readings:
    codes = ("486", "428.0", "311")
    return Readings(NOTES, codes, LOGITS, np.full(3, 0.5), np.ones(2), calibration)


def test_the_error_of_suggestions_stands_beside_that_of_all_pairs() -> None:
    found = measure_certainty(readings()).all
    sure = sigmoid(np.array([2.0, 1.0, 1.0]))  # right, wrong, wrong; the arguable one is left out
    assert (found.pairs, found.suggested) == (5, 3)
    assert found.gap == pytest.approx(abs(sure.mean() - 1 / 3))
    assert found.ece < found.ece_suggested
    assert found.risk["0.2"] == 0.0
    assert found.risk["1.0"] == pytest.approx(2 / 3)
    assert found.risk_area == pytest.approx((0 + 2 / 3 + 2 / 3) / 3)


def test_shown_probabilities_are_measured() -> None:
    level = measure_certainty(readings(Calibration(1e-6, 0.0, "validation"))).all
    assert level.gap == pytest.approx(0.5 - 1 / 3, abs=1e-3)


def test_each_bucket_has_its_own_figures() -> None:
    frequency = measure_certainty(readings(), (30, 0, 0)).frequency
    assert frequency is not None
    assert list(frequency) == ["0", "11-50"]
    assert frequency["11-50"].suggested == 2
    assert frequency["11-50"].risk["1.0"] == 0.5
    assert frequency["0"].risk["1.0"] == 1.0


def test_where_nothing_is_suggested_nothing_is_said_of_it() -> None:
    quiet = Readings(NOTES, ("486",), LOGITS[:, :1], np.full(1, 0.99), np.ones(2))
    found = measure_certainty(quiet).all
    assert found.suggested == 0
    assert math.isnan(found.gap)
    assert math.isnan(found.ece_suggested)
    assert found.curve == ()
