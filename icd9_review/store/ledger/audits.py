"""Audits as rows, held against the events of their encounter.

Lists, figures and the rule of what an auditor may see go by the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.quality.audit_fold import AUDIT_TELLING, fold_audits
from icd9_review.quality.causes import CauseCount
from icd9_review.store.auditing.audit_rows import audit_columns
from icd9_review.store.database.tables import AuditRow, EncounterRow
from icd9_review.values import Event, Finding


def check_audits(session: Session, stream: str, told: Iterable[Event]) -> Iterator[Finding]:
    """Audits of an encounter that are missing, stand otherwise than told, or that nobody opened."""
    mine = select(AuditRow.__table__).where(AuditRow.encounter_id == stream)
    left = {row["id"]: dict(row) for row in session.execute(mine).mappings()}
    audits = fold_audits(each for each in told if each.kind in AUDIT_TELLING)
    encounter = session.get(EncounterRow, stream)
    for audit in audits.values():
        row = left.pop(audit.id, None)
        if row is None:
            yield Finding(stream, audit.sequence, f"audit {audit.label} is missing")
        elif encounter and not _stands(row, audit_columns(audit, encounter.setting)):
            problem = f"audit {audit.label} stands otherwise than its events say"
            yield Finding(stream, audit.sequence, problem)
    for row in left.values():
        yield Finding(stream, None, f"no event tells of audit A-{row['number']:05d}")


def _stands(row: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Whether a row is as its events tell; causes that a former program left out are none."""
    left_out = {name for name in CauseCount.__slots__ if row[name] is None}
    return all(row[name] == value for name, value in told.items() if name not in left_out)
