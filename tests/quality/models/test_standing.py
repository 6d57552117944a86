"""Where the models stand: promotions are stacked, one step back takes the last one off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import InputError
from icd9_review.quality.models.standing import (
    check_new,
    check_promotion,
    check_retirement,
    fold_models,
    rolled_back_to,
)
from icd9_review.values import Event, EventKind, ModelStanding, ModelState

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
SETTING, A, B = "s" * 64, "a" * 64, "b" * 64


def told(*steps: tuple[EventKind, dict[str, object]]) -> ModelStanding:
    """The fold of these events, a minute apart."""
    return fold_models(
        Event("system", n, kind, 1, said, 7, BEGIN + timedelta(minutes=n), str(n), "", "")
        for n, (kind, said) in enumerate(steps)
    )


def registered(version: str, replaces: str | None = None) -> tuple[EventKind, dict[str, object]]:
    said: dict[str, object] = {"to": version, "name": "tiny", "folder": version[:1]}
    return EventKind.MODEL_REGISTERED, said | {"replaces": replaces}


def promoted(former: str | None, version: str) -> tuple[EventKind, dict[str, object]]:
    return EventKind.MODEL_PROMOTED, {"from": former, "to": version, "words": "d"}


def rolled_back(version: str, former: str) -> tuple[EventKind, dict[str, object]]:
    return EventKind.MODEL_ROLLED_BACK, {"from": version, "to": former, "words": "d"}


def states(standing: ModelStanding) -> dict[str, ModelState]:
    return {each.version: each.state for each in standing.known}


def test_nothing_is_known_at_first_and_the_setting_chooses() -> None:
    standing = told((EventKind.MODEL_CHANGED, {"from": None, "to": SETTING}))
    assert standing.chosen is None
    assert standing.former == ()
    assert [each.version for each in standing.changes] == [SETTING]


def test_a_model_that_is_registered_reads_in_the_shadow_and_chooses_nothing() -> None:
    standing = told(registered(A))
    assert standing.shadow is not None
    assert standing.shadow.version == A
    assert standing.chosen is None


def test_a_second_shadow_retires_the_first() -> None:
    assert states(told(registered(A), registered(B, replaces=A))) == {
        A: ModelState.RETIRED,
        B: ModelState.SHADOW,
    }


def test_a_promotion_leaves_charts_to_the_model_before() -> None:
    standing = told(registered(A), promoted(SETTING, A), registered(B), promoted(A, B))
    assert states(standing) == {A: ModelState.FORMER, B: ModelState.IN_USE}
    assert standing.former == (A, SETTING)


def test_one_step_back_takes_the_charts_away_from_what_is_rolled_back() -> None:
    steps = [registered(A), promoted(SETTING, A), registered(B), promoted(A, B)]
    standing = told(*steps, rolled_back(B, A))
    assert states(standing) == {A: ModelState.IN_USE, B: ModelState.RETIRED}
    assert standing.former == (SETTING,)
    again = told(*steps, rolled_back(B, A), rolled_back(A, SETTING))
    assert again.chosen is None
    assert states(again) == {A: ModelState.RETIRED, B: ModelState.RETIRED}


def test_a_model_may_be_promoted_twice() -> None:
    steps = [registered(A), promoted(SETTING, A), registered(B), promoted(A, B), promoted(B, A)]
    standing = told(*steps)
    assert states(standing) == {A: ModelState.IN_USE, B: ModelState.FORMER}
    assert standing.former == (B, SETTING)
    assert states(told(*steps, rolled_back(A, B))) == {A: ModelState.FORMER, B: ModelState.IN_USE}


def test_a_shadow_that_the_setting_comes_to_name_is_none_any_more() -> None:
    standing = told(registered(A), (EventKind.MODEL_CHANGED, {"from": SETTING, "to": A}))
    assert states(standing) == {A: ModelState.RETIRED}


def test_what_cannot_be_is_refused_in_a_sentence() -> None:
    standing = told(registered(A), promoted(SETTING, A), registered(B))
    with pytest.raises(InputError, match="in use; there is nothing to compare"):
        check_new(standing, A, A)
    with pytest.raises(InputError, match="registered already"):
        check_new(standing, B, A)
    with pytest.raises(InputError, match="No model of version cccccccccccc is registered"):
        check_promotion(standing, "c" * 64, A)
    with pytest.raises(InputError, match="in use already"):
        check_promotion(standing, A, A)
    with pytest.raises(InputError, match="does not read in the shadow"):
        check_retirement(standing, A)
    with pytest.raises(InputError, match="No promotion stands"):
        rolled_back_to(told(registered(A)))
    with pytest.raises(InputError, match="none to go back to"):
        rolled_back_to(told(registered(A), promoted(None, A)))
    check_retirement(standing, B)
    assert check_promotion(standing, B, A).version == B


@given(st.lists(st.sampled_from("ab-"), max_size=12))
def test_one_model_at_most_is_in_use_and_none_of_the_former_is(moves: str) -> None:
    steps = [registered(A), registered(B)]
    stack = [SETTING]
    for move in moves:
        if move == "-" and len(stack) > 1:
            steps.append(rolled_back(stack.pop(), stack[-1]))
        elif move != "-" and (version := move * 64) != stack[-1]:
            steps.append(promoted(stack[-1], version))
            stack.append(version)
    standing = told(*steps)
    assert (standing.chosen.version if standing.chosen else SETTING) == stack[-1]
    assert stack[-1] not in standing.former
    assert set(standing.former) == set(stack) - {stack[-1]}
    assert list(states(standing).values()).count(ModelState.IN_USE) <= 1
