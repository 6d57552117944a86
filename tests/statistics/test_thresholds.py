"""Thresholds are the best that there are, and the highest of equals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_curve

from icd9_review.arrays import Bools
from icd9_review.errors import CorpusError
from icd9_review.model.folder.declarations import read_thresholds
from icd9_review.statistics.calibration import Platt
from icd9_review.statistics.thresholds import (
    FittedThresholds,
    best_threshold,
    choose_by_bucket,
    choose_thresholds,
)
from icd9_review.suggestions import sigmoid
from tests.statistics.matrices import Matrices, matrices

Floats = npt.NDArray[np.float64]

# Few values, so that many are equal.
pairs = st.lists(
    st.tuples(st.integers(1, 9).map(lambda tenth: tenth / 10), st.booleans()), min_size=1
).filter(lambda given_: any(positive for _, positive in given_))


def columns(given_: list[tuple[float, bool]]) -> tuple[Floats, Bools]:
    return np.array([p for p, _ in given_]), np.array([positive for _, positive in given_])


def f1(probabilities: Floats, truth: Bools, threshold: float) -> float:
    suggested = probabilities >= threshold
    return 2 * int((truth & suggested).sum()) / int(truth.sum() + suggested.sum())


@given(pairs)
def test_no_threshold_is_better(given_: list[tuple[float, bool]]) -> None:
    probabilities, truth = columns(given_)
    reached = f1(probabilities, truth, best_threshold(probabilities, truth))
    tried = [f1(probabilities, truth, threshold) for threshold in np.linspace(0.05, 0.95, 19)]
    assert reached == pytest.approx(max(tried))


@given(pairs)
def test_the_best_f1_is_that_of_scikit_learns_curve(given_: list[tuple[float, bool]]) -> None:
    probabilities, truth = columns(given_)
    precision, recall, _ = precision_recall_curve(truth, probabilities)
    both = precision + recall
    best = np.divide(2 * precision * recall, both, out=np.zeros_like(both), where=both > 0).max()
    reached = f1(probabilities, truth, best_threshold(probabilities, truth))
    assert reached == pytest.approx(best)


@given(pairs)
def test_of_equally_good_thresholds_the_highest_is_taken(given_: list[tuple[float, bool]]) -> None:
    probabilities, truth = columns(given_)
    chosen = best_threshold(probabilities, truth)
    reached = f1(probabilities, truth, chosen)
    higher = {p for p in probabilities.tolist() if p > chosen}
    kept = probabilities[probabilities >= chosen].min()
    assert all(f1(probabilities, truth, p) < reached - 1e-12 for p in higher if p > kept)


@given(pairs)
def test_a_threshold_lies_midway_between_what_it_parts(given_: list[tuple[float, bool]]) -> None:
    probabilities, truth = columns(given_)
    chosen = best_threshold(probabilities, truth)
    above = probabilities[probabilities >= chosen].min()
    below = max([p for p in probabilities.tolist() if p < chosen], default=0.0)
    assert chosen == pytest.approx((above + below) / 2)


def test_equal_probabilities_are_suggested_together() -> None:
    probabilities = np.array([0.9, 0.6, 0.6, 0.6, 0.1])
    truth = np.array([True, True, False, False, False])
    assert best_threshold(probabilities, truth) == pytest.approx((0.9 + 0.6) / 2)


@pytest.mark.parametrize("value", [1e-12, 1.0])
def test_a_threshold_is_one_that_a_model_folder_takes(value: float) -> None:
    assert 0 < best_threshold(np.array([value]), np.array([True])) < 1


def test_numbers_next_to_each_other_are_parted() -> None:
    above = np.nextafter(0.5, 1)
    assert best_threshold(np.array([0.5, above]), np.array([False, True])) == above


@given(matrices(), st.integers(1, 4))
def test_codes_with_enough_positives_have_their_own_and_others_the_global_one(
    m: Matrices, fewest: int
) -> None:
    assume(m.truth.any())
    codes = [f"{number:03}" for number in range(m.truth.shape[1])]
    probabilities = sigmoid(m.logits)
    found = choose_thresholds(probabilities, m.truth, codes, m.mask, fewest)
    assert found.global_ == best_threshold(probabilities[m.kept], m.truth[m.kept])
    for column, code in enumerate(codes):
        kept = m.kept[:, column]
        if m.truth[:, column].sum() >= fewest:
            own = best_threshold(probabilities[kept, column], m.truth[kept, column])
            assert found.per_code[code] == own
        else:
            assert code not in found.per_code
    assert found.of(codes).tolist() == [found.per_code.get(c, found.global_) for c in codes]


@given(matrices())
def test_masked_pairs_change_nothing(m: Matrices) -> None:
    assume(m.truth.any())
    codes = [str(number) for number in range(m.truth.shape[1])]
    probabilities = sigmoid(m.logits)
    spoilt = np.where(m.mask, 0.999, probabilities)
    found = choose_thresholds(probabilities, m.truth, codes, m.mask, fewest=1)
    assert choose_thresholds(spoilt, m.truth | m.mask, codes, m.mask, fewest=1) == found


def test_twenty_positives_are_enough_for_a_threshold_and_nineteen_are_not() -> None:
    probabilities = np.tile([[0.4, 0.4]], (20, 1))
    truth = np.ones((20, 2), dtype=np.bool_)
    truth[0, 1] = False
    assert set(choose_thresholds(probabilities, truth, ["486", "428.0"]).per_code) == {"486"}


def test_nothing_to_choose_by_is_refused() -> None:
    with pytest.raises(CorpusError, match="no note has a code of the model"):
        choose_thresholds(np.full((2, 1), 0.5), np.zeros((2, 1), dtype=np.bool_), ["486"])
    everything = np.ones((2, 1), dtype=np.bool_)
    with pytest.raises(CorpusError, match="no threshold can be chosen"):
        choose_thresholds(np.full((2, 1), 0.5), everything, ["486"], mask=everything)


@given(matrices())
def test_with_one_line_for_all_a_bucket_has_the_overall_threshold(m: Matrices) -> None:
    assume(m.truth.any())
    line = Platt(0.7, -1.0)
    found = choose_by_bucket(line.apply(m.logits), m.truth, line, {"rare": line}, m.mask)
    assert found.per_bucket == {"rare": found.global_}
    plain = choose_thresholds(sigmoid(m.logits), m.truth, ["1"] * m.truth.shape[1], m.mask)
    chosen = sigmoid(m.logits) >= found.global_
    assert (chosen == (sigmoid(m.logits) >= plain.global_))[m.kept].all()


@given(matrices())
def test_every_bucket_is_suggested_from_the_same_shown_probability_on(m: Matrices) -> None:
    assume(m.truth.any())
    overall, rare = Platt(0.7, -1.0), Platt(0.5, -2.5)
    columns = np.arange(m.truth.shape[1]) % 2 == 0
    shown = np.where(columns, overall.apply(m.logits), rare.apply(m.logits))
    found = choose_by_bucket(shown, m.truth, overall, {"rare": rare}, m.mask)
    level = best_threshold(shown[m.kept], m.truth[m.kept])
    assert overall.apply(np.log(found.global_ / (1 - found.global_))) == pytest.approx(level)
    assert found.per_bucket["rare"] > found.global_  # a logit there means less


def test_a_code_takes_its_own_threshold_before_its_buckets_and_that_before_the_global() -> None:
    found = FittedThresholds(0.3, {"428.0": 0.41}, {"rare": 0.9})
    codes, buckets = ["428.0", "486", "401.9"], ["rare", "rare", None]
    assert found.of(codes, buckets).tolist() == [0.41, 0.9, 0.3]


def test_a_model_folder_reads_what_is_written(tmp_path: Path) -> None:
    content = json.dumps(FittedThresholds(0.3, {"428.0": 0.41}).to_json("validation"))
    (tmp_path / "thresholds.json").write_text(content, encoding="utf-8")
    found = read_thresholds(tmp_path, ("428.0", "486"))
    assert (found.of(("428.0", "486")), found.split) == ((0.41, 0.3), "validation")
