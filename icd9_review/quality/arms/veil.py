"""The one rule of what is seen of an encounter's suggestions: pages, lists and exports ask it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from icd9_review.values import Arm, Event, EventKind, Veil

NO_VEIL: Final = Veil()

_BLIND: Final = (
    "This chart is coded without suggestions until it is signed. It was drawn by chance, so that "
    "what suggestions do can be measured; what the model suggests shows once it is signed."
)
_PLAIN: Final = (
    "This chart shows suggestions without the words that speak for them until it is signed. It "
    "was drawn by chance, so that what explanations do can be measured."
)


def veil_of(arm: Arm | None, *, signed: bool) -> Veil:
    """What people see of an encounter in this arm; ``signed`` is whether it ever was.

    Whoever they are: a coder who is told by somebody else codes no chart blind.

    >>> veil_of(Arm.BLIND, signed=False).suggestions, veil_of(Arm.BLIND, signed=True).suggestions
    (False, True)
    """
    if arm is None or (signed and arm is not Arm.FULL):
        return NO_VEIL
    return {
        Arm.FULL: Veil(Arm.FULL),
        Arm.PLAIN: Veil(Arm.PLAIN, explanations=False, notice=_PLAIN),
        Arm.BLIND: Veil(Arm.BLIND, suggestions=False, explanations=False, notice=_BLIND),
    }[arm]


def veil_by(arm: Arm | None, events: Iterable[Event]) -> Veil:
    """The same by the events of the encounter; FINALISED must be among their kinds."""
    return veil_of(arm, signed=any(event.kind is EventKind.FINALISED for event in events))
