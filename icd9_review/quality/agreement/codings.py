"""What one member made of one encounter: the value that readers give and figures are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from icd9_review.errors import InputError
from icd9_review.values import CodeKey, Kind


@dataclass(frozen=True, slots=True)
class Coding:
    """The codes that a member gave an encounter; what is not among them was not coded.

    ``encounter`` is an id, ``member`` the name of a person, a model version or a gold standard.
    An empty set is a coding as well: it says that nothing is to be coded.
    """

    encounter: str
    member: str
    codes: frozenset[CodeKey]


@dataclass(frozen=True, slots=True)
class FoundCodings:
    """Codings of signed encounters, by all who have coded them.

    ``labels`` is what people call each encounter, by its id: those that were read, coded by several
    or not, the newest signature first. ``signed`` is how many are signed in the time that was asked
    about; where there are more of them, the newest were read.
    """

    codings: tuple[Coding, ...]
    labels: Mapping[str, str]
    signed: int


Codings = Mapping[str, Mapping[str, frozenset[CodeKey]]]
"""Codes by encounter and member; both in their order."""


def by_encounter(codings: Iterable[Coding]) -> Codings:
    """Encounters that two members or more have coded, in the order of their ids.

    Raises InputError where one member has coded an encounter twice.

    >>> none = frozenset()
    >>> both = [Coding("1", "Ben", none), Coding("1", "Ana", none), Coding("2", "Ana", none)]
    >>> {encounter: list(members) for encounter, members in by_encounter(both).items()}
    {'1': ['Ana', 'Ben']}
    """
    found: dict[str, dict[str, frozenset[CodeKey]]] = defaultdict(dict)
    for each in codings:
        if each.member in found[each.encounter]:
            raise InputError(f"{each.member} has two codings of one encounter; leave one out.")
        found[each.encounter][each.member] = each.codes
    return {
        encounter: dict(sorted(members.items()))
        for encounter, members in sorted(found.items())
        if len(members) > 1
    }


def only_kind(codings: Iterable[Coding], kind: Kind) -> tuple[Coding, ...]:
    """The codings with their codes of one kind alone."""
    return tuple(
        replace(each, codes=frozenset(key for key in each.codes if key[0] is kind))
        for each in codings
    )
