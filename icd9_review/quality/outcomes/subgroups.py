"""Acceptance by age, sex, setting, service and length, without cells that could be a person's.

A cell of few encounters is not shown, and neither is what it could be worked out from: where what
is hidden of an axis would follow from the total, the smallest cell that is left is hidden too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from icd9_review.quality.outcomes.bands import BAND_NAMES
from icd9_review.statistics.proportions import Proportion
from icd9_review.values import CaseAxis

SMALLEST: Final = 11
"""Encounters of a cell that is shown: CMS shows no cell of 1 to 10 (its cell size policy)."""


class GroupCount(NamedTuple):
    """The encounters of a group, and their suggestions shown, decided on and accepted."""

    axis: str
    value: str
    cases: int
    shown: int
    decided: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Subgroup:
    """A group and its acceptance; no numbers at all where it is suppressed."""

    axis: CaseAxis
    value: str
    cases: int | None
    decided: int | None
    acceptance: Proportion | None

    @property
    def suppressed(self) -> bool:
        return self.cases is None


def subgroups(counts: Iterable[GroupCount]) -> tuple[Subgroup, ...]:
    """The groups of each axis, bands in their order and the others by size."""
    grouped: dict[CaseAxis, list[GroupCount]] = {axis: [] for axis in CaseAxis}
    for each in counts:
        grouped[CaseAxis(each.axis)].append(each)
    return tuple(
        _subgroup(axis, each, hidden=each.value in hidden)
        for axis, mine in grouped.items()
        for hidden in [_hidden({each.value: each.cases for each in mine})]
        for each in sorted(mine, key=lambda each: _place(axis, each, hidden))
    )


def _hidden(cases: Mapping[str, int]) -> set[str]:
    """The values that are not shown: the small ones, and enough beside them.

    An empty cell is as telling as a small one. What is hidden comes to SMALLEST encounters or
    more in two cells or more, or is all there is.
    """
    by_size = sorted(cases, key=lambda value: (cases[value], value))
    hidden = [value for value in by_size if cases[value] < SMALLEST]
    rest = by_size[len(hidden) :]
    while hidden and rest and (len(hidden) < 2 or sum(cases[v] for v in hidden) < SMALLEST):
        hidden.append(rest.pop(0))
    return set(hidden)


def _place(axis: CaseAxis, each: GroupCount, hidden: set[str]) -> tuple[int, int, str]:
    order: Sequence[str] = BAND_NAMES.get(axis, ())
    if each.value in order:
        return 0, order.index(each.value), each.value
    # By name among the hidden: their order would tell their sizes.
    return 1, 0 if each.value in hidden else -each.cases, each.value


def _subgroup(axis: CaseAxis, each: GroupCount, *, hidden: bool) -> Subgroup:
    if hidden:
        return Subgroup(axis, each.value, None, None, None)
    share = Proportion(each.accepted, each.decided)
    return Subgroup(axis, each.value, each.cases, each.decided, share)
