"""Audits as people read them: one, a list, one's own, and the figures of each coder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from icd9_review.quality.accuracy import (
    AccuracyFigures,
    AccuracyPart,
    AuditCount,
    accuracy_figures,
)
from icd9_review.quality.traits import quick_codes
from icd9_review.review.fold import DECISIONS
from icd9_review.store import ledger
from icd9_review.store.auditing.audit_rows import (
    audit_row,
    concealed,
    count_columns,
    count_of,
    told_audits,
    with_words,
)
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import AuditRow, EncounterRow, SampleRow
from icd9_review.store.people.access import check_in_team, in_team
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import (
    Audit,
    AuditEntry,
    AuditStatus,
    CodeKey,
    DifferenceCause,
    EventKind,
    User,
    encounter_label,
)

_Listed = Select[AuditRow, int, int | None]
_SHOWN: Final = 200  # audits of a list, unless said otherwise; by judgement
_CLOSED: Final = (AuditStatus.FINAL, AuditStatus.WITHDRAWN)
_NEWEST: Final = AuditRow.number.desc()
_DISAGREEMENT: Final = (
    AuditRow.added
    + AuditRow.deleted
    + AuditRow.revised
    + AuditRow.moved
    + AuditRow.poa_changed
    + case((AuditRow.principal > 0, 2), else_=0)
)
_COST: Final[Mapping[AccuracyPart | DifferenceCause, ColumnElement[bool]]] = {
    AccuracyPart.CODES: AuditRow.same - AuditRow.principal < AuditRow.reviewed,
    AccuracyPart.CASES: AuditRow.added + AuditRow.deleted + AuditRow.revised + AuditRow.principal
    > 0,
    AccuracyPart.KEPT: AuditRow.same < AuditRow.coded,
    AccuracyPart.POA: AuditRow.poa_changed > 0,
    AccuracyPart.ORDER: AuditRow.moved > 0,
    **{cause: getattr(AuditRow, cause.value) > 0 for cause in DifferenceCause},
}


@dataclass(frozen=True, slots=True)
class CoderAccuracy:
    """The figures of the final audits of what one coder signed."""

    coder: int
    figures: AccuracyFigures


def audit(database: Database, audit_id: str, *, actor: User) -> Audit:
    """One audit with its words. Raises NotFound, Restricted, PermissionDenied."""
    check_may(actor, Act.AUDIT)
    return _read(database, audit_id, actor)


def own_audit(database: Database, audit_id: str, *, actor: User) -> Audit:
    """An audit of what the person signed, once it was returned. Raises as for what is not there."""
    check_may(actor, Act.CODE)
    with database.read() as session:
        mine = _own(actor)
        found = session.scalar(select(AuditRow.id).where(AuditRow.id == audit_id, *mine))
        audit_row(session, found or "")
    return _read(database, audit_id, actor)


def audits(
    database: Database,
    statuses: Sequence[AuditStatus] = (),
    *,
    actor: User,
    services: Sequence[str] = (),
    by_disagreement: bool = False,
    first: int = 0,
    most: int = _SHOWN,
) -> tuple[AuditEntry, ...]:
    """Audits, the newest first, or those that disagree most: so many from the ``first`` on.

    Those that stand so and are of these services, where some are given. A changed principal
    diagnosis disagrees twice.
    """
    check_may(actor, Act.AUDIT)
    order = (_DISAGREEMENT.desc(),) if by_disagreement else ()
    with database.read() as session:
        query = _listed(session, _standing(statuses, services), actor)
        return _entries(session, query.order_by(*order, _NEWEST), actor, first, most)


def count_audits(
    database: Database,
    statuses: Sequence[AuditStatus] = (),
    *,
    actor: User,
    services: Sequence[str] = (),
) -> int:
    """How many audits ``audits`` has in all."""
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        return _count(session, _listed(session, _standing(statuses, services), actor))


def own_audits(
    database: Database, *, actor: User, first: int = 0, most: int = _SHOWN
) -> tuple[AuditEntry, ...]:
    """The audits of what the person signed that were returned to them, the newest first."""
    check_may(actor, Act.CODE)
    with database.read() as session:
        query = _listed(session, _own(actor), actor).order_by(_NEWEST)
        return _entries(session, query, actor, first, most)


def count_own_audits(database: Database, *, actor: User) -> int:
    """How many audits ``own_audits`` has in all."""
    check_may(actor, Act.CODE)
    with database.read() as session:
        return _count(session, _listed(session, _own(actor), actor))


def accuracy_by_coder(
    database: Database, sample: int | None = None, *, actor: User
) -> tuple[CoderAccuracy, ...]:
    """The figures of final audits by who signed, by number; of one sample where it is named."""
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        query = _final(select(AuditRow.signer, *count_columns()), session, sample, actor)
        counts: dict[int, list[AuditCount]] = {}
        for signer, *sums in session.execute(query):
            counts.setdefault(signer, []).append(AuditCount(*sums))
    return tuple(CoderAccuracy(coder, accuracy_figures(held)) for coder, held in counts.items())


def final_audits(session: Session, sample: int | None, actor: User) -> Sequence[AuditRow]:
    """The final audits that a person sees, by who signed; of one sample where it is named."""
    return session.scalars(_final(select(AuditRow), session, sample, actor)).all()


def _final(
    query: Select[*tuple[Any, ...]], session: Session, sample: int | None, actor: User
) -> Select[*tuple[Any, ...]]:
    mine = query.where(AuditRow.status == AuditStatus.FINAL)
    if conditions := in_team(session, actor):
        mine = mine.join(EncounterRow, EncounterRow.id == AuditRow.encounter_id).where(*conditions)
    if sample is not None:
        mine = mine.join(SampleRow, SampleRow.id == AuditRow.sample_id).where(
            SampleRow.number == sample
        )
    return mine.order_by(AuditRow.signer, AuditRow.number)


def accuracy_audits(
    database: Database,
    coder: int | None,
    part: AccuracyPart | DifferenceCause | None = None,
    *,
    actor: User,
    most: int = _SHOWN,
) -> tuple[AuditEntry, ...]:
    """The final audits behind the figures of a coder, or of all, those that disagree most first.

    Of one figure those alone that cost the coder something in it, of a cause those with a
    difference that comes from there. Raises PermissionDenied.
    """
    check_may(actor, Act.AUDIT)
    mine = [AuditRow.status == AuditStatus.FINAL]
    mine += [] if coder is None else [AuditRow.signer == coder]
    cost = [] if part is None else [_COST[part]]
    with database.read() as session:
        query = _listed(session, [*mine, *cost], actor).order_by(_DISAGREEMENT.desc(), _NEWEST)
        return _entries(session, query, actor, 0, most)


def quick_signed(database: Database, audit_id: str, *, actor: User) -> frozenset[CodeKey]:
    """The signed codes whose decision took less than two seconds. Raises as ``audit``.

    None while the audit is blind to the model: what is accepted so fast was suggested.
    """
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        row = audit_row(session, audit_id)
        check_in_team(session, [row.encounter_id], actor)
        if row.blind_model and row.status not in _CLOSED:
            return frozenset()
        told = ledger.read(session, row.encounter_id, (*DECISIONS, EventKind.OPENED))
        before = [each for each in told if each.sequence < row.signature]
        coded = told_audits(session, row.encounter_id)[audit_id].coded
        return quick_codes(before) & {(each.kind, each.code) for each in coded}


def _read(database: Database, audit_id: str, actor: User) -> Audit:
    with database.read() as session:
        encounter_id = audit_row(session, audit_id).encounter_id
        check_in_team(session, [encounter_id], actor)
        found = told_audits(session, encounter_id)[audit_id]
        return concealed(with_words(session, found), actor)


def _own(actor: User) -> list[ColumnElement[bool]]:
    """Audits of what a person signed, from when they are asked to answer."""
    hidden = (AuditStatus.OPEN, AuditStatus.WITHDRAWN)
    return [AuditRow.signer == actor.id, AuditRow.status.not_in(hidden)]


def _standing(
    statuses: Sequence[AuditStatus], services: Sequence[str]
) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if statuses:
        wanted.append(AuditRow.status.in_(statuses))
    if services:
        wanted.append(EncounterRow.service.in_(services))
    return wanted


def _listed(session: Session, wanted: Sequence[ColumnElement[bool]], actor: User) -> _Listed:
    return (
        select(AuditRow, EncounterRow.number, SampleRow.number)
        .join(EncounterRow, EncounterRow.id == AuditRow.encounter_id)
        .outerjoin(SampleRow, SampleRow.id == AuditRow.sample_id)
        .where(*wanted, *in_team(session, actor))
    )


def _count(session: Session, query: _Listed) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _entries(
    session: Session, query: _Listed, actor: User, first: int, most: int
) -> tuple[AuditEntry, ...]:
    found = session.execute(query.offset(first).limit(most))
    return tuple(_entry(row, number, sample, actor) for row, number, sample in found)


def _entry(row: AuditRow, encounter: int, sample: int | None, actor: User) -> AuditEntry:
    hides = row.blind and row.status not in _CLOSED and row.signer != actor.id
    count = count_of(row)
    differences = sum((count.added, count.deleted, count.revised, count.moved, count.poa_changed))
    principal = bool(count.principal)
    return AuditEntry(
        id=row.id,
        label=f"A-{row.number:05d}",
        encounter_id=row.encounter_id,
        encounter=encounter_label(encounter),
        sample=sample,
        signer=None if hides else row.signer,
        auditor=row.auditor,
        status=row.status,
        blind=row.blind,
        blind_model=row.blind_model,
        differences=differences + principal,
        disagreement=differences + 2 * principal,
        opened=row.opened,
        at=row.at,
    )
