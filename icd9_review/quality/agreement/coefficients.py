"""Agreement beyond chance of two members on one code, or on any closed set of categories.

Tables have the shape (…, categories, categories): how often the first member said the row and the
second one the column. All figures are worked out for all tables at once; NaN is "not defined".

Chance-corrected figures of a rare code need each other. Kappa falls although nearly everything
agrees (Feinstein and Cicchetti 1990), AC1 is near 1 whatever people do with the few encounters
that have it; positive agreement looks at these alone (Cicchetti and Feinstein 1990).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from icd9_review.statistics.proportions import Z

Tables = npt.NDArray[np.float64]


class Kappa(NamedTuple):
    """Cohen's kappa with its standard error and the ends of its 95 % interval, one per table."""

    value: npt.NDArray[np.float64]
    error: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]


def kappa(tables: npt.ArrayLike) -> Kappa:
    """Cohen's kappa (Cohen 1960), its error that of Fleiss, Cohen and Everitt (1969).

    Not defined where both members said the same of everything. The interval is that of Fisher's z:
    kappa plus and minus two errors is too short for a code that one encounter in five has. It has
    no ends at 1 and -1.

    >>> found = kappa([[31, 12], [4, 58]])
    >>> [round(float(each), 4) for each in found]
    [0.6757, 0.0734, 0.5052, 0.7954]
    """
    shares, count = _shares(tables)
    rows, columns = shares.sum(-1), shares.sum(-2)
    observed, expected = _diagonal(shares).sum(-1), (rows * columns).sum(-1)
    value = _divide(observed - expected, 1 - expected)
    error = np.sqrt(_divide(_variance(shares, value, expected), count))
    side = _divide(Z * error, 1 - value**2)
    middle = np.arctanh(np.where(np.isnan(side), np.nan, value))
    return Kappa(value, error, np.tanh(middle - side), np.tanh(middle + side))


def ac1(tables: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Gwet's AC1 (Gwet 2008): chance is the guessing of those who do not know.

    >>> round(float(ac1([[118, 5], [2, 0]])), 4)
    0.9408
    """
    shares, _ = _shares(tables)
    said = (shares.sum(-1) + shares.sum(-2)) / 2
    expected = (said * (1 - said)).sum(-1) / (shares.shape[-1] - 1)
    return _divide(_diagonal(shares).sum(-1) - expected, 1 - expected)


class Specific(NamedTuple):
    """Positive or negative agreement with the ends of its 95 % interval, one per code."""

    value: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]


def specific_agreement(agreed: npt.ArrayLike, said: npt.ArrayLike) -> Specific:
    """Of all times that members said something, how often the other did, too.

    ``said`` has the shape (encounters, codes): how often members said it there, once for each
    pair that they stand in; ``agreed`` is how often of these the other one of the pair did. Coding
    it gives positive, not coding it negative agreement (Cicchetti and Feinstein 1990). The interval
    is that of a ratio of sums over encounters (Cochran 1977, chapter 6) on the scale of log-odds;
    it has no ends at 0 and 1.

    >>> found = specific_agreement([[2], [0], [2], [0]], [[2], [1], [2], [0]])
    >>> float(found.value[0])
    0.8
    """
    parts, wholes = (np.asarray(each, np.float64) for each in (agreed, said))
    total = wholes.sum(0)
    value = _divide(parts.sum(0), total)
    error = _divide(np.sqrt(((parts - value * wholes) ** 2).sum(0)), total)
    side = _divide(Z * error, value * (1 - value))
    odds = np.log(_divide(value, np.where(np.isnan(side), np.nan, 1 - value)))
    low, high = (1 / (1 + np.exp(-(odds + each))) for each in (-side, side))
    return Specific(value, low, high)


def _shares(tables: npt.ArrayLike) -> tuple[Tables, npt.NDArray[np.float64]]:
    given = np.asarray(tables, np.float64)
    count = given.sum((-2, -1))
    return _divide(given, count[..., None, None]), count


def _variance(
    shares: Tables, value: npt.NDArray[np.float64], expected: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Of one observation, formula 13 of Fleiss, Cohen and Everitt (1969)."""
    rows, columns = shares.sum(-1), shares.sum(-2)
    crossed = columns[..., :, None] + rows[..., None, :]  # of row i and column j: p.i + pj.
    same = _diagonal(shares) * (1 - (rows + columns) * (1 - value)[..., None]) ** 2
    others = (shares * crossed**2).sum((-2, -1)) - (
        _diagonal(shares) * _diagonal(crossed) ** 2
    ).sum(-1)
    rest = (value - expected * (1 - value)) ** 2
    found = _divide(same.sum(-1) + (1 - value) ** 2 * others - rest, (1 - expected) ** 2)
    return np.maximum(found, 0.0)


def _diagonal(tables: Tables) -> npt.NDArray[np.float64]:
    return np.diagonal(tables, axis1=-2, axis2=-1)


def _divide(
    parts: npt.NDArray[np.float64], wholes: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    near = 1e-12  # a chance of one that rounding made a little less
    whole = np.broadcast_to(np.asarray(wholes), np.shape(parts))
    out = np.full(np.shape(parts), np.nan)
    return np.asarray(np.divide(parts, whole, out=out, where=np.abs(whole) > near))
