"""The rule's figures are its counts, summed, with intervals around the rates."""

from __future__ import annotations

import math

import pytest

from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Counts, Label
from icd9_review.evaluation.rule import count_each, rule_figures
from icd9_review.statistics.intervals import Bootstrap

SPACE = ("428.0", "486")
NOTES = (
    LabelledNote("a", (Label(frozenset({"428.0"})), Label(frozenset({"123.4"})))),
    LabelledNote("b", (Label(frozenset({"486"})),)),
)


def test_every_note_is_counted_with_its_own_predictions() -> None:
    counts = count_each(NOTES, [{"428.0", "486"}, set()], SPACE)
    assert counts == (Counts(found=1, wrong=1, core=2), Counts(missed=1, core=1))


def test_predictions_must_be_as_many_as_notes() -> None:
    with pytest.raises(ValueError, match="shorter"):
        count_each(NOTES, [set()], SPACE)


def test_rates_are_those_of_the_summed_counts() -> None:
    counts = (Counts(3, 1, 2, 5), Counts(1, 0, 0, 1), Counts(0, 2, 1, 2))
    total = sum(counts, Counts())
    figures = rule_figures(counts, Bootstrap(draws=100))
    assert (figures.found, figures.missed, figures.wrong, figures.core) == (4, 3, 3, 8)
    for name in ("precision", "recall", "f1", "coverage"):
        interval = getattr(figures, name)
        assert interval.value == pytest.approx(getattr(total, name))
        assert interval.low <= interval.value <= interval.high


def test_precision_without_a_prediction_is_not_defined() -> None:
    figures = rule_figures([Counts(missed=1, core=1)], Bootstrap(draws=5))
    assert math.isnan(figures.precision.value)
    assert figures.recall.value == 0.0
