"""Sentences that are struck are whole ones, and what is left is the note without them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.evaluation.steadiness.strikes import Strike, moves_outside, possible_strikes
from icd9_review.values import Demotion, Doubt, Kind, Suggestion, Window

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


def test_a_window_of_what_is_left_holds_the_place_of_a_strike_or_does_not() -> None:
    strike = Strike(5, 10)
    assert strike.joins(Window(0, 0, 8))
    assert not strike.joins(Window(0, 0, 5))
    assert not strike.joins(Window(0, 5, 8))


FIRST, SECOND = Window(0, 0, 10), Window(1, 10, 20)
DEMOTED = Demotion(Doubt.COMBINED, beside="481")


def found(
    code: str, shown: float, window: Window = SECOND, *, raw: float = 0.7, demoted: bool = False
) -> Suggestion:
    demotion = DEMOTED if demoted else None
    return Suggestion(code, Kind.DIAGNOSIS, raw, shown, 0.5, window, demotion=demotion)


STRIKE = Strike(0, 10)


def test_a_code_whose_verdict_alone_turned_moved_by_no_points() -> None:
    passed, demoted = found("486", 0.8), found("486", 0.6, demoted=True)
    (move,) = moves_outside(STRIKE, [passed], [demoted])
    assert (move.moved, move.crossed, move.by_verdict) == (False, True, True)
    assert move.points == 0
    assert moves_outside(STRIKE, [demoted], [passed]) == (move,)


def test_demoted_codes_count_and_one_that_is_read_otherwise_is_not_moved_by_a_verdict() -> None:
    was, now = found("486", 0.6, demoted=True), found("486", 0.5, raw=0.6, demoted=True)
    (move,) = moves_outside(STRIKE, [was], [now])
    assert (move.moved, move.crossed, move.by_verdict) == (True, False, False)
    (both,) = moves_outside(STRIKE, [found("486", 0.8)], [found("486", 0.5, raw=0.6, demoted=True)])
    assert (both.moved, both.by_verdict) == (True, False)
    assert both.points == pytest.approx(30)
    (gone,) = moves_outside(STRIKE, [found("486", 0.8)], [found("486", 0.3, raw=0.3)])
    assert (gone.crossed, gone.by_verdict) == (True, False)


def test_codes_of_the_struck_sentence_and_what_is_suggested_nowhere_are_left_out() -> None:
    inside = found("486", 0.9, FIRST)
    assert moves_outside(STRIKE, [inside], [found("486", 0.1, raw=0.1)]) == ()
    assert moves_outside(STRIKE, [], [found("486", 0.9, Window(0, 0, 12))]) != ()
    assert moves_outside(Strike(5, 9), [], [found("486", 0.9, Window(0, 0, 12))]) == ()
    low = found("486", 0.2, raw=0.2)
    assert moves_outside(STRIKE, [low], [low]) == ()
