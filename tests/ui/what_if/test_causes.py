"""Why a code moves whose words were left alone: a verdict that turned, or another cut."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icd9_review.ui.what_if.causes import Cause, Cuts, find_causes
from icd9_review.ui.what_if.moving import Move, compare
from icd9_review.values import (
    Calibration,
    Demotion,
    Doubt,
    Kind,
    ModelVersion,
    Suggestion,
    Window,
)

KEY = (Kind.DIAGNOSIS, "486")
CALIBRATION = Calibration(1.0, 0.0, "validation", passed=(1.0, 1.0), demoted=(1.0, -1.0))
MODEL = ModelVersion("v1", "tiny", ("486",), (Kind.DIAGNOSIS,), (0.5,), CALIBRATION)
DEMOTED = Demotion(Doubt.UNLISTED)


def suggestion(probability: float, shown: float, window: Window | None = None) -> Suggestion:
    return Suggestion(KEY[1], KEY[0], probability, shown, 0.5, window or Window(0, 0, 9), "n")


def moved(was: Suggestion, now: Suggestion) -> tuple[Move, ...]:
    return compare([was], [now]).moved


def test_a_verdict_that_turned_comes_with_the_probability_before_it() -> None:
    passed = suggestion(0.7, 0.86)
    demoted = replace(suggestion(0.7, 0.46), demotion=DEMOTED)
    (turn,) = (each.turn for each in find_causes(moved(passed, demoted), MODEL, {}).values())
    assert turn is not None
    assert (turn.was, turn.now) == (None, DEMOTED)
    assert turn.own == pytest.approx((0.7, 0.7))
    (back,) = (each.turn for each in find_causes(moved(demoted, passed), MODEL, {}).values())
    assert back is not None
    assert (back.was, back.now) == (DEMOTED, None)


def test_a_code_that_moves_with_its_own_words_has_no_cause_to_tell() -> None:
    assert find_causes(moved(suggestion(0.9, 0.9), suggestion(0.6, 0.6)), MODEL, {}) == {}
    assert find_causes(moved(suggestion(0.9, 0.9), suggestion(0.2, 0.2)), MODEL, {}) == {}


def test_words_that_stand_in_both_texts_in_other_windows_are_cut_otherwise() -> None:
    notes, copy = "Culture grew\n E. coli. No stones.", "Culture grew\n E. coli."
    apart, whole = [Window(0, 0, 13), Window(1, 14, 21)], Window(0, 0, 21)
    cuts = {"n": (Cuts.of(notes, [*apart, Window(2, 22, 32)]), Cuts.of(copy, [whole]))}
    moves = moved(suggestion(0.6, 0.6, apart[1]), suggestion(0.7, 0.7, whole))
    assert find_causes(moves, MODEL, cuts) == {KEY: Cause(recut=True)}
    same = {"n": (cuts["n"][0], Cuts.of(copy, apart))}
    assert (
        find_causes(
            moved(suggestion(0.6, 0.6, apart[1]), suggestion(0.7, 0.7, apart[1])), MODEL, same
        )
        == {}
    )


def test_words_that_were_struck_or_written_in_are_not_cut_otherwise() -> None:
    cuts = {"n": (Cuts.of("Gout.", [Window(0, 0, 5)]), Cuts.of("Old gout.", [Window(0, 0, 9)]))}
    moves = moved(suggestion(0.9, 0.9, Window(0, 0, 5)), suggestion(0.6, 0.6, Window(0, 0, 9)))
    assert find_causes(moves, MODEL, cuts) == {}
