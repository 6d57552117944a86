"""An encounter as it is read from its rows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from icd9_review.store.database.tables import EncounterRow
from icd9_review.store.intake.note_rows import as_note, current_notes
from icd9_review.store.ledger.purged import find_purges
from icd9_review.values import Encounter


def as_encounter(session: Session, row: EncounterRow) -> Encounter:
    """The encounter of a row, with its current notes in order."""
    return Encounter(
        id=row.id,
        number=row.number,
        setting=row.setting,
        age=row.age,
        sex=row.sex,
        admitted=row.admitted,
        discharged=row.discharged,
        created=row.created,
        notes=tuple(as_note(each) for each in current_notes(session, row.id)),
        purged=find_purges(session, [row.id]).get(row.id) if row.purged else None,
        disposition=row.disposition,
        service=row.service,
        payer=row.payer,
        assignee=row.assignee,
        arm=row.arm,
    )
