"""What counts as a move, and in which order moves are shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icd9_review.ui.what_if.moving import Crossing, compare
from icd9_review.values import Demotion, Doubt, Kind, Suggestion, Window


def suggestion(code: str, probability: float, calibrated: float | None = None) -> Suggestion:
    return Suggestion(code, Kind.DIAGNOSIS, probability, calibrated, 0.5, Window(0, 0, 9))


def test_the_largest_move_comes_first_and_crossings_are_named() -> None:
    before = [suggestion("428.0", 0.9), suggestion("427.31", 0.8), suggestion("486", 0.1)]
    after = [suggestion("427.31", 0.7), suggestion("486", 0.55), suggestion("428.0", 0.1)]
    moves = compare(before, after)
    assert [(move.key[1], move.crossing) for move in moves.moved] == [
        ("428.0", Crossing.DISAPPEARS),
        ("486", Crossing.APPEARS),
        ("427.31", Crossing.NONE),
    ]
    assert [move.change for move in moves.moved] == pytest.approx([-0.8, 0.45, -0.1])
    assert moves.still == 0


def test_what_hardly_changes_is_counted_and_what_is_not_suggested_is_not() -> None:
    before = [suggestion("428.0", 0.9), suggestion("486", 0.1)]
    after = [suggestion("428.0", 0.903), suggestion("486", 0.4)]
    moves = compare(before, after)
    assert (moves.moved, moves.still) == ((), 1)


def test_a_crossing_is_a_move_however_small() -> None:
    (move,) = compare([suggestion("428.0", 0.5001)], [suggestion("428.0", 0.4999)]).moved
    assert move.crossing is Crossing.DISAPPEARS


def test_a_code_that_the_judge_lets_pass_in_the_copy_appears() -> None:
    demoted = replace(suggestion("486", 0.7), demotion=Demotion(Doubt.WITHHELD))
    (move,) = compare([demoted], [suggestion("486", 0.7)]).moved
    assert (move.crossing, move.change) == (Crossing.APPEARS, 0.0)
    (back,) = compare([suggestion("486", 0.7)], [demoted]).moved
    assert back.crossing is Crossing.DISAPPEARS
    assert compare([demoted], [demoted]).moved == ()


def test_a_code_whose_verdict_alone_turned_moved_by_no_points() -> None:
    passed = suggestion("486", 0.7, 0.86)
    demoted = replace(suggestion("486", 0.7, 0.46), demotion=Demotion(Doubt.WITHHELD))
    (move,) = compare([passed], [demoted]).moved
    assert (move.by_verdict, move.change, move.crossing) == (True, 0.0, Crossing.DISAPPEARS)
    (less,) = compare([passed], [replace(demoted, probability=0.6)]).moved
    assert (less.turned, less.by_verdict) == (True, False)
    assert less.change == pytest.approx(-0.4)
    (gone,) = compare([passed], [suggestion("486", 0.2, 0.1)]).moved
    assert not gone.turned
    assert gone.change == pytest.approx(-0.76)


def test_the_calibrated_probability_is_shown_and_the_raw_one_is_compared_with_the_threshold() -> (
    None
):
    (move,) = compare([suggestion("428.0", 0.6, 0.3)], [suggestion("428.0", 0.55, 0.2)]).moved
    assert (move.before, move.after, move.crossing) == (0.3, 0.2, Crossing.NONE)


def test_a_copy_without_a_word_takes_every_suggestion_away() -> None:
    moves = compare([suggestion("428.0", 0.9), suggestion("486", 0.1)], ())
    (move,) = moves.moved
    assert (move.key[1], move.after, move.crossing) == ("428.0", None, Crossing.DISAPPEARS)


def test_what_one_side_has_not_kept_counts_as_nothing_there() -> None:
    before, after = [suggestion("428.0", 0.9)], [suggestion("486", 0.7)]
    gone, new = compare(before, after).moved
    assert (gone.key[1], gone.before, gone.after) == ("428.0", 0.9, 0.0)
    assert gone.crossing is Crossing.DISAPPEARS
    assert (new.key[1], new.before, new.after) == ("486", 0.0, 0.7)
    assert new.crossing is Crossing.APPEARS


_LABELS = ("428.0", "427.31", "250.00", "486")
_PROBABILITIES = st.tuples(*[st.floats(0, 1)] * len(_LABELS))


@settings(max_examples=150, deadline=None)
@given(_PROBABILITIES, _PROBABILITIES)
def test_moves_are_what_is_suggested_before_or_after(
    first: tuple[float, ...], second: tuple[float, ...]
) -> None:
    before = [suggestion(*pair) for pair in zip(_LABELS, first, strict=True)]
    after = [suggestion(*pair) for pair in zip(_LABELS, second, strict=True)]
    there, back = compare(before, after), compare(after, before)
    suggested = {each.code for each in (*before, *after) if each.suggested}
    assert len(there.moved) + there.still == len(suggested)
    assert {move.key[1] for move in there.moved} <= suggested
    crossed = {
        code for code, p, q in zip(_LABELS, first, second, strict=True) if (p >= 0.5) != (q >= 0.5)
    }
    assert {move.key[1] for move in there.moved if move.crossing} == crossed
    sizes = [abs(move.change) for move in there.moved]
    assert sizes == sorted(sizes, reverse=True)
    assert {move.key for move in there.moved} == {move.key for move in back.moved}
    assert compare(before, before).moved == ()
