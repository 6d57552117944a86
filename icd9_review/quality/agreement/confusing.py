"""Codes of one category that are taken for each other: one member has one, another the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

from icd9_review.codes.notation import category
from icd9_review.quality.agreement.codings import Codings
from icd9_review.quality.agreement.levels import path
from icd9_review.values import CodeKey


@dataclass(frozen=True, slots=True)
class ConfusedCase:
    """An encounter in which ``first_by`` has the first code of a pair, ``second_by`` the second."""

    encounter: str
    first_by: str
    second_by: str


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two codes that are taken for each other, the lower first, with the cases.

    They are siblings where they have the same way but for its last step.
    """

    first: CodeKey
    second: CodeKey
    cases: tuple[ConfusedCase, ...]

    @property
    def siblings(self) -> bool:
        """Whether they stand below the same header."""
        return path(self.first)[:-1] == path(self.second)[:-1]


def confusions(codings: Codings) -> tuple[Confusion, ...]:
    """Pairs of codes of one category, most cases first, siblings before others.

    A case is an encounter and two of its members: one has the first code and not the second, the
    other the second and not the first.
    """
    cases: dict[tuple[CodeKey, CodeKey], list[ConfusedCase]] = defaultdict(list)
    for encounter, members in codings.items():
        for first, second in combinations(members, 2):
            for one, other in _crossed(
                members[first] - members[second], members[second] - members[first]
            ):
                if one < other:
                    cases[one, other].append(ConfusedCase(encounter, first, second))
                else:
                    cases[other, one].append(ConfusedCase(encounter, second, first))
    found = [Confusion(*pair, tuple(held)) for pair, held in cases.items()]
    return tuple(sorted(found, key=_order))


def _crossed(
    left: frozenset[CodeKey], right: frozenset[CodeKey]
) -> Iterator[tuple[CodeKey, CodeKey]]:
    for one, other in product(left, right):
        if one[0] is other[0] and category(one[1]) == category(other[1]):
            yield one, other


def _order(found: Confusion) -> tuple[int, bool, CodeKey, CodeKey]:
    return -len(found.cases), not found.siblings, found.first, found.second
