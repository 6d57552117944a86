"""How a shadow model would have done beside the model in use, on charts that coders have signed.

What coders decided is taken for right, code by code. They saw the suggestions of the model in use,
which favours it; charts that were coded without suggestions favour neither and stand apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from icd9_review.statistics.intervals import Interval
from icd9_review.statistics.resampling import bca_interval
from icd9_review.values import CodeKey

_Floats = npt.NDArray[np.float64]

FEWEST_BLIND: Final = 10
"""Charts without suggestions that get figures of their own; the fewest that are drawn from."""


@dataclass(frozen=True, slots=True)
class ComparedChart:
    """A signed chart that both models have read: its codes, and what each proposes for it."""

    decided: frozenset[CodeKey]
    in_use: frozenset[CodeKey]
    shadow: frozenset[CodeKey]
    blind: bool = False


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """Precision, recall and micro-F1 over all codes of the charts, with 95 % intervals."""

    precision: Interval
    recall: Interval
    f1: Interval


@dataclass(frozen=True, slots=True)
class CodeDifference:
    """One code of which the models differ: in how many charts it was signed, found and wrong."""

    key: CodeKey
    signed: int
    found: tuple[int, int]
    wrong: tuple[int, int]

    @property
    def gained(self) -> int:
        """Charts that the shadow model has right and the model in use has not, less the reverse."""
        return self.found[1] - self.found[0] + self.wrong[0] - self.wrong[1]


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """Both models on the same charts; ``gain`` is the F1 of the shadow model less the other's."""

    charts: int
    in_use: ModelFigures
    shadow: ModelFigures
    gain: Interval
    codes: tuple[CodeDifference, ...]


def compare_models(charts: Sequence[ComparedChart]) -> ModelComparison:
    """Both models on these charts, with intervals by drawing charts anew.

    >>> chart = ComparedChart(frozenset({("d", "486")}), frozenset(), frozenset({("d", "486")}))
    >>> compare_models([chart]).gain.value
    1.0
    """
    before = _Sums.of((each.decided, each.in_use) for each in charts)
    after = _Sums.of((each.decided, each.shadow) for each in charts)
    return ModelComparison(
        charts=len(charts),
        in_use=before.figures(),
        shadow=after.figures(),
        gain=bca_interval(_Gain(before.f1(), after.f1())),
        codes=_differences(charts),
    )


@dataclass(frozen=True, slots=True)
class _Share:
    """A ratio of sums over charts."""

    part: _Floats
    whole: _Floats

    @property
    def units(self) -> int:
        return len(self.part)

    def of(self, times: _Floats) -> _Floats:
        return _divide(times @ self.part, times @ self.whole)

    def without_each(self) -> _Floats:
        return _divide(self.part.sum() - self.part, self.whole.sum() - self.whole)


@dataclass(frozen=True, slots=True)
class _Gain:
    """What one ratio is above another of the same charts."""

    before: _Share
    after: _Share

    @property
    def units(self) -> int:
        return self.before.units

    def of(self, times: _Floats) -> _Floats:
        return self.after.of(times) - self.before.of(times)

    def without_each(self) -> _Floats:
        return self.after.without_each() - self.before.without_each()


@dataclass(frozen=True, slots=True)
class _Sums:
    """Of each chart how many codes are right, proposed and signed."""

    right: _Floats
    proposed: _Floats
    signed: _Floats

    @classmethod
    def of(cls, pairs: Iterable[tuple[frozenset[CodeKey], frozenset[CodeKey]]]) -> _Sums:
        rows = [(len(signed & said), len(said), len(signed)) for signed, said in pairs]
        right, proposed, signed = np.array(rows, dtype=np.float64).reshape(-1, 3).T
        return cls(right, proposed, signed)

    def f1(self) -> _Share:
        return _Share(2 * self.right, self.proposed + self.signed)

    def figures(self) -> ModelFigures:
        return ModelFigures(
            precision=bca_interval(_Share(self.right, self.proposed)),
            recall=bca_interval(_Share(self.right, self.signed)),
            f1=bca_interval(self.f1()),
        )


def _divide(part: _Floats, whole: _Floats) -> _Floats:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def _differences(charts: Sequence[ComparedChart]) -> tuple[CodeDifference, ...]:
    """The codes of which the models differ, those with the largest difference first."""
    signed = Counter[CodeKey]()
    found = (Counter[CodeKey](), Counter[CodeKey]())
    wrong = (Counter[CodeKey](), Counter[CodeKey]())
    for chart in charts:
        signed.update(chart.decided)
        for place, said in enumerate((chart.in_use, chart.shadow)):
            found[place].update(said & chart.decided)
            wrong[place].update(said - chart.decided)
    keys = {key for counts in (*found, *wrong) for key in counts}
    rows = (
        CodeDifference(
            key=key,
            signed=signed[key],
            found=(found[0][key], found[1][key]),
            wrong=(wrong[0][key], wrong[1][key]),
        )
        for key in keys
    )
    differing = (
        row for row in rows if row.found[0] != row.found[1] or row.wrong[0] != row.wrong[1]
    )
    return tuple(sorted(differing, key=lambda row: (-abs(row.gained), -row.signed, row.key)))
