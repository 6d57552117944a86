"""Gold encounters: kept with their codes, put into the onboarding set, retired, listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icd9_review.errors import ConflictError, DecisionError, NotFound
from icd9_review.quality.gold.gold_codes import check_gold_codes, codes_of_audit
from icd9_review.store import ledger
from icd9_review.store.auditing.audit_rows import audit_row, told_audits
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import EncounterRow, GoldRow
from icd9_review.store.intake.encounters import check_encounter_id
from icd9_review.store.intake.note_rows import new_id
from icd9_review.store.people.access import check_sees, seen
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.recoding.twins import check_source
from icd9_review.values import (
    AuditedCode,
    AuditStatus,
    CareSetting,
    Event,
    EventKind,
    GoldEncounter,
    GoldOrigin,
    Kind,
    Poa,
    User,
    encounter_label,
)


def keep_gold(
    database: Database,
    encounter_id: str,
    codes: Sequence[AuditedCode],
    *,
    onboarding: bool = False,
    actor: User,
    key: str,
) -> GoldEncounter:
    """Keep the codes that are right for a signed encounter, the principal first.

    The same key gives what was kept before. Raises InputError, CodeError, DecisionError for what is
    not signed or is gold already, TextPurged, Restricted, NotFound, PermissionDenied, ConflictError
    for a key that was used for something else.
    """
    check_may(actor, Act.KEEP_GOLD)
    check_encounter_id(encounter_id)
    kept = check_gold_codes(codes)
    return _keep(database, encounter_id, kept, None, onboarding, actor, key)


def keep_audited(
    database: Database, audit_id: str, *, onboarding: bool = False, actor: User, key: str
) -> GoldEncounter:
    """Keep what a final audit came to as gold. Raises as ``keep_gold``."""
    check_may(actor, Act.KEEP_GOLD)
    with database.read() as session:
        encounter_id = audit_row(session, audit_id).encounter_id
        check_sees(session, [encounter_id], actor)
        audit = told_audits(session, encounter_id)[audit_id]
    if audit.status is not AuditStatus.FINAL:
        raise DecisionError(f"{audit.label} is not final; gold is made of final audits.")
    kept = check_gold_codes(codes_of_audit(audit))
    return _keep(database, encounter_id, kept, audit_id, onboarding, actor, key)


def change_gold(
    database: Database,
    number: int,
    *,
    onboarding: bool | None = None,
    retired: bool | None = None,
    actor: User,
) -> GoldEncounter:
    """Take it into the onboarding set or out of it; retire it, or take it back.

    Its codes stay as they are: trials are scored by them. Raises NotFound, PermissionDenied,
    Restricted.
    """
    check_may(actor, Act.KEEP_GOLD)
    with database.write() as session:
        lock(session, "gold")
        row = gold_row(session, number)
        check_sees(session, [row.encounter_id], actor)
        row.onboarding = row.onboarding if onboarding is None else onboarding
        row.retired = row.retired if retired is None else retired
        said = {"gold": row.id, "number": row.number}
        said |= {"onboarding": row.onboarding, "retired": row.retired}
        key = f"gold/{new_id()}"
        ledger.append(session, ledger.SYSTEM, EventKind.GOLD_CHANGED, said, actor, key)
        session.flush()
        return read_gold_rows(session, [row])[0]


def gold_encounters(database: Database, *, actor: User) -> tuple[GoldEncounter, ...]:
    """All that a person sees, the newest first. Raises PermissionDenied."""
    check_may(actor, Act.KEEP_GOLD)
    with database.read() as session:
        query = (
            select(GoldRow)
            .join(EncounterRow, EncounterRow.id == GoldRow.encounter_id)
            .where(*seen(session, actor))
            .order_by(GoldRow.number.desc())
        )
        return read_gold_rows(session, session.scalars(query).all())


def gold_row(session: Session, number: int) -> GoldRow:
    """Raises NotFound."""
    row = session.scalars(select(GoldRow).where(GoldRow.number == number)).one_or_none()
    if row is None:
        raise NotFound(f"There is no gold encounter G-{number:05d}.")
    return row


def read_gold_rows(session: Session, rows: Sequence[GoldRow]) -> tuple[GoldEncounter, ...]:
    """Rows as everybody else knows them, in their order."""
    ids = {row.encounter_id for row in rows}
    query = select(EncounterRow.id, EncounterRow.number, EncounterRow.setting)
    found = {row.id: row for row in session.execute(query.where(EncounterRow.id.in_(ids)))}
    return tuple(
        GoldEncounter(
            id=row.id,
            number=row.number,
            encounter_id=row.encounter_id,
            encounter=encounter_label(found[row.encounter_id].number),
            codes=_read_codes(row.codes),
            origin=row.origin,
            onboarding=row.onboarding,
            retired=row.retired,
            inpatient=found[row.encounter_id].setting is CareSetting.INPATIENT,
            actor=row.actor,
            at=row.at,
        )
        for row in rows
    )


def _keep(
    database: Database,
    encounter_id: str,
    codes: Sequence[AuditedCode],
    audit_id: str | None,
    onboarding: bool,
    actor: User,
    key: str,
) -> GoldEncounter:
    ledger.check_token("idempotency key", key)
    with database.write() as session:
        lock(session, "gold")
        ledger.head(session, encounter_id)
        check_sees(session, [encounter_id], actor)
        if (stored := ledger.find(session, key)) is not None:
            return _again(session, stored, encounter_id, actor)
        source = check_source(session, encounter_id)
        _refuse_doubled(session, source)
        row = GoldRow(
            id=new_id(),
            number=(session.scalar(select(func.max(GoldRow.number))) or 0) + 1,
            encounter_id=encounter_id,
            codes=[[each.kind.value, each.code, each.poa and each.poa.value] for each in codes],
            origin=GoldOrigin.GIVEN if audit_id is None else GoldOrigin.AUDIT,
            onboarding=onboarding,
            retired=False,
            actor=actor.id,
            at=ledger.now(),
        )
        session.add(row)
        session.flush()
        _tell(session, row, source, audit_id, actor, key)
        return read_gold_rows(session, [row])[0]


def _again(session: Session, stored: Event, encounter_id: str, actor: User) -> GoldEncounter:
    same = (EventKind.GOLD_KEPT, actor.id, encounter_id)
    if (stored.kind, stored.actor, stored.payload.get("encounter_id")) != same:
        raise ConflictError("This key was used for something else; reload the page.")
    return read_gold_rows(session, [session.get_one(GoldRow, stored.payload["gold"])])[0]


def _refuse_doubled(session: Session, source: EncounterRow) -> None:
    mine = select(GoldRow.number).where(GoldRow.encounter_id == source.id, ~GoldRow.retired)
    if (number := session.scalar(mine)) is not None:
        raise DecisionError(
            f"{encounter_label(source.number)} is gold already, as G-{number:05d}; retire that "
            "one first where its codes are to be others."
        )


def _tell(
    session: Session,
    row: GoldRow,
    source: EncounterRow,
    audit_id: str | None,
    actor: User,
    key: str,
) -> None:
    said: dict[str, Any] = {
        "gold": row.id,
        "number": row.number,
        "encounter_id": row.encounter_id,
        "encounter": encounter_label(source.number),
        "codes": row.codes,
        "origin": row.origin.value,
        "onboarding": row.onboarding,
        "audit": audit_id,
    }
    ledger.append(session, ledger.SYSTEM, EventKind.GOLD_KEPT, said, actor, key)


def _read_codes(stored: Sequence[Any]) -> tuple[AuditedCode, ...]:
    return tuple(
        AuditedCode(code, Kind(kind), Poa(poa) if poa else None) for kind, code, poa in stored
    )
