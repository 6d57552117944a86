"""Platt scaling fits the likelihood's maximum; the calibration error is that of its bins."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression

from icd9_review.arrays import Bools, Singles
from icd9_review.errors import CorpusError
from icd9_review.model.folder.declarations import read_calibration
from icd9_review.statistics.calibration import (
    FEWEST_FOR_A_LINE,
    Platt,
    bins_error,
    expected_calibration_error,
    fit_by_bucket,
    fit_platt,
    reliability_bins,
)
from icd9_review.suggestions import sigmoid
from tests.statistics.matrices import Matrices, matrices

seeds = st.integers(0, 10_000)


def sample(seed: int, slope: float = 0.6, offset: float = -0.5) -> tuple[np.ndarray, Bools]:
    """Logits of shape (80, 5) and truth drawn from the probabilities of a line over them."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0.0, 2.0, (80, 5)).astype(np.float32)
    return logits, rng.random(logits.shape) < sigmoid(slope * logits + offset)


def targets(truth: Bools) -> np.ndarray:
    """Those of Platt 1999, written out again."""
    positives, negatives = int(truth.sum()), int((~truth).sum())
    return np.where(truth, (positives + 1) / (positives + 2), 1 / (negatives + 2))


@given(seeds)
def test_the_line_is_that_of_scikit_learns_logistic_regression(seed: int) -> None:
    logits, truth = sample(seed)
    wanted = targets(truth).ravel()
    scores = np.tile(logits.ravel().astype(np.float64), 2)[:, None]
    sides = np.repeat([1, 0], logits.size)
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=5000)
    model.fit(scores, sides, sample_weight=np.concatenate([wanted, 1 - wanted]))
    found = fit_platt(logits, truth)
    assert found.a == pytest.approx(model.coef_[0, 0], abs=1e-4)
    assert found.b == pytest.approx(model.intercept_[0], abs=1e-4)


@given(matrices(), st.floats(0.01, 4))
def test_the_likelihood_is_at_its_best_or_the_slope_at_its_least(m: Matrices, scale: float) -> None:
    truth, logits = m.truth[m.kept], m.logits[m.kept] * scale
    assume(truth.any() and not truth.all())
    platt = fit_platt(m.logits * scale, m.truth, m.mask)
    off = platt.apply(logits) - targets(truth)
    assert np.mean(off) == pytest.approx(0.0, abs=1e-6)
    if platt.a > 0.001:
        assert np.mean(off * logits) == pytest.approx(0.0, abs=1e-5)


def test_a_known_line_is_found_again_in_many_pairs() -> None:
    logits, truth = (np.concatenate(both) for both in zip(*map(sample, range(40)), strict=True))
    found = fit_platt(logits, truth)
    assert found.a == pytest.approx(0.6, abs=0.03)
    assert found.b == pytest.approx(-0.5, abs=0.06)


@pytest.mark.parametrize("scale", [1e-2, 1.0, 10.0, 1e3])
def test_logits_that_part_positives_and_negatives_still_have_a_finite_line(scale: float) -> None:
    logits = scale * np.array([[-2.0, -1.0, 1.0, 2.0]])
    found = fit_platt(logits, logits > 0)
    assert math.isfinite(found.a)
    assert math.isfinite(found.b)
    np.testing.assert_allclose(found.apply(logits), [[0.25, 0.25, 0.75, 0.75]], atol=0.15)


def test_a_line_that_would_turn_the_order_is_held_level_and_keeps_the_mean() -> None:
    logits = np.array([[-2.0, -1.0, 0.0, 1.0, 2.0]])
    truth = np.array([[True, True, False, False, False]])
    found = fit_platt(logits, truth)
    assert found.a == 0.001
    assert found.apply(logits).mean() == pytest.approx(targets(truth).mean(), abs=1e-6)


@given(seeds)
def test_calibrated_probabilities_keep_the_order_of_the_logits(seed: int) -> None:
    logits, truth = sample(seed, slope=-0.2)
    order = np.argsort(logits, axis=None, kind="stable")
    assert (np.diff(fit_platt(logits, truth).apply(logits).ravel()[order]) >= 0).all()


@given(seeds)
def test_masked_pairs_change_nothing(seed: int) -> None:
    logits, truth = sample(seed)
    mask = np.random.default_rng(seed + 1).random(logits.shape) < 0.3
    spoilt = np.where(mask, np.float32(50), logits)
    assert fit_platt(spoilt, truth | mask, mask) == fit_platt(logits, truth & ~mask, mask)
    given_ = sigmoid(logits)
    hidden = np.where(mask, 0.5, given_)
    assert expected_calibration_error(hidden, truth, mask=mask) == pytest.approx(
        expected_calibration_error(given_[~mask], truth[~mask])
    )


@pytest.mark.parametrize("value", [True, False])
def test_pairs_of_one_kind_fit_any_line_and_are_refused(value: bool) -> None:
    with pytest.raises(CorpusError, match=r"needs positive and negative codes; [06] of 6 pairs"):
        fit_platt(np.zeros((2, 3)), np.full((2, 3), value))


@given(seeds)
def test_fitting_brings_probabilities_that_are_far_off_nearer(seed: int) -> None:
    logits, truth = sample(seed, slope=0.3, offset=-2.0)
    before = expected_calibration_error(sigmoid(logits), truth)
    assert expected_calibration_error(fit_platt(logits, truth).apply(logits), truth) < before


@given(seeds, st.integers(2, 20))
def test_bins_are_those_of_scikit_learns_calibration_curve(seed: int, bins: int) -> None:
    rng = np.random.default_rng(seed)
    given_, truth = rng.random(60), rng.random(60) < 0.4
    shares, means = calibration_curve(truth, given_, n_bins=bins, strategy="uniform")
    held = [one for one in reliability_bins(given_, truth, bins) if one.count]
    np.testing.assert_allclose([one.share_positive for one in held], shares)
    np.testing.assert_allclose([one.mean_probability for one in held], means)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.integers(1, 20))
def test_every_pair_is_in_one_bin_and_the_error_is_a_share(
    pairs: list[tuple[float, bool]], bins: int
) -> None:
    given_, truth = np.array([p for p, _ in pairs]), np.array([t for _, t in pairs])
    found = reliability_bins(given_, truth, bins)
    assert sum(one.count for one in found) == len(pairs)
    assert (found[0].low, found[-1].high) == (0.0, 1.0)
    assert 0.0 <= bins_error(found) <= 1.0
    assert bins_error(found) == expected_calibration_error(given_, truth, bins)


def test_the_error_of_an_example_is_that_worked_by_hand() -> None:
    given_ = np.array([0.1, 0.3, 0.5, 0.9, 1.0, 0.0])
    truth = np.array([False, True, False, True, True, False])
    found = reliability_bins(given_, truth, bins=2)
    assert [one.count for one in found] == [4, 2]  # 0.5 belongs to the lower one, as 0 does
    assert [one.share_positive for one in found] == [0.25, 1.0]
    expected = (4 * abs(0.225 - 0.25) + 2 * abs(0.95 - 1.0)) / 6
    assert expected_calibration_error(given_, truth, bins=2) == pytest.approx(expected)


def test_an_empty_bin_has_no_means_and_no_pairs_no_error() -> None:
    found = reliability_bins(np.array([0.9]), np.array([True]), bins=2)
    assert math.isnan(found[0].mean_probability)
    assert math.isnan(found[0].share_positive)
    with pytest.raises(ValueError, match="no pair"):
        expected_calibration_error(np.zeros((0, 3)), np.zeros((0, 3), dtype=np.bool_))


def in_buckets(
    seed: int, slopes: dict[str, float], notes: int = 80, codes: int = 6
) -> tuple[Singles, Bools, list[str | None]]:
    """Codes of each bucket, whose truth is drawn from a line of this slope."""
    chance = np.random.default_rng(seed)
    logits = chance.normal(-1, 2, (notes, codes * len(slopes))).astype(np.float32)
    buckets = [name for name in slopes for _ in range(codes)]
    lines = np.array([slopes[name] for name in buckets])
    truth = chance.random(logits.shape) < sigmoid(lines * logits - 1)
    return logits, truth, [*buckets]


@given(matrices(), st.integers(1, 3))
def test_a_line_of_a_bucket_never_turns_the_order_of_a_code(m: Matrices, buckets: int) -> None:
    assume(m.truth[m.kept].any() and not m.truth[m.kept].all())
    named = [str(column % buckets) for column in range(m.truth.shape[1])]
    overall, found = fit_by_bucket(m.logits, m.truth, named, m.mask)
    assert overall == fit_platt(m.logits, m.truth, m.mask)
    assert all(line.platt.a > 0 for line in found.values())


@given(seeds)
def test_buckets_that_behave_alike_have_the_overall_line(seed: int) -> None:
    logits, truth, _ = in_buckets(seed, {"one": 0.7})
    named: list[str | None] = [name for name in ("rare", "usual") for _ in range(logits.shape[1])]
    overall, found = fit_by_bucket(np.hstack([logits] * 2), np.hstack([truth] * 2), named)
    assert set(found) == {"rare", "usual"}
    for line in found.values():
        assert line.platt.a == pytest.approx(overall.a, abs=1e-5)
        assert line.platt.b == pytest.approx(overall.b, abs=1e-5)


@given(seeds)
def test_few_positives_leave_a_bucket_on_the_overall_line(seed: int) -> None:
    logits, truth, named = in_buckets(seed, {"rare": 0.7, "usual": 0.7})
    few = truth.copy()
    few[:, :6] = False
    few[: FEWEST_FOR_A_LINE - 1, 0] = True
    _, found = fit_by_bucket(logits, few, named)
    assert set(found) == {"usual"}
    few[FEWEST_FOR_A_LINE - 1, 0] = True
    _, found = fit_by_bucket(logits, few, named)
    assert found["rare"].positives == FEWEST_FOR_A_LINE


def test_the_more_positives_a_bucket_has_the_nearer_its_line_is_to_its_own() -> None:
    logits, truth, named = in_buckets(1, {"flat": 0.3, "usual": 1.2}, notes=20)
    own = fit_platt(logits[:, :6], truth[:, :6])
    distances = []
    for times in (1, 4, 16):
        overall, found = fit_by_bucket(
            np.vstack([logits] * times), np.vstack([truth] * times), named
        )
        assert own.a < found["flat"].platt.a < overall.a
        distances.append(found["flat"].platt.a - own.a)
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] < distances[0] / 4


@given(seeds)
def test_codes_in_no_bucket_and_masked_pairs_move_no_line_of_a_bucket(seed: int) -> None:
    logits, truth, named = in_buckets(seed, {"rare": 0.4, "usual": 1.0})
    without: list[str | None] = [None if name == "usual" else name for name in named]
    assert fit_by_bucket(logits, truth, without)[1] == {
        "rare": fit_by_bucket(logits, truth, named)[1]["rare"]
    }
    mask = np.random.default_rng(seed + 1).random(logits.shape) < 0.3
    spoilt = np.where(mask, np.float32(50), logits)
    assert fit_by_bucket(spoilt, truth | mask, named, mask) == (
        fit_by_bucket(logits, truth & ~mask, named, mask)
    )


@given(st.floats(0.01, 0.99), st.floats(0.05, 5), st.floats(-5, 5))
def test_a_calibrated_probability_leads_back_to_the_raw_one(
    raw: float, slope: float, intercept: float
) -> None:
    logit = np.array(np.log(raw / (1 - raw)))
    shown = float(Platt(slope, intercept).apply(logit))
    assume(1e-9 < shown < 1 - 1e-9)
    assert Platt(slope, intercept).raw(shown) == pytest.approx(raw, abs=1e-5)


def test_a_model_folder_reads_what_is_written(tmp_path: Path) -> None:
    content = json.dumps(Platt(0.7, -1.2).to_json("validation"))
    (tmp_path / "calibration.json").write_text(content, encoding="utf-8")
    found = read_calibration(tmp_path)
    assert found is not None
    assert (found.slope, found.intercept, found.split) == (0.7, -1.2, "validation")
