"""Krippendorff's alpha of codings: agreement on sets of codes beyond what chance would give.

Alpha is 1 - observed / expected disagreement (Krippendorff 2011): the distance of two codings of
one encounter against that of two codings of any encounters. Not everybody needs to have coded
everything. The distance is MASI (Passonneau 2006): one minus the Jaccard index times 1 for equal
sets, 2/3 where one holds the other, 1/3 where they overlap otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icd9_review.values import CodeKey

Distances = npt.NDArray[np.float64]
"""Between codings, or summed between encounters; square and symmetric."""

_HOLDS, _OVERLAPS = 2 / 3, 1 / 3


def jaccard_index(first: frozenset[CodeKey], second: frozenset[CodeKey]) -> float:
    """The share of all codes of two sets that both have; 1 where both are empty.

    >>> from icd9_review.values import Kind
    >>> one = frozenset({(Kind.DIAGNOSIS, "428.0"), (Kind.DIAGNOSIS, "486")})
    >>> jaccard_index(one, frozenset({(Kind.DIAGNOSIS, "486")}))
    0.5
    """
    union = len(first | second)
    return len(first & second) / union if union else 1.0


def masi_distances(incidence: npt.NDArray[np.bool_]) -> Distances:
    """MASI distances between all rows of (codings, codes); two empty rows are equal.

    >>> rows = np.array([[1, 1, 0, 0], [1, 1, 1, 1], [0, 0, 1, 0]], bool)
    >>> masi_distances(rows)[0].round(4).tolist()
    [0.0, 0.6667, 1.0]
    """
    given = incidence.astype(np.float32)  # counts to 16 million are exact
    common = (given @ given.T).astype(np.float64)
    sizes = incidence.sum(1).astype(np.float64)
    union = sizes[:, None] + sizes[None, :] - common
    smaller = np.minimum(sizes[:, None], sizes[None, :])
    monotonicity = np.where(common == smaller, _HOLDS, _OVERLAPS)
    monotonicity[common == union] = 1.0
    index = np.divide(common, union, out=np.ones_like(common), where=union > 0)
    return np.asarray(1.0 - index * monotonicity)


@dataclass(frozen=True, slots=True)
class Alpha:
    """Alpha over encounters that may count any number of times.

    ``coded`` is by how many members each encounter was coded (two or more), ``apart`` the mean
    distance of its codings from each other times their number, ``between`` the distances of all
    codings of one encounter from all of another, summed.
    """

    coded: npt.NDArray[np.float64]
    apart: npt.NDArray[np.float64]
    between: Distances

    @classmethod
    def of_distances(cls, distances: Distances, encounters: npt.NDArray[np.int64]) -> Alpha:
        """From the distances of codings whose encounters are numbered from 0 upwards, in order."""
        starts = np.flatnonzero(np.diff(encounters, prepend=-1))
        coded = np.diff(np.append(starts, len(encounters))).astype(np.float64)
        between = np.add.reduceat(np.add.reduceat(distances, starts, 0), starts, 1)
        return cls(coded, np.diagonal(between) / (coded - 1), between)

    @property
    def units(self) -> int:
        """How many encounters."""
        return len(self.coded)

    @property
    def value(self) -> float:
        """Of all encounters as they are."""
        return float(self.of(np.ones((1, self.units)))[0])

    def of(self, times: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Alpha of each row of (draws, encounters); 1 where nothing differs."""
        spread = np.einsum("ij,ij->i", times @ self.between, times)
        return _alpha(times @ self.apart, spread, times @ self.coded)

    def without_each(self) -> npt.NDArray[np.float64]:
        """Alpha without each encounter."""
        spread = self.between.sum() - 2 * self.between.sum(0) + np.diagonal(self.between)
        return _alpha(
            self.apart.sum() - self.apart, spread, np.asarray(self.coded.sum() - self.coded)
        )


def _alpha(
    apart: npt.NDArray[np.float64],
    spread: npt.NDArray[np.float64],
    count: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    observed, expected = apart / count, spread / (count * (count - 1))
    none = np.where(observed > 0, np.nan, 1.0)
    return np.asarray(1 - np.divide(observed, expected, out=1 - none, where=expected > 1e-12))
