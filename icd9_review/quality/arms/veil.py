"""The one rule of what is seen of an encounter's suggestions: pages, lists and exports ask it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from icd9_review.review.fold import DECISIONS
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

_OF_MODEL: Final = (
    "probability",
    "calibrated",
    "threshold",
    "note",
    "window",
    "demoted",
    "by_basis",
)
"""What a decision has of the model: what it gave the code, where it saw it best."""
_UNTOLD: Final[Mapping[EventKind, tuple[str, ...]]] = MappingProxyType(
    {**dict.fromkeys(DECISIONS, _OF_MODEL), EventKind.SCORED: ("suggested",)}
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


def veiled(event: Event, veil: Veil) -> Event | None:
    """An event as people may read it: without what the model said while that is kept from them.

    None for one that tells of nothing else: only what is suggested is explained. Sum and place in
    the ledger stay, so that what is read can be found there.
    """
    if veil.suggestions:
        return event
    if event.kind is EventKind.EXPLAINED:
        return None
    if not (untold := _UNTOLD.get(event.kind)):
        return event
    kept = {name: value for name, value in event.payload.items() if name not in untold}
    return replace(event, payload=kept)
