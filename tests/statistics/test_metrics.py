"""Figures over pairs agree with scikit-learn, and leave masked pairs out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import accuracy_score, jaccard_score, precision_recall_fscore_support

from icd9_review.statistics.metrics import (
    by_code,
    by_note,
    categories,
    exact_matches,
    jaccard,
)
from tests.statistics.matrices import Matrices, matrices


@given(matrices())
def test_micro_figures_agree_with_scikit_learn(m: Matrices) -> None:
    total = by_note(m.truth, m.suggested, m.mask).total()
    found = (total.precision[0], total.recall[0], total.f1[0])
    if not m.kept.any():
        assert found == (0, 0, 0)
        return
    expected = precision_recall_fscore_support(
        m.truth[m.kept], m.suggested[m.kept], average="binary", zero_division=0
    )[:3]
    assert found == pytest.approx(expected)


@given(matrices(masked=False))
def test_figures_by_code_agree_with_scikit_learn(m: Matrices) -> None:
    codes = by_code(m.truth, m.suggested, m.mask)
    for column, (truth, suggested) in enumerate(zip(m.truth.T, m.suggested.T, strict=True)):
        expected = precision_recall_fscore_support(
            truth, suggested, average="binary", zero_division=0
        )[:3]
        found = (codes.precision[column], codes.recall[column], codes.f1[column])
        assert found == pytest.approx(expected)


@given(matrices())
def test_counts_by_note_and_by_code_are_of_the_same_pairs(m: Matrices) -> None:
    notes = by_note(m.truth, m.suggested, m.mask).total()
    codes = by_code(m.truth, m.suggested, m.mask).total()
    assert (notes.right, notes.wrong, notes.missed) == (codes.right, codes.wrong, codes.missed)


@given(matrices(masked=False))
def test_figures_by_note_agree_with_scikit_learn(m: Matrices) -> None:
    notes = by_note(m.truth, m.suggested, m.mask)
    each = zip(m.truth, m.suggested, strict=True)
    overlaps = [jaccard_score(*pair, zero_division=1.0) for pair in each]
    assert jaccard(notes) == pytest.approx(overlaps)
    same = accuracy_score(m.truth, m.suggested) if m.truth.shape[1] > 1 else None
    if same is not None:
        assert exact_matches(notes).mean() == pytest.approx(same)


@given(matrices())
def test_what_is_suggested_where_it_is_masked_changes_nothing(m: Matrices) -> None:
    one = by_code(m.truth, m.suggested, m.mask)
    other = by_code(m.truth, m.suggested | m.mask, m.mask)
    assert (one.right == other.right).all()
    assert (one.wrong == other.wrong).all()


def test_a_category_is_true_suggested_and_scored_like_the_most_of_its_codes() -> None:
    held = categories(
        ("428.0", "486", "428.9"),
        truth=np.array([[True, False, False]]),
        suggested=np.array([[False, True, True]]),
        mask=np.array([[False, False, True]]),
        logits=np.array([[0.1, 0.2, 0.3]], dtype=np.float32),
    )
    assert held.names == ("428", "486")
    assert held.truth.tolist() == [[True, False]]
    assert held.suggested.tolist() == [[True, True]]
    assert not held.mask.any()
    assert held.logits[0] == pytest.approx([0.3, 0.2])


def test_a_category_that_is_only_arguable_is_masked() -> None:
    nothing = np.zeros((1, 2), dtype=np.bool_)
    held = categories(
        ("401.1", "401.9"),
        nothing,
        nothing,
        np.array([[False, True]]),
        np.zeros((1, 2), np.float32),
    )
    assert held.mask.tolist() == [[True]]
