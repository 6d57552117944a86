"""How right coders are by their audits: code over code, case over case, and POA and order apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np

from icd9_review.quality.audit import Comparison
from icd9_review.statistics.intervals import Bootstrap, Interval, Ratio
from icd9_review.statistics.proportions import Proportion
from icd9_review.values import Difference, DifferenceKind, Kind

TARGET: Final = 0.95
"""The accuracy that departments usually ask for, code over code and case over case."""


class AccuracyPart(StrEnum):
    """The figures of accuracy, by the words that pages and commands print."""

    CODES = "code over code"
    CASES = "case over case"
    KEPT = "kept"
    POA = "POA"
    ORDER = "order"


FORMULAS: Final = MappingProxyType(
    {
        AccuracyPart.CODES: (
            "(S − P) ÷ R, summed over the audits. R: codes of the reviewer. S: those of them that "
            "the coder signed, letter by letter. P: what a changed principal diagnosis costs, so "
            "that it counts as two errors: 2 where the coder has the reviewer's principal further "
            "down, 1 where the coder does not have it, 0 where it is not changed. No audit counts "
            "below 0. A code that the coder has and the reviewer has not is not in R; it stands "
            "apart as over-coded."
        ),
        AccuracyPart.CASES: (
            "Audits in which nothing was added, deleted or revised and the principal diagnosis is "
            "the same ÷ all audits. POA and the order of the other codes do not count."
        ),
        AccuracyPart.KEPT: (
            "S ÷ C. C: codes that the coder signed. What is missing from 1 was over-coded."
        ),
        AccuracyPart.POA: (
            "Same codes of inpatients whose POA is the same ÷ same diagnoses of inpatients."
        ),
        AccuracyPart.ORDER: (
            "Same and revised codes that were not re-sequenced ÷ same and revised codes."
        ),
    }
)
"""What each figure is, in the words that pages and commands print."""


@dataclass(frozen=True, slots=True)
class AuditCount:
    """What one audit comes to.

    ``reviewed`` codes of the reviewer, ``coded`` of the coder, ``same`` on both sides,
    ``principal`` what a changed one costs besides; ``aligned`` are the same and the revised,
    ``moved`` those of them that were re-sequenced; ``with_poa`` the same diagnoses of an inpatient,
    ``poa_changed`` those of them whose POA is another.
    """

    reviewed: int
    coded: int
    same: int
    added: int
    deleted: int
    revised: int
    principal: int
    aligned: int
    moved: int
    with_poa: int
    poa_changed: int

    @property
    def right(self) -> int:
        """What counts for the coder, code over code."""
        return max(0, self.same - self.principal)

    @property
    def is_right(self) -> bool:
        """Whether the case is right: codes and principal diagnosis."""
        return not (self.added or self.deleted or self.revised or self.principal)


@dataclass(frozen=True, slots=True)
class AccuracyFigures:
    """Several audits together. Intervals are of 95 %; values are NaN where there is no code.

    That of ``codes``, ``kept``, ``poa`` and ``order`` is by resampling audits, because the codes of
    one chart are right or wrong together; that of ``cases`` is Wilson's.
    """

    audits: int
    total: AuditCount
    cases_right: int
    codes: Interval
    cases: Interval
    kept: Interval
    poa: Interval
    order: Interval


def count_audit(
    comparison: Comparison, *, inpatient: bool, overturned: Collection[str] = ()
) -> AuditCount:
    """Count one audit; ``overturned`` are the keys of differences in which the coder was right.

    An overturned addition leaves the reviewer's codes, an overturned deletion joins them as one
    that both have, an overturned revision is the coder's code. Where the reviewer's principal goes
    that way, the principal is no longer changed.
    """
    standing = [each for each in comparison.differences if each.key not in overturned]
    back = [each for each in comparison.differences if each.key in overturned]
    count = {what: _count(standing, what) for what in DifferenceKind}
    again = {what: _count(back, what) for what in DifferenceKind}
    revised_back, kept_back = again[DifferenceKind.REVISED], again[DifferenceKind.DELETED]
    same = sum(pair.is_same for pair in comparison.pairs) + revised_back + kept_back
    return AuditCount(
        reviewed=len(comparison.audited) - again[DifferenceKind.ADDED] + kept_back,
        coded=len(comparison.coded),
        same=same,
        added=count[DifferenceKind.ADDED],
        deleted=count[DifferenceKind.DELETED],
        revised=count[DifferenceKind.REVISED],
        principal=_principal_cost(comparison, standing, back),
        aligned=same + count[DifferenceKind.REVISED],
        moved=count[DifferenceKind.RESEQUENCED],
        with_poa=_same_diagnoses(comparison) if inpatient else 0,
        poa_changed=count[DifferenceKind.POA] if inpatient else 0,
    )


def accuracy_figures(counts: Sequence[AuditCount]) -> AccuracyFigures:
    """The figures of several audits."""
    ratios = {
        "codes": ([each.right for each in counts], [each.reviewed for each in counts]),
        "kept": ([each.same for each in counts], [each.coded for each in counts]),
        "poa": (
            [each.with_poa - each.poa_changed for each in counts],
            [each.with_poa for each in counts],
        ),
        "order": (
            [each.aligned - each.moved for each in counts],
            [each.aligned for each in counts],
        ),
    }
    right = sum(each.is_right for each in counts)
    cases = Proportion(right, len(counts))
    return AccuracyFigures(
        audits=len(counts),
        total=sum_counts(counts),
        cases_right=right,
        cases=Interval(cases.value, cases.low, cases.high),
        **_intervals(ratios),
    )


def sum_counts(counts: Iterable[AuditCount]) -> AuditCount:
    """All counts together; their ``principal`` is what was taken off, no audit below 0."""
    given = list(counts)
    summed = {name: sum(getattr(each, name) for each in given) for name in AuditCount.__slots__}
    summed["principal"] = sum(each.same - each.right for each in given)
    return AuditCount(**summed)


def _count(differences: Iterable[Difference], what: DifferenceKind) -> int:
    return sum(each.what is what for each in differences)


def _principal_cost(
    comparison: Comparison, standing: Iterable[Difference], back: Iterable[Difference]
) -> int:
    changed = next((each for each in standing if each.what is DifferenceKind.PRINCIPAL), None)
    if changed is None:
        return 0
    codes = (DifferenceKind.ADDED, DifferenceKind.REVISED)
    if any(each.what in codes and each.audited == changed.audited for each in back):
        return 0
    diagnoses = {each.code for each in comparison.coded if each.kind is Kind.DIAGNOSIS}
    return 2 if changed.audited in diagnoses else 1


def _same_diagnoses(comparison: Comparison) -> int:
    return sum(
        pair.is_same and pair.audited is not None and pair.audited.kind is Kind.DIAGNOSIS
        for pair in comparison.pairs
    )


def _intervals(ratios: dict[str, tuple[list[int], list[int]]]) -> dict[str, Interval]:
    if not next(iter(ratios.values()))[0]:
        return dict.fromkeys(ratios, Interval(np.nan, np.nan, np.nan))
    given = {name: Ratio(np.array(parts), np.array(of)) for name, (parts, of) in ratios.items()}
    return Bootstrap().intervals(given)
