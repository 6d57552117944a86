"""An integral along the path from the baseline to the text, finer where its error is.

The path runs from 0 to 1 and is cut in segments, each summed by Gauss-Legendre points.
What the gradients of a segment add up to must be the change of the logit over it, so that
every segment tells its own error: the worst is halved, what the others cost is kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

_SMALLEST = 1e-6

Shares = npt.NDArray[np.float64]
"""The share of every piece, special ones included, in a change of the logit: (pieces,)."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the path, ``0 <= start < end <= 1``."""

    start: float
    end: float

    @property
    def halves(self) -> tuple[Segment, Segment]:
        """The two segments that take this one's place."""
        middle = (self.start + self.end) / 2
        return Segment(self.start, middle), Segment(middle, self.end)

    def points(self, count: int) -> tuple[float, ...]:
        """Where the gradients are taken, in the order of ``weights``."""
        nodes, _ = _rule(count)
        return tuple((self.start + (nodes + 1) / 2 * (self.end - self.start)).tolist())

    def weights(self, count: int) -> npt.NDArray[np.float64]:
        """What each gradient counts, (count,); the sum is the length of the segment."""
        _, weights = _rule(count)
        return weights / 2 * (self.end - self.start)


WHOLE = Segment(0.0, 1.0)


def cut_path(count: int) -> tuple[Segment, ...]:
    """The whole path in so many segments of equal length."""
    ends = [number / count for number in range(count + 1)]
    return tuple(Segment(start, end) for start, end in pairwise(ends))


@dataclass(frozen=True, slots=True)
class Part:
    """The integral over one segment, and the change of the logit that it should add up to."""

    segment: Segment
    shares: Shares
    change: float
    points: int

    @property
    def error(self) -> float:
        """How much too large the sum is; not finite where a gradient is not."""
        return float(self.shares.sum()) - self.change


@dataclass(frozen=True, slots=True)
class Integral:
    """The integral over the whole path, in parts that lie side by side."""

    parts: tuple[Part, ...]

    @property
    def shares(self) -> Shares:
        """The shares of all parts together."""
        total: Shares = np.sum([part.shares for part in self.parts], axis=0)
        return total

    @property
    def points(self) -> int:
        """How many gradients the sum is made of."""
        return sum(part.points for part in self.parts)

    @property
    def change(self) -> float:
        """The change of the logit from baseline to text."""
        return sum(part.change for part in self.parts)

    @property
    def delta(self) -> float:
        """The error relative to the change; infinite where it is not a number."""
        delta = abs(sum(part.error for part in self.parts)) / max(abs(self.change), _SMALLEST)
        return delta if math.isfinite(delta) else math.inf

    @property
    def worst(self) -> Segment:
        """The segment with the largest error."""
        return max(self.parts, key=_size_of_error).segment

    def refine(self, finer: Sequence[Part]) -> Integral:
        """The integral with the halves of its worst segment in that one's place."""
        worst = self.worst
        kept = [part for part in self.parts if part.segment != worst]
        return Integral(tuple(sorted((*kept, *finer), key=lambda part: part.segment.start)))


def _size_of_error(part: Part) -> float:
    return abs(part.error) if math.isfinite(part.error) else math.inf


@lru_cache(maxsize=64)
def _rule(count: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Gauss-Legendre points and weights on [-1, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return nodes, weights
