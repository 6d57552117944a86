"""Figures of the order agree with scikit-learn, ties included."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

from icd9_review.statistics import ranking
from icd9_review.statistics.ranking import PRECISION_AT, RECALL_AT, auc, code_aucs, rank_notes
from tests.statistics.matrices import Matrices, matrices


@given(matrices())
def test_the_area_of_all_pairs_agrees_with_scikit_learn(m: Matrices) -> None:
    truth, scores = m.truth[m.kept], m.logits[m.kept]
    if 0 < truth.sum() < truth.size:
        assert auc(scores, truth) == pytest.approx(roc_auc_score(truth, scores))
    else:
        assert math.isnan(auc(scores, truth))


@given(matrices())
def test_the_area_of_a_code_is_that_of_its_notes(m: Matrices) -> None:
    found = code_aucs(m.logits, m.truth, m.mask)
    for code in range(m.truth.shape[1]):
        kept = m.kept[:, code]
        truth, scores = m.truth[kept, code], m.logits[kept, code]
        if 0 < truth.sum() < truth.size:
            assert found[code] == pytest.approx(roc_auc_score(truth, scores))
        else:
            assert math.isnan(found[code])


@given(matrices())
def test_average_precision_of_a_note_agrees_with_scikit_learn(m: Matrices) -> None:
    found = rank_notes(m.logits, m.truth, m.mask).average_precision
    for note, kept in enumerate(m.kept):
        truth, scores = m.truth[note, kept], m.logits[note, kept]
        if truth.any():
            assert found[note] == pytest.approx(average_precision_score(truth, scores))
        else:
            assert math.isnan(found[note])


@given(matrices())
def test_the_first_codes_are_those_of_a_stable_sort(m: Matrices) -> None:
    found = rank_notes(m.logits, m.truth, m.mask)
    for note in range(len(m.truth)):
        codes = [code for code in range(m.truth.shape[1]) if m.kept[note, code]]
        codes.sort(key=lambda code: -m.logits[note, code])
        right = [bool(m.truth[note, code]) for code in codes]
        if not any(right):
            assert all(math.isnan(recall[note]) for recall in found.recall_at)
            continue
        for k, values in zip(PRECISION_AT, found.precision_at, strict=True):
            assert values[note] == pytest.approx(sum(right[:k]) / k)
        for k, recall in zip(RECALL_AT, found.recall_at, strict=True):
            assert recall[note] == pytest.approx(sum(right[:k]) / sum(right))
        assert found.r_precision[note] == pytest.approx(sum(right[: sum(right)]) / sum(right))


@given(matrices())
def test_the_curve_is_that_of_scikit_learn_from_its_first_find_on(m: Matrices) -> None:
    points = ranking.precision_recall_curve(m.logits, m.truth, m.mask)
    truth, scores = m.truth[m.kept], m.logits[m.kept]
    if not truth.any():
        assert points == ()
        return
    columns = zip(*precision_recall_curve(truth, scores), strict=False)
    expected = {float(at): (float(p), float(r)) for p, r, at in columns}
    for point in points:
        assert expected[point.threshold] == pytest.approx((point.precision, point.recall))
    assert points[-1].recall == 1.0


def test_the_curve_has_no_more_points_than_asked_for() -> None:
    scores = np.linspace(0, 1, 1000)[None, :]
    truth = np.ones(scores.shape, dtype=np.bool_)
    points = ranking.precision_recall_curve(scores, truth, ~truth, points=20)
    assert len(points) == 20
    assert [point.threshold for point in points] == sorted(
        (point.threshold for point in points), reverse=True
    )
