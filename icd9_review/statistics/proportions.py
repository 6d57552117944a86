"""Shares of a count, and how far they may be off."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

Z: Final = 1.959963984540054
"""The quantile of the normal distribution that leaves 2.5 % above it: 95 % intervals."""


@dataclass(frozen=True, slots=True)
class Proportion:
    """``part`` of ``whole``, with the 95 % interval of Wilson (1927); NaN of nothing.

    >>> share = Proportion(8, 10)
    >>> share.value, round(share.low, 3), round(share.high, 3)
    (0.8, 0.49, 0.943)
    """

    part: int
    whole: int

    @property
    def value(self) -> float:
        return self.part / self.whole if self.whole else float("nan")

    @property
    def low(self) -> float:
        return self._centre() - self._half() if self.whole else float("nan")

    @property
    def high(self) -> float:
        return self._centre() + self._half() if self.whole else float("nan")

    def _centre(self) -> float:
        return (self.part + Z * Z / 2) / (self.whole + Z * Z)

    def _half(self) -> float:
        spread = self.part * (self.whole - self.part) / self.whole + Z * Z / 4
        return Z * sqrt(spread) / (self.whole + Z * Z)
