"""Encounters whose coder somebody may not know yet, because their audit is blind and not closed.

In a file of many rows a name comes out by whatever is left: days, a filter by people, the order.
So such an encounter is left out as a whole of what auditors export, and whoever audits it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, Select, func, select

from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import AuditRow, EncounterRow
from icd9_review.store.people.permissions import Act, check_may, may
from icd9_review.values import AuditStatus, Role, User

_CLOSED: Final = (AuditStatus.FINAL, AuditStatus.WITHDRAWN)


def names_known(person: User) -> list[ColumnElement[bool]]:
    """The condition on an encounter that a person may know who coded it; none for most people.

    Who signed knows it, whoever else codes or bills has to; auditors may come to settle any audit.
    """
    return [EncounterRow.id.not_in(_blind(person))] if may(person, Act.REVIEW) else []


def count_blind(database: Database, *, actor: User) -> int:
    """How many encounters are left out for a person. Raises PermissionDenied."""
    check_may(actor, Act.EXPORT)
    if not may(actor, Act.REVIEW):
        return 0
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(_blind(actor).subquery())) or 0


def _blind(person: User) -> Select[str]:
    under_way = (AuditRow.blind, AuditRow.status.not_in(_CLOSED), AuditRow.signer != person.id)
    asked = select(AuditRow.encounter_id).where(*under_way).distinct()
    return asked if person.role is Role.AUDITOR else asked.where(AuditRow.auditor == person.id)
