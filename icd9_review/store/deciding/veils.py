"""What of an encounter's suggestions people may see now, for those who do not read its events."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.quality.arms.veil import veil_of
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, EventRow
from icd9_review.store.people.access import check_sees
from icd9_review.values import Arm, EventKind, Veil


def read_veil(database: Database, encounter_id: str) -> Veil:
    """What people may see of one encounter's suggestions. Raises Restricted."""
    with database.read() as session:
        check_sees(session, [encounter_id])
        arm = session.scalar(select(EncounterRow.arm).where(EncounterRow.id == encounter_id))
        return find_veils(session, {encounter_id: arm})[encounter_id]


def find_veils(session: Session, arms: Mapping[str, Arm | None]) -> dict[str, Veil]:
    """The same of several encounters, by their ids; ``arms`` are those that they are in."""
    trial = [each for each, arm in arms.items() if arm is not None]
    query = select(EventRow.stream).where(
        EventRow.stream.in_(trial), EventRow.kind == EventKind.FINALISED.value
    )
    signed = set(session.scalars(query.distinct())) if trial else set()
    return {each: veil_of(arm, signed=each in signed) for each, arm in arms.items()}
