"""What people may see of an encounter's suggestions, by its arm and whether it was ever signed."""

from __future__ import annotations

import pytest

from icd9_review.quality.arms.veil import NO_VEIL, veil_of, veiled
from icd9_review.values import Arm, EventKind
from tests.quality.events import Told


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


def test_of_a_blind_chart_nothing_that_the_model_said_is_read() -> None:
    told = Told()
    basis = {"probability": 0.61, "calibrated": 0.6, "threshold": 0.5, "note": "n", "window": [0]}
    told.code(EventKind.ACCEPTED, "428.0", demoted="unnamed", by_basis=basis, **basis)
    told.add(EventKind.SCORED, note="n", model_version="v", suggested=3)
    told.add(EventKind.EXPLAINED, key={"code": "427.31", "kind": "diagnosis"})
    told.sign("428.0")
    blind = veil_of(Arm.BLIND, signed=False)
    decided, scored, explained, signed = (veiled(each, blind) for each in told.events)
    assert decided is not None
    assert decided.payload == {"kind": "diagnosis", "code": "428.0"}
    assert scored is not None
    assert scored.payload == {"note": "n", "model_version": "v"}
    assert explained is None
    assert signed == told.events[-1]


@pytest.mark.parametrize("arm", [None, Arm.FULL, Arm.PLAIN])
def test_where_suggestions_are_shown_events_stay_as_they_are(arm: Arm | None) -> None:
    told = Told().code(EventKind.ACCEPTED, "428.0", probability=0.61)
    assert veiled(told, veil_of(arm, signed=False)) is told
