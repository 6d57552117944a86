"""Means over codes, intervals over notes, and JSON without NaN."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.evaluation.explanations.explanation_figures import (
    ExplanationFigures,
    Fidelity,
    Measured,
    estimate,
    summarise_judgements,
    summarise_method,
)
from icd9_review.evaluation.explanations.naopc import Naopc
from icd9_review.evaluation.explanations.plausibility import Judgement
from icd9_review.model.explaining.deletion import Loss
from icd9_review.statistics.intervals import Bootstrap
from icd9_review.values import Attribution, Deletion, Window

BOOTSTRAP = Bootstrap(seed=9)
HIT, MISS, OPEN = Judgement(1, 1, 0.5), Judgement(0, 0, 0), Judgement(0, math.nan, math.nan)


def attribution(*, holds: bool, delta: float, steps: int) -> Attribution:
    return Attribution("486", Window(0, 0, 9), (), "m", "b", steps, delta, holds)


def measured(note: int, judgement: Judgement, found: Attribution, *, words: int) -> Measured:
    losses = (Loss(0.1, 0.6), Loss(0.3, 0.8))
    fidelity = Fidelity(words / 2, 8.0, 0.25)
    naopc = Naopc(0.9, 0.1, 0.5) if words else Naopc(math.nan, math.nan, math.nan)
    return Measured(note, judgement, MISS, Loss(0.7, 0.0), losses, fidelity, naopc, words, found)


SUMS = attribution(holds=True, delta=0.02, steps=12)
ENDLESS = attribution(holds=False, delta=math.inf, steps=96)


def test_random_words_that_raise_a_probability_by_more_than_5_points_are_counted() -> None:
    checks = [Deletion(2, 0.5, 0.1, random) for random in (0.54, 0.56, 0.3, None)]
    found = [measured(0, HIT, replace(SUMS, deletion=check), words=1) for check in (*checks, None)]
    figures = summarise_method(found, BOOTSTRAP).random_words
    assert (figures.checks, figures.raised) == (3, 1)
    assert figures.share.value == pytest.approx(1 / 3)


def test_naopc_is_a_mean_of_the_windows_that_have_one() -> None:
    found = [measured(0, HIT, SUMS, words=words) for words in (0, 3)]
    figures = summarise_method(found, BOOTSTRAP).naopc
    assert (figures.comprehensiveness.value, figures.sufficiency.value) == (0.9, 0.1)
    assert (figures.chance.value, figures.windows) == (0.5, 1)


def test_a_mean_is_over_codes_and_not_over_notes() -> None:
    assert estimate([1.0, 1.0, 1.0, 0.0], [4, 4, 4, 7], bootstrap=BOOTSTRAP).value == 0.75


def test_nan_is_left_out_and_nothing_has_no_mean() -> None:
    assert estimate([1.0, math.nan], [0, 1], bootstrap=BOOTSTRAP).value == 1.0
    for values in ([], [math.nan]):
        found = estimate(values, [0] * len(values), bootstrap=BOOTSTRAP)
        assert all(map(math.isnan, (found.value, found.low, found.high)))


def test_codes_of_one_note_stand_or_fall_together() -> None:
    together = estimate([1.0] * 20 + [0.0] * 20, [0] * 20 + [1] * 20, bootstrap=BOOTSTRAP)
    apart = estimate([1.0] * 20 + [0.0] * 20, list(range(40)), bootstrap=BOOTSTRAP)
    assert (together.low, together.high) == (0.0, 1.0)
    assert apart.high - apart.low < 0.4


@given(st.lists(st.tuples(st.floats(-1, 1), st.integers(0, 4)), min_size=1))
def test_an_interval_lies_within_the_values_and_is_the_same_again(
    given_: list[tuple[float, int]],
) -> None:
    values, notes = [value for value, _ in given_], [note for _, note in given_]
    found = estimate(values, notes, bootstrap=BOOTSTRAP)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found == estimate(values, notes, bootstrap=BOOTSTRAP)


def test_what_cannot_be_judged_is_a_miss_of_all_codes_and_no_judgeable_one() -> None:
    found = summarise_judgements([HIT, OPEN, OPEN, HIT], [0, 1, 2, 3], bootstrap=BOOTSTRAP)
    assert found.hit_rate.value == 0.5
    assert found.judgeable_hit_rate.value == 1.0
    assert found.precision.value == 0.5


def test_the_figures_of_a_method_are_means_and_chance_is_the_mean_of_its_draws() -> None:
    codes = [measured(0, HIT, SUMS, words=2), measured(1, MISS, ENDLESS, words=4)]
    found = summarise_method(codes, bootstrap=BOOTSTRAP)
    assert found.plausibility.hit_rate.value == 0.5
    assert found.plausibility_of_chance.hit_rate.value == 0.0
    assert found.faithfulness.comprehensiveness.value == pytest.approx(0.7)
    assert found.faithfulness_of_chance.comprehensiveness.value == pytest.approx(0.2)
    assert found.faithfulness_of_chance.sufficiency.value == pytest.approx(0.7)
    assert found.infidelity.value == pytest.approx(1.5)
    assert found.infidelity_of_chance.value == 8.0
    assert found.sensitivity_max.value == 0.25
    assert found.words == 3.0


def test_an_error_without_end_is_left_out_of_the_mean_but_does_not_hold() -> None:
    codes = [measured(0, HIT, SUMS, words=2), measured(1, MISS, ENDLESS, words=4)]
    found = summarise_method(codes, bootstrap=BOOTSTRAP).completeness
    assert (found.holds, found.delta, found.steps) == (0.5, 0.02, 54.0)


def test_nothing_measured_is_written_as_null() -> None:
    figures = ExplanationFigures(0, 0, 0, 9, 10, {"m": summarise_method([], bootstrap=BOOTSTRAP)})
    written = json.loads(json.dumps(figures.to_json(), allow_nan=False))
    assert written["dictionary"] is None
    method = written["methods"]["m"]
    assert method["plausibility"]["hit_rate"] == {"value": None, "low": None, "high": None}
    assert method["completeness"] == {"holds": None, "delta": None, "steps": None}
