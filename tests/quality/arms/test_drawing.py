"""Which arm an encounter is in: by chance, the same everywhere, near the share that was set."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.quality.arms.drawing import draw_arm
from icd9_review.values import Arm, ArmShares

IDS = st.text("0123456789abcdef", min_size=22, max_size=22)
SHARES = st.floats(0, 0.5)


@given(IDS, SHARES, SHARES, st.text(max_size=9))
def test_the_same_question_has_the_same_answer(
    encounter: str, blind: float, plain: float, seed: str
) -> None:
    first, second = (draw_arm(encounter, ArmShares(blind, plain, seed)) for _ in range(2))
    assert first is second
    assert (first is None) is (not blind and not plain)


@given(IDS, SHARES, SHARES)
def test_a_larger_share_takes_some_besides_and_lets_none_go(
    encounter: str, one: float, other: float
) -> None:
    less, more = sorted((one, other))
    if draw_arm(encounter, ArmShares(blind=less)) is Arm.BLIND:
        assert draw_arm(encounter, ArmShares(blind=more)) is Arm.BLIND


def test_as_many_are_drawn_as_the_shares_say() -> None:
    shares = ArmShares(blind=0.1, plain=0.2, seed="7")
    found = Counter(draw_arm(f"{number:022x}", shares) for number in range(10_000))
    assert abs(found[Arm.BLIND] - 1_000) < 100  # a little over three standard errors
    assert abs(found[Arm.PLAIN] - 2_000) < 130


def test_another_seed_draws_others() -> None:
    ids = [f"{number:022x}" for number in range(100)]
    one, other = (
        [draw_arm(each, ArmShares(blind=0.5, seed=seed)) for each in ids] for seed in ("1", "2")
    )
    assert one != other


def test_without_a_share_nothing_is_drawn() -> None:
    assert draw_arm("0" * 22, ArmShares()) is None
