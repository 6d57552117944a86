"""Explanations are judged word by word against what a coder marked."""

from __future__ import annotations

import math
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.evaluation.explanations.plausibility import (
    Judgement,
    MarkedWords,
    Offsets,
    judge,
    judge_chance,
)

WORDS = ((0, 5), (6, 11), (12, 17), (18, 23), (24, 29))
WINDOW = MarkedWords.of(WORDS, [(12, 20)])
UNMARKED = MarkedWords.of(WORDS, [(40, 50)])


@st.composite
def windows(draw: st.DrawFn) -> MarkedWords:
    marked = draw(st.lists(st.booleans(), min_size=1, max_size=12))
    return MarkedWords(tuple((3 * at, 3 * at + 2) for at in range(len(marked))), tuple(marked))


def test_a_word_that_shares_a_character_with_marked_evidence_is_marked() -> None:
    assert WINDOW.marked == (False, False, True, True, False)
    assert WINDOW.count == 2


@pytest.mark.parametrize(
    ("best", "hit"),
    [((12, 17), 1.0), ((6, 17), 1.0), ((22, 29), 1.0), ((0, 12), 0.0), ((24, 29), 0.0), (None, 0)],
)
def test_the_best_span_hits_where_it_shares_a_marked_word(best: Offsets | None, hit: float) -> None:
    judgement = judge(WINDOW, best, [])
    assert (judgement.hit, judgement.judgeable_hit) == (hit, hit)


@pytest.mark.parametrize(
    ("ranked", "precision"),
    [
        ([(12, 17), (18, 23), (0, 5)], 1.0),
        ([(0, 5), (18, 23), (12, 17)], 0.5),
        ([(0, 5), (6, 11), (12, 17)], 0.0),
        ([(12, 17)], 0.5),
        ([], 0.0),
    ],
)
def test_as_many_first_words_count_as_are_marked(ranked: list[Offsets], precision: float) -> None:
    assert judge(WINDOW, None, ranked).precision == precision


def test_a_window_without_marked_words_is_a_miss_and_not_judgeable() -> None:
    for judgement in (judge(UNMARKED, (0, 5), WORDS), judge_chance(UNMARKED, 2)):
        assert judgement.hit == 0.0
        assert math.isnan(judgement.judgeable_hit)
        assert math.isnan(judgement.precision)


def test_chance_is_worked_out_by_hand() -> None:
    assert judge_chance(WINDOW, 1) == Judgement(2 / 5, 2 / 5, 2 / 5)
    assert judge_chance(WINDOW, 2).hit == 3 / 4
    assert judge_chance(WINDOW, 0).hit == 0.0


@given(windows(), st.data())
def test_chance_is_the_mean_over_all_places_of_a_run(
    window: MarkedWords, data: st.DataObject
) -> None:
    length = data.draw(st.integers(1, len(window.words)))
    runs = [
        (window.words[first][0], window.words[first + length - 1][1])
        for first in range(len(window.words) - length + 1)
    ]
    hits = [judge(window, run, []).hit for run in runs]
    assert judge_chance(window, length).hit == pytest.approx(sum(hits) / len(hits))


@given(windows())
def test_chance_grows_with_the_length_of_the_run(window: MarkedWords) -> None:
    hits = [judge_chance(window, length).hit for length in range(len(window.words) + 1)]
    assert all(a <= b + 1e-12 for a, b in pairwise(hits))
    assert hits[-1] == (window.count > 0)


def test_words_in_any_order_reach_the_precision_of_chance_on_average() -> None:
    window = MarkedWords(WORDS, (True, False, True, False, False))
    reached = [judge(window, None, order).precision for order in permutations(WORDS)]
    assert sum(reached) / len(reached) == pytest.approx(judge_chance(window, 1).precision)


@given(windows())
def test_marked_words_first_are_all_right_and_others_first_are_least(window: MarkedWords) -> None:
    order = sorted(range(len(window.words)), key=lambda at: not window.marked[at])
    best = judge(window, None, [window.words[at] for at in order])
    worst = judge(window, None, [window.words[at] for at in reversed(order)])
    if window.count:
        chance = judge_chance(window, 1).precision
        assert best.precision == 1.0
        assert worst.precision <= chance <= best.precision
