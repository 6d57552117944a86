"""What an encounter came in with: files are compared with that, not with what people set since."""

from __future__ import annotations

from sqlalchemy.orm import Session

from icd9_review.notes.intake.fact_texts import facts_from, facts_of
from icd9_review.review.fold import facts_at_intake
from icd9_review.store import ledger
from icd9_review.store.database.tables import EncounterRow
from icd9_review.values import EventKind, NewEncounter


def came_in(session: Session, row: EncounterRow) -> NewEncounter:
    """The facts of an encounter before anybody set one; of its team nothing."""
    told = ledger.read(session, row.id, (EventKind.FACT_SET,))
    return facts_from(row.setting, facts_at_intake(facts_of(row), told))
