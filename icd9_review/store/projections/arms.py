"""What encounters of an arm came to when they were signed for the first time: written once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from icd9_review.quality.arms.cases import arm_case
from icd9_review.store import ledger
from icd9_review.store.database.tables import ArmCaseRow
from icd9_review.values import Arm, Event, EventKind


def keep_arm_case(session: Session, encounter_id: str, arm: Arm, events: Sequence[Event]) -> None:
    """Store what an encounter of an arm came to, where it was signed and that is not stored yet.

    ``events`` have its signatures, if there are any.
    """
    if all(each.kind is not EventKind.FINALISED for each in events):
        return
    mine = select(ArmCaseRow.encounter_id).where(ArmCaseRow.encounter_id == encounter_id)
    if session.scalar(mine) is not None:
        return
    case = arm_case(ledger.read(session, encounter_id), arm)
    if case is None:
        return
    suggested = case.suggested
    session.execute(
        insert(ArmCaseRow).values(
            encounter_id=encounter_id,
            arm=arm.value,
            version=case.version,
            month=case.month,
            signer=case.signer,
            seconds=case.seconds,
            decisions=case.decisions,
            suggested=None if suggested is None else len(suggested),
            signed=len(case.signed),
            matched=None if suggested is None else len(suggested & case.signed),
        )
    )
