"""Where the differences of final audits come from, for each coder."""

from __future__ import annotations

from dataclasses import dataclass

from icd9_review.quality.causes import CauseCount, sum_causes
from icd9_review.store.auditing.audit_rows import causes_of
from icd9_review.store.auditing.audits import final_audits
from icd9_review.store.database.engine import Database
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import User


@dataclass(frozen=True, slots=True)
class CoderCauses:
    """The causes of the final audits of what one coder signed.

    ``uncounted`` are those of the ``audits`` that a former program wrote; they wait for
    ``quality audit rebuild``.
    """

    coder: int
    audits: int
    uncounted: int
    causes: CauseCount


def causes_by_coder(
    database: Database, sample: int | None = None, *, actor: User
) -> tuple[CoderCauses, ...]:
    """The causes by who signed, by number; of one sample where it is named.

    Of the audits that ``accuracy_by_coder`` counts. Raises PermissionDenied.
    """
    check_may(actor, Act.AUDIT)
    held: dict[int, list[CauseCount | None]] = {}
    with database.read() as session:
        for row in final_audits(session, sample, actor):
            held.setdefault(row.signer, []).append(causes_of(row))
    return tuple(
        CoderCauses(
            coder=coder,
            audits=len(counts),
            uncounted=counts.count(None),
            causes=sum_causes(each for each in counts if each is not None),
        )
        for coder, counts in held.items()
    )
