"""What people may see of an encounter's suggestions, by its arm and whether it was ever signed."""

from __future__ import annotations

import pytest

from icd9_review.quality.arms.veil import NO_VEIL, veil_of
from icd9_review.values import Arm


@pytest.mark.parametrize(
    ("arm", "suggestions", "explanations"),
    [
        (None, True, True),
        (Arm.FULL, True, True),
        (Arm.PLAIN, True, False),
        (Arm.BLIND, False, False),
    ],
)
def test_before_the_first_signature_the_arm_says_what_is_seen(
    arm: Arm | None, suggestions: bool, explanations: bool
) -> None:
    veil = veil_of(arm, signed=False)
    assert (veil.suggestions, veil.explanations) == (suggestions, explanations)
    assert bool(veil.notice) is not (suggestions and explanations)
    assert veil.arm is arm


@pytest.mark.parametrize("arm", [None, Arm.PLAIN, Arm.BLIND])
def test_after_it_everything_is_seen(arm: Arm | None) -> None:
    assert veil_of(arm, signed=True) == NO_VEIL
