"""Areas over the curve lie between what the best and the worst order of the words reach."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.evaluation.explanations.naopc import (
    MOST_WORDS,
    Bounds,
    RemovalCurves,
    measure_naopc,
)
from icd9_review.model.explaining.words import group_words
from icd9_review.model.reading.predictor import load_predictor
from tests.tiny import NOTE

TABLES = st.lists(st.floats(-1, 1), min_size=16, max_size=16)


def curves(losses: Sequence[float], words: int = 4) -> RemovalCurves:
    """A model whose loss stands in a table, by the words that are taken away."""
    return RemovalCurves(
        lambda choices: [losses[sum(1 << place for place in taken)] for taken in choices], words
    )


def additive(weights: Sequence[float]) -> RemovalCurves:
    return RemovalCurves(
        lambda choices: [sum(weights[place] for place in taken) for taken in choices], len(weights)
    )


@given(TABLES)
def test_the_bounds_are_those_of_all_orders_of_a_few_words(losses: list[float]) -> None:
    found = curves(losses).bounds()
    areas = [curves(losses).area(order) for order in permutations(range(4))]
    assert found.lower >= min(areas) - 1e-9
    assert found.upper <= max(areas) + 1e-9
    # Of four words no more than six choices are as long: a beam of five loses next to nothing.
    assert found.upper >= sorted(areas)[-9] - 1e-9


def test_where_losses_add_up_the_right_order_is_the_upper_bound() -> None:
    weights = [0.05, 0.4, 0.0, 0.2, 0.1]
    exact = additive(weights)
    found = measure_naopc(exact, exact.bounds(), weights, np.random.default_rng(1))
    assert found.comprehensiveness == pytest.approx(1)
    assert found.sufficiency == pytest.approx(0)
    assert 0 < found.chance < 1
    wrong = measure_naopc(
        exact, exact.bounds(), [-weight for weight in weights], np.random.default_rng(1)
    )
    assert wrong.comprehensiveness == pytest.approx(0)


def test_a_model_with_smaller_probabilities_gets_the_same_figure() -> None:
    weights = [0.05, 0.4, 0.2]
    small = additive([weight / 10 for weight in weights])
    lot = [0.3, 0.1, 0.2]
    figures = [
        measure_naopc(each, each.bounds(), lot, np.random.default_rng(1)).comprehensiveness
        for each in (additive(weights), small)
    ]
    assert figures[0] == pytest.approx(figures[1])


def test_orders_that_are_all_alike_and_windows_of_too_many_words_have_no_figure() -> None:
    for each in (additive([0.3]), additive([0.0, 0.0]), additive([]), additive([0.1] * 65)):
        weights = [0.0] * each.words
        found = measure_naopc(each, each.bounds(), weights, np.random.default_rng(1))
        assert math.isnan(found.comprehensiveness)
    assert MOST_WORDS < 65


def test_an_order_beyond_what_was_found_is_at_the_bound() -> None:
    assert Bounds(0.1, 0.3).place(0.35) == 1.0
    assert Bounds(0.1, 0.3).place(0.0) == 0.0


def test_no_choice_of_words_is_read_twice() -> None:
    read: list[frozenset[int]] = []

    def losses(choices: Sequence[frozenset[int]]) -> list[float]:
        read.extend(choices)
        return [float(len(taken)) for taken in choices]

    found = RemovalCurves(losses, 4)
    found.bounds()
    found.area([0, 1, 2, 3])
    assert len(read) == len(set(read)) <= 15


def test_losses_of_a_model_are_those_of_its_raw_probability(tiny_model_folder: Path) -> None:
    predictor = load_predictor(tiny_model_folder)
    passage = predictor.passages(NOTE)[0]
    words = group_words(NOTE, passage.offsets)
    found = RemovalCurves.of(predictor, passage, "428.0", words)
    heart = [place for place, w in enumerate(words) if NOTE[w.start : w.end].lower() == "heart"]
    nothing, some = frozenset[int](), frozenset(heart)
    losses = found.losses([nothing, some])
    assert losses[nothing] == pytest.approx(0, abs=1e-6)
    assert losses[some] > 0
