"""Codings as rows of one matrix, so that figures of all pairs and codes are products of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Self

import numpy as np
import numpy.typing as npt

from icd9_review.quality.agreement.codings import Codings
from icd9_review.values import CodeKey

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Incidence:
    """Which coding has which code.

    ``rows`` has the shape (codings, codes), by encounter and member; ``places`` the row of each
    coding, of shape (encounters, members), -1 where there is none.
    """

    encounters: tuple[str, ...]
    members: tuple[str, ...]
    codes: tuple[CodeKey, ...]
    rows: npt.NDArray[np.bool_]
    places: Places

    @classmethod
    def of(cls, codings: Codings) -> Self:
        """Of encounters with their members, both in their order."""
        members = sorted({name for coded in codings.values() for name in coded})
        sets = [codes for coded in codings.values() for codes in coded.values()]
        codes = sorted(frozenset().union(*sets))
        column = {key: place for place, key in enumerate(codes)}
        rows = np.zeros((len(sets), len(codes)), np.bool_)
        for row, held in zip(rows, sets, strict=True):
            row[[column[key] for key in held]] = True
        whose = np.array([[name in coded for name in members] for coded in codings.values()], bool)
        places = np.full((len(codings), len(members)), -1, np.int64)
        places[whose] = np.arange(len(sets))
        return cls(tuple(codings), tuple(members), tuple(codes), rows, places)

    @property
    def encounter_of(self) -> Places:
        """The number of the encounter of each coding."""
        return np.nonzero(self.places >= 0)[0]

    def shared(self, first: int, second: int) -> tuple[Places, Places, Places]:
        """The rows of two members in the encounters that both coded, and which these are."""
        mine, others = self.places[:, first], self.places[:, second]
        (together,) = np.nonzero((mine >= 0) & (others >= 0))
        return mine[together], others[together], together

    def pairs(self) -> Iterator[tuple[int, int]]:
        """The members that have coded an encounter together, two by two."""
        for first, second in combinations(range(len(self.members)), 2):
            if self.shared(first, second)[2].size:
                yield first, second
