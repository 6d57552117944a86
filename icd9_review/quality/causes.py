"""Where differences come from, counted over audits: what training, a query or a rule would mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from icd9_review.quality.audit import compare_codes
from icd9_review.values import Audit, AuditStatus, Difference, DifferenceCause


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many differences come from each `DifferenceCause`, by its value."""

    documentation: int = 0
    guideline: int = 0
    coder: int = 0
    edge: int = 0

    @property
    def whole(self) -> int:
        """All of them."""
        return self.documentation + self.guideline + self.coder + self.edge


def counted_cause(audit: Audit, difference: Difference) -> DifferenceCause | None:
    """What a difference of an audit counts as: whoever settled it has the last word.

    None where the coder was right, as the audit was settled, or where nobody has said it.
    """
    settled = audit.adjudication
    if settled is not None:
        return None if difference.key in settled.overturned else settled.cause
    remark = audit.remarks.get(difference.key)
    return remark.cause if remark else None


def count_causes(audit: Audit) -> CauseCount:
    """The causes of one audit as it stands now."""
    if audit.status is AuditStatus.WITHDRAWN:
        return CauseCount()
    differences = compare_codes(audit.coded, audit.audited).differences
    found = Counter(counted_cause(audit, each) for each in differences)
    return CauseCount(**{cause.value: found[cause] for cause in DifferenceCause})


def sum_causes(counts: Iterable[CauseCount]) -> CauseCount:
    """All counts together.

    >>> sum_causes([CauseCount(coder=2), CauseCount(documentation=1, coder=1)])
    CauseCount(documentation=1, guideline=0, coder=3, edge=0)
    """
    given = list(counts)
    names = (cause.value for cause in DifferenceCause)
    return CauseCount(**{name: sum(getattr(each, name) for each in given) for name in names})
