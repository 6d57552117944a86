"""Two members side by side: how far they agree, and on which encounters they do not."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import Self

import numpy as np

from icd9_review.quality.agreement.alpha import Alpha, Distances, jaccard_index
from icd9_review.quality.agreement.codings import Codings
from icd9_review.quality.agreement.incidence import Incidence
from icd9_review.quality.agreement.levels import credit
from icd9_review.statistics.intervals import Bootstrap, Interval, Ratio
from icd9_review.statistics.resampling import bca_interval
from icd9_review.values import CodeKey


@dataclass(frozen=True, slots=True)
class SharedEncounter:
    """An encounter that two members coded: what both have, and what one of them alone has."""

    encounter: str
    jaccard: float
    credit: float
    both: frozenset[CodeKey]
    only_first: frozenset[CodeKey]
    only_second: frozenset[CodeKey]

    @classmethod
    def of(cls, encounter: str, first: frozenset[CodeKey], second: frozenset[CodeKey]) -> Self:
        """Of the codes that each gave it."""
        alike = jaccard_index(first, second), credit(first, second)
        return cls(encounter, *alike, first & second, first - second, second - first)


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """How far two members agree on the encounters that both coded; the credit is a mean."""

    first: str
    second: str
    encounters: int
    jaccard: Interval
    credit: float
    alpha: Interval


def shared_encounters(codings: Codings, first: str, second: str) -> tuple[SharedEncounter, ...]:
    """Those that both coded, the least agreement first."""
    found = [
        SharedEncounter.of(encounter, members[first], members[second])
        for encounter, members in codings.items()
        if first in members and second in members
    ]
    return tuple(sorted(found, key=lambda each: (each.jaccard, each.credit, each.encounter)))


def pair_agreements(
    codings: Codings, incidence: Incidence, distances: Distances, seed: int
) -> tuple[PairAgreement, ...]:
    """The figures of every two who coded an encounter together; distances are between rows."""
    return tuple(_compare(codings, incidence, distances, pair, seed) for pair in incidence.pairs())


def _compare(
    codings: Codings, incidence: Incidence, distances: Distances, pair: tuple[int, int], seed: int
) -> PairAgreement:
    first, second = (incidence.members[place] for place in pair)
    mine, others, _ = incidence.shared(*pair)
    rows = np.column_stack([mine, others]).ravel()
    alpha = Alpha.of_distances(distances[np.ix_(rows, rows)], np.arange(len(mine)).repeat(2))
    found = shared_encounters(codings, first, second)
    alike = Ratio.mean(np.array([each.jaccard for each in found]))
    return PairAgreement(
        first=first,
        second=second,
        encounters=len(found),
        jaccard=Bootstrap(seed=seed).intervals({"jaccard": alike})["jaccard"],
        credit=fmean(each.credit for each in found),
        alpha=bca_interval(alpha, seed=seed),
    )
