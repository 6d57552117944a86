"""How much is left out for a person because its audit is blind and not closed.

In a file of many rows a name comes out by whatever is left: days, a filter by people, the order.
So such an encounter is left out as a whole of what auditors list, open and export
(``store.people.access``).
"""

from __future__ import annotations

from sqlalchemy import func, select

from icd9_review.store.database.engine import Database
from icd9_review.store.people.access import shut_by_audits
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import User


def count_blind(database: Database, *, actor: User) -> int:
    """How many encounters are left out for a person. Raises PermissionDenied."""
    check_may(actor, Act.EXPORT)
    shut = shut_by_audits(actor.id).distinct().subquery()
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(shut)) or 0
