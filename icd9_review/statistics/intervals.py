"""How far a figure may be off because other notes might have been measured.

The percentile bootstrap (Efron 1979; Efron and Tibshirani 1993, chapter 13) over notes: notes,
not pairs of note and code, are what was sampled. A figure that is a ratio of two sums over
notes needs only how often each note was drawn, so that all draws are one matrix product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BOOTSTRAP_DRAWS = 1000  # the usual number for a 95 % interval: 25 lie beyond either end
_TAIL = 2.5  # per cent on each side
_CELLS = 4_000_000  # draws times notes held at once; 32 MB of float64, by judgement

_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the ends of its 95 % interval; NaN where it is not defined."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure as ``parts.sum() / wholes.sum()``, both of shape (notes,)."""

    parts: npt.NDArray[np.floating] | npt.NDArray[np.integer]
    wholes: npt.NDArray[np.floating] | npt.NDArray[np.integer]

    @classmethod
    def mean(cls, values: npt.NDArray[np.floating]) -> Ratio:
        """The mean over the notes that have a value; NaN is none."""
        return cls(np.nan_to_num(values), (~np.isnan(values)).astype(np.int64))


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """How often to draw, and the seed that decides what."""

    draws: int = BOOTSTRAP_DRAWS
    seed: int = 0

    def intervals(self, ratios: Mapping[str, Ratio]) -> dict[str, Interval]:
        """The figures by name; all of the same notes, drawn together.

        Draws in which a figure is not defined are left out of its interval.

        >>> found, true = np.array([1, 0, 2, 3]), np.array([1, 1, 2, 4])
        >>> recall = Bootstrap().intervals({"recall": Ratio(found, true)})["recall"]
        >>> recall.value, recall.low < recall.value < recall.high
        (0.75, True)
        """
        parts = np.column_stack([ratio.parts for ratio in ratios.values()]).astype(np.float64)
        wholes = np.column_stack([ratio.wholes for ratio in ratios.values()]).astype(np.float64)
        values = _divide(parts.sum(axis=0), wholes.sum(axis=0))
        drawn = np.concatenate(
            [_divide(times @ parts, times @ wholes) for times in self._times(len(parts))]
        )
        return {
            name: _interval(float(values[column]), drawn[:, column])
            for column, name in enumerate(ratios)
        }

    def _times(self, notes: int) -> Iterator[_Floats]:
        """How often each note is drawn, of shape (some draws, notes)."""
        generator = np.random.default_rng(self.seed)
        chances = np.full(notes, 1 / notes)
        step = max(1, _CELLS // notes)
        for done in range(0, self.draws, step):
            size = min(step, self.draws - done)
            yield generator.multinomial(notes, chances, size).astype(np.float64)


def _divide(parts: _Floats, wholes: _Floats) -> _Floats:
    return np.divide(parts, wholes, out=np.full_like(parts, np.nan), where=wholes != 0)


def _interval(value: float, drawn: _Floats) -> Interval:
    defined = drawn[~np.isnan(drawn)]
    if not defined.size:
        return Interval(value, np.nan, np.nan)
    low, high = np.percentile(defined, [_TAIL, 100 - _TAIL])
    return Interval(value, float(low), float(high))
