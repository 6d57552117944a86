"""How far two coders agree on a group of codes: a three-digit category, or a chapter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from icd9_review.codes.chapters import chapter
from icd9_review.codes.notation import category
from icd9_review.quality.agreement.codings import Coding, by_encounter
from icd9_review.values import CodeKey, GroupLevel, Kind

CodeGroup = tuple[Kind, str]
"""A kind with a category (428, E885, of a procedure 37) or the range of a chapter (390–459)."""


@dataclass(frozen=True, slots=True)
class GroupAgreement:
    """What two coders made of one group in the encounters in which one of them gave a code of it.

    ``both`` and ``one`` are whole codes of the group that both, and that one of them alone gave.
    """

    first: str
    second: str
    group: CodeGroup
    encounters: int
    both: int
    one: int

    @property
    def positive(self) -> float:
        """Of all times that one gave a code of the group, how often the other did, too."""
        return 2 * self.both / (2 * self.both + self.one)


def group_of(key: CodeKey, level: GroupLevel) -> CodeGroup:
    """The group of a code; of a chapter its range.

    >>> group_of((Kind.DIAGNOSIS, "428.21"), GroupLevel.CATEGORY)[1]
    '428'
    """
    kind, code = key
    if level is GroupLevel.CATEGORY:
        return kind, category(code)
    found = chapter(kind, code)
    return kind, f"{found.first}–{found.last}" if found else category(code)


def group_agreements(
    codings: Iterable[Coding], people: Collection[str], level: GroupLevel
) -> tuple[GroupAgreement, ...]:
    """Of every two people and each group that one of them has used, the least agreement first.

    Other members (models, gold, auditors) are passed over.
    """
    counts: dict[tuple[str, str, CodeGroup], tuple[int, int, int]] = {}
    for coded in by_encounter(each for each in codings if each.member in people).values():
        for first, second in combinations(coded, 2):
            for group, both, one in _in_groups(coded[first], coded[second], level):
                key = first, second, group
                held = counts.get(key, (0, 0, 0))
                counts[key] = held[0] + 1, held[1] + both, held[2] + one
    found = [GroupAgreement(*key, *count) for key, count in counts.items()]
    return tuple(
        sorted(found, key=lambda e: (e.positive, -e.encounters, e.group, e.first, e.second))
    )


def _in_groups(
    first: Collection[CodeKey], second: Collection[CodeKey], level: GroupLevel
) -> Iterator[tuple[CodeGroup, int, int]]:
    groups: dict[CodeGroup, tuple[int, int]] = {}
    for key in {*first, *second}:
        group = group_of(key, level)
        both, one = groups.get(group, (0, 0))
        shared = key in first and key in second
        groups[group] = both + shared, one + (not shared)
    for group, count in groups.items():
        yield group, *count
