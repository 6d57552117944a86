"""What a model that is new here has still to take on: encounters to count, notes to read.

Nobody waits for it. Encounters are taken on a few at a time, in the background or when a
person opens one. What is signed is left as it is, counted and scored by the model it was
signed with, until it is reopened, gets another note, or somebody asks for it; so is what a former
model has read, where the one in use was promoted (``reading_versions``).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select
from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, NoteRow, SummaryRow
from icd9_review.store.people.access import check_sees
from icd9_review.store.projections import summaries
from icd9_review.store.scoring.chosen import former_versions
from icd9_review.store.scoring.model_versions import newest_version
from icd9_review.store.scoring.reading_versions import keeps_former
from icd9_review.store.scoring.scoring_queue import enqueue_unread, is_unread
from icd9_review.values import EncounterStatus

_CHUNK = 100  # encounters of one transaction of ``read_signed``; by judgement


def behind(database: Database, version: str) -> list[str]:
    """The encounters that a model in use has not counted yet or not read, the newest last."""
    with database.read() as session:
        return list(session.scalars(_select(_is_behind(session, version))))


def catch_up(
    database: Database, encounter_ids: Sequence[str], version: str, *, urgent: bool = False
) -> None:
    """Count these encounters for the model in use, and queue what it has not read of them."""
    with database.write() as session:
        _catch_up(session, encounter_ids, version, urgent=urgent)


def hurry(database: Database, encounter_id: str, version: str) -> bool:
    """Take on first what a person opens; whether there was anything to take on."""
    with database.read() as session:
        check_sees(session, [encounter_id])
        mine = and_(EncounterRow.id == encounter_id, _is_behind(session, version))
        if session.scalar(_select(mine)) is None:
            return False
    catch_up(database, [encounter_id], version, urgent=True)
    return True


def read_anew(database: Database, encounter_id: str) -> bool:
    """Have the model in use read an encounter at work that a former version had read.

    For whoever cannot load that version any more. Whether there was anything to read.
    """
    with database.write() as session:
        check_sees(session, [encounter_id])
        ledger.head(session, encounter_id, lock=True)
        version = newest_version(session)
        summary = session.get(SummaryRow, encounter_id)
        if version is None or summary is None or summary.status is EncounterStatus.FINALISED:
            return False
        found = enqueue_unread(session, [encounter_id], version, urgent=True)
        summaries.refresh(session, [encounter_id])
        return found > 0


def read_signed(database: Database, version: str) -> int:
    """Have the notes of signed encounters read too, which somebody asked for; how many."""
    signed = select(SummaryRow.encounter_id).where(
        SummaryRow.status == EncounterStatus.FINALISED,
        exists().where(NoteRow.encounter_id == SummaryRow.encounter_id, is_unread(version)),
    )
    with database.read() as session:
        found = list(session.scalars(signed))
    count = 0
    for start in range(0, len(found), _CHUNK):
        chosen = found[start : start + _CHUNK]
        with database.write() as session:
            ledger.lock_heads(session, chosen)
            count += enqueue_unread(session, chosen, version)
    return count


def _catch_up(
    session: Session, encounter_ids: Sequence[str], version: str, *, urgent: bool
) -> None:
    summaries.refresh(session, encounter_ids)
    at_work = select(SummaryRow.encounter_id).where(
        SummaryRow.encounter_id.in_(encounter_ids), SummaryRow.status != EncounterStatus.FINALISED
    )
    enqueue_unread(session, session.scalars(at_work).all(), version, urgent=urgent)


def _select(which: ColumnElement[bool]) -> Select[str]:
    return (
        select(EncounterRow.id)
        .outerjoin(SummaryRow, SummaryRow.encounter_id == EncounterRow.id)
        .where(which)
        .order_by(EncounterRow.number)
    )


def _is_behind(session: Session, version: str) -> ColumnElement[bool]:
    unread = exists().where(NoteRow.encounter_id == EncounterRow.id, is_unread(version))
    former = former_versions(session)
    waits = and_(summaries.at_work(), unread)
    if former:
        waits = and_(waits, not_(keeps_former(former)))
    return or_(summaries.is_outdated(version, former), waits)
