"""Sentences that are struck are whole ones, and what is left is the note without them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.evaluation.steadiness.strikes import Strike, draw_strikes, possible_strikes
from icd9_review.values import Window

NOTE = "HPI: He has a cough. No fever.\nPLAN:\n1. Rest.\n2. Fluids.\n"


def test_sentences_and_items_with_their_numbers_can_be_struck_and_headings_cannot() -> None:
    struck = [NOTE[each.start : each.end] for each in possible_strikes(NOTE)]
    assert struck == ["He has a cough.", "No fever.", "1. Rest.", "2. Fluids."]


@given(st.text("aB. :\n1", max_size=60))
def test_what_is_left_is_the_rest_and_never_nothing(text: str) -> None:
    for strike in possible_strikes(text):
        assert strike.apply(text) == text[: strike.start] + text[strike.end :]
        assert strike.apply(text).strip()


def test_a_window_is_touched_where_it_shares_a_character() -> None:
    strike = Strike(5, 10)
    assert strike.touches(Window(0, 9, 20))
    assert not strike.touches(Window(0, 10, 20))
    assert not strike.touches(Window(0, 0, 5))


def test_the_same_lot_draws_the_same_sentences_in_the_order_of_the_text() -> None:
    drawn = [draw_strikes(NOTE, np.random.default_rng(3), most=2) for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == 2
    assert drawn[0][0].start < drawn[0][1].start
    assert draw_strikes("Gout.", np.random.default_rng(3)) == ()
