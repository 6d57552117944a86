"""Figures over a matrix of notes and codes: which were right, which were suggested.

All take ``truth``, ``suggested`` and ``mask``, bool of shape (notes, codes); pairs that are
true in ``mask`` count for nothing. The definitions are those of scikit-learn with
``zero_division=0``; where both sides of a note are empty they agree, which is 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icd9_review.arrays import Bools, Floats, Integers
from icd9_review.codes.notation import category


@dataclass(frozen=True, slots=True)
class PairCounts:
    """Pairs counted by note or by code: right, wrong and missed suggestions."""

    right: Integers
    wrong: Integers
    missed: Integers

    @property
    def positives(self) -> Integers:
        """Pairs that are true."""
        return self.right + self.missed

    @property
    def suggested(self) -> Integers:
        """Pairs that were suggested."""
        return self.right + self.wrong

    @property
    def precision(self) -> Floats:
        """Right suggestions per suggestion; 0 where there is none."""
        return _share(self.right, self.suggested)

    @property
    def recall(self) -> Floats:
        """Right suggestions per true pair; 0 where there is none."""
        return _share(self.right, self.positives)

    @property
    def f1(self) -> Floats:
        """The harmonic mean of both; 0 where nothing is true nor suggested."""
        return _share(2 * self.right, self.suggested + self.positives)

    def total(self) -> PairCounts:
        """All pairs together, of shape (1,): micro figures."""
        return PairCounts(
            *(column.sum(keepdims=True) for column in (self.right, self.wrong, self.missed))
        )

    def of(self, chosen: Bools) -> PairCounts:
        """Some notes or codes only."""
        return PairCounts(self.right[chosen], self.wrong[chosen], self.missed[chosen])


def by_note(truth: Bools, suggested: Bools, mask: Bools) -> PairCounts:
    """Counts of shape (notes,).

    >>> truth = np.array([[True, False], [True, True]])
    >>> suggested = np.array([[True, True], [False, True]])
    >>> by_note(truth, suggested, np.zeros_like(truth)).total().f1.round(2)
    array([0.67])
    """
    return _count(truth, suggested, mask, axis=1)


def by_code(truth: Bools, suggested: Bools, mask: Bools) -> PairCounts:
    """Counts of shape (codes,).

    >>> truth = np.array([[True, False], [True, True]])
    >>> suggested = np.array([[True, True], [False, True]])
    >>> counts = by_code(truth, suggested, np.zeros_like(truth))
    >>> counts.precision, counts.recall
    (array([1. , 0.5]), array([0.5, 1. ]))
    """
    return _count(truth, suggested, mask, axis=0)


def exact_matches(notes: PairCounts) -> Floats:
    """1 for every note whose suggestions are exactly what is true, else 0; of shape (notes,).

    >>> truth = np.array([[True, False], [True, True]])
    >>> exact_matches(by_note(truth, np.ones_like(truth), np.zeros_like(truth)))
    array([0., 1.])
    """
    matches: Floats = ((notes.wrong == 0) & (notes.missed == 0)).astype(np.float64)
    return matches


def jaccard(notes: PairCounts) -> Floats:
    """Right suggestions per pair that is true or suggested, of shape (notes,).

    >>> truth, suggested = np.array([[True, True, False]]), np.array([[True, False, True]])
    >>> jaccard(by_note(truth, suggested, np.zeros_like(truth))).round(3)
    array([0.333])
    """
    union = notes.right + notes.wrong + notes.missed
    overlaps = _share(notes.right, union)
    overlaps[union == 0] = 1.0
    return overlaps


@dataclass(frozen=True, slots=True)
class Categories:
    """The three-digit level: a category has what any of its codes has."""

    names: tuple[str, ...]
    truth: Bools
    suggested: Bools
    mask: Bools
    logits: npt.NDArray[np.floating]


def categories(
    codes: Sequence[str],
    truth: Bools,
    suggested: Bools,
    mask: Bools,
    logits: npt.NDArray[np.floating],
) -> Categories:
    """Categories in the order in which they first come; of logits the largest is taken.

    A category that is not true and has a masked code is masked.

    >>> truth, suggested = np.array([[True, False, False]]), np.array([[False, True, False]])
    >>> nothing, logits = np.zeros_like(truth), np.zeros((1, 3), np.float32)
    >>> found = categories(("428.0", "428.1", "486"), truth, suggested, nothing, logits)
    >>> found.names, found.truth.tolist(), found.suggested.tolist()
    (('428', '486'), [[True, False]], [[True, False]])
    """
    names = tuple(dict.fromkeys(category(code) for code in codes))
    places = {name: place for place, name in enumerate(names)}
    columns = np.array([places[category(code)] for code in codes])
    order = np.argsort(columns, kind="stable")
    starts = np.searchsorted(columns[order], np.arange(len(names)))

    def gather(matrix: Bools) -> Bools:
        return np.logical_or.reduceat(matrix[:, order], starts, axis=1)

    true = gather(truth)
    return Categories(
        names,
        true,
        gather(suggested),
        gather(mask) & ~true,
        np.maximum.reduceat(logits[:, order], starts, axis=1),
    )


def _count(truth: Bools, suggested: Bools, mask: Bools, axis: int) -> PairCounts:
    kept = ~mask
    return PairCounts(
        (truth & suggested & kept).sum(axis=axis, dtype=np.int64),
        (~truth & suggested & kept).sum(axis=axis, dtype=np.int64),
        (truth & ~suggested & kept).sum(axis=axis, dtype=np.int64),
    )


def _share(parts: Integers, wholes: Integers) -> Floats:
    return np.divide(parts, wholes, out=np.zeros(parts.shape), where=wholes != 0)
