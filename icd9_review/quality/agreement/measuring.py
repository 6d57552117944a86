"""All figures of agreement at once: the same for the page and the command."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import fmean

import numpy as np

from icd9_review.codes.table import is_valid
from icd9_review.quality.agreement.alpha import Alpha, jaccard_index, masi_distances
from icd9_review.quality.agreement.codings import Coding, Codings, by_encounter, only_kind
from icd9_review.quality.agreement.confusing import Confusion, confusions
from icd9_review.quality.agreement.incidence import Incidence
from icd9_review.quality.agreement.levels import CodeLevel, all_at_level, credit
from icd9_review.quality.agreement.pairs import PairAgreement, pair_agreements
from icd9_review.quality.agreement.per_code import CodeAgreement, code_agreements
from icd9_review.statistics.intervals import Bootstrap, Interval, Ratio
from icd9_review.statistics.resampling import bca_interval
from icd9_review.values import CodeKey, Kind

SEED = 0
"""Of the draws for intervals, so that a page and a command give the same ends."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far members agree on the encounters that two of them or more have coded.

    ``members`` has how many of these encounters each coded. ``jaccard`` and ``credit`` are means
    over encounters of the mean of the pairs in each; ``alpha`` is Krippendorff's with MASI
    distance. ``retired`` are codes that version 32 does not have; they are compared as written.
    """

    level: CodeLevel
    encounters: int
    members: dict[str, int]
    alpha: Interval
    jaccard: Interval
    credit: Interval
    pairs: tuple[PairAgreement, ...]
    codes: tuple[CodeAgreement, ...]
    confusions: tuple[Confusion, ...]
    retired: tuple[CodeKey, ...]


def prepare(
    codings: Iterable[Coding], *, kind: Kind | None = None, level: CodeLevel = CodeLevel.FULL
) -> Codings:
    """What is compared: encounters of two members or more, with their codes as looked at.

    Raises InputError where a member has coded an encounter twice.
    """
    given = only_kind(codings, kind) if kind else tuple(codings)
    return by_encounter(replace(each, codes=all_at_level(each.codes, level)) for each in given)


def measure(
    codings: Iterable[Coding], *, kind: Kind | None = None, level: CodeLevel = CodeLevel.FULL
) -> Agreement | None:
    """Everything that is shown of agreement; None where no encounter has two codings.

    Raises InputError where a member has coded an encounter twice.
    """
    given = tuple(codings)
    compared = prepare(given, kind=kind, level=level)
    if not compared:
        return None
    incidence = Incidence.of(compared)
    distances = masi_distances(incidence.rows)
    whole = prepare(given, kind=kind)
    return Agreement(
        level=level,
        encounters=len(compared),
        members=_coded(compared, incidence.members),
        alpha=bca_interval(Alpha.of_distances(distances, incidence.encounter_of), seed=SEED),
        **_means(compared),
        pairs=pair_agreements(compared, incidence, distances, SEED),
        codes=code_agreements(incidence),
        confusions=confusions(whole),
        retired=_retired(whole),
    )


def _coded(codings: Codings, members: Iterable[str]) -> dict[str, int]:
    return {name: sum(name in coded for coded in codings.values()) for name in members}


def _means(codings: Codings) -> dict[str, Interval]:
    """Jaccard index and hierarchical credit: of an encounter the mean of its pairs."""
    pairs = [tuple(combinations(coded.values(), 2)) for coded in codings.values()]
    ratios = {
        name: Ratio.mean(np.array([fmean(alike(*pair) for pair in held) for held in pairs]))
        for name, alike in (("jaccard", jaccard_index), ("credit", credit))
    }
    return Bootstrap(seed=SEED).intervals(ratios)


def _retired(codings: Codings) -> tuple[CodeKey, ...]:
    given = {key for coded in codings.values() for codes in coded.values() for key in codes}
    return tuple(sorted(key for key in given if not is_valid(*key)))
