"""Agreement on each code by itself: who has it and who has not, over all pairs of members."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icd9_review.quality.agreement.coefficients import ac1, kappa, specific_agreement
from icd9_review.quality.agreement.incidence import Incidence
from icd9_review.statistics.intervals import Interval
from icd9_review.values import CodeKey

LEAST_CODED = 5
"""How many pairs of codings have to have a code for its figures to be listed first; by judgement:
of fewer, one encounter more or less moves positive agreement by a fifth and more."""

_Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CodeAgreement:
    """How far members agree on one code; NaN where a figure is not defined.

    ``both``, ``one`` and ``neither`` count pairs of codings of one encounter. Kappa is that of
    two members; of more the mean of their pairs, each by its encounters, without an interval.
    """

    key: CodeKey
    both: int
    one: int
    neither: int
    kappa: Interval
    ac1: float
    positive: Interval
    negative: float

    @property
    def coded(self) -> int:
        """How many pairs of codings have it on one side at least."""
        return self.both + self.one


def code_agreements(incidence: Incidence) -> tuple[CodeAgreement, ...]:
    """Every code that somebody gave: least positive agreement first, rare codes behind."""
    both, said, pairs = _counts(incidence)
    pooled = _pooled(both.sum(0), said.sum(0), float(pairs.sum()))
    positive = specific_agreement(2 * both, said)
    apart = said - 2 * both
    silent = 2 * pairs[:, None] - said
    negative = specific_agreement(silent - apart, silent)
    kappas, chance = _kappas(incidence), ac1(pooled)
    found = [
        CodeAgreement(
            key=key,
            both=round(pooled[place, 0, 0]),
            one=round(2 * pooled[place, 0, 1]),
            neither=round(pooled[place, 1, 1]),
            kappa=kappas[place],
            ac1=float(chance[place]),
            positive=Interval(*(float(each[place]) for each in positive)),
            negative=float(negative.value[place]),
        )
        for place, key in enumerate(incidence.codes)
    ]
    return tuple(sorted(found, key=_order))


def _order(code: CodeAgreement) -> tuple[bool, float, int, CodeKey]:
    return code.coded < LEAST_CODED, code.positive.value, -code.one, code.key


def _counts(incidence: Incidence) -> tuple[_Counts, _Counts, _Counts]:
    """Of each encounter and code: pairs in which both have it, times that it stands in a pair;
    of each encounter: pairs."""
    shape = len(incidence.encounters), len(incidence.codes)
    both, said, pairs = np.zeros(shape), np.zeros(shape), np.zeros(shape[0])
    for pair in incidence.pairs():
        mine, others, together = incidence.shared(*pair)
        first, second = incidence.rows[mine], incidence.rows[others]
        both[together] += first & second
        said[together] += first.astype(np.float64) + second
        pairs[together] += 1
    return both, said, pairs


def _pooled(both: _Counts, said: _Counts, pairs: float) -> _Counts:
    """The table of each code over all pairs, which have no order: half of what only one has on
    either side."""
    half = said / 2 - both
    rows = (np.stack([both, half], -1), np.stack([half, pairs - both - 2 * half], -1))
    return np.stack(rows, -2)


def _kappas(incidence: Incidence) -> list[Interval]:
    tables = np.array([_tables(incidence, pair) for pair in incidence.pairs()])
    found = kappa(tables)
    if len(tables) == 1:
        ends = zip(found.value[0], found.low[0], found.high[0], strict=True)
        return [Interval(*map(float, each)) for each in ends]
    counted = np.where(np.isnan(found.value), 0.0, tables.sum((-1, -2)))
    total = counted.sum(0)
    mean = (np.nan_to_num(found.value) * counted).sum(0) / np.where(total > 0, total, np.nan)
    return [Interval(float(value), math.nan, math.nan) for value in mean]


def _tables(incidence: Incidence, pair: tuple[int, int]) -> _Counts:
    """The 2 x 2 tables of all codes for two members."""
    mine, others, together = incidence.shared(*pair)
    first, second = incidence.rows[mine], incidence.rows[others]
    both = (first & second).sum(0)
    left, right = first.sum(0) - both, second.sum(0) - both
    neither = len(together) - both - left - right
    rows = (np.stack([both, left], -1), np.stack([right, neither], -1))
    return np.stack(rows, -2).astype(np.float64)
