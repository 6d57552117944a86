"""Whose work an encounter is: assigned to one coder, or nobody's."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.errors import AuditedBlind, InputError, NotFound, PermissionDenied, Restricted
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, UserRow
from icd9_review.store.intake.encounters import check_encounter_id
from icd9_review.store.people.access import check_sees
from icd9_review.store.people.permissions import PERMISSIONS, Act, check_may, may
from icd9_review.store.projections.summaries import set_assignee
from icd9_review.values import EventKind, User, encounter_label

LARGEST = 500
"""How many encounters can be assigned at once; by judgement."""

_IDS = range(2**31)  # what the column holds: no database is asked for another number


def assign(
    database: Database, encounter_ids: Sequence[str], user_id: int | None, actor: User
) -> int:
    """Assign encounters to a person or, with None, to nobody; how many that changed.

    All of them or none. An administrator may assign to everybody who decides on codes; a
    coder may take what is nobody's and give back what is theirs. Raises PermissionDenied
    for anything else, InputError for a person who cannot be assigned encounters or more
    than ``LARGEST`` encounters, NotFound for an unknown encounter.
    """
    wanted = list(dict.fromkeys(encounter_ids))
    if len(wanted) > LARGEST:
        raise InputError(
            f"{len(wanted)} encounters are too many to assign at once; choose {LARGEST} or fewer."
        )
    for encounter_id in wanted:
        check_encounter_id(encounter_id)
    check_may(actor, Act.CODE)
    with database.write() as session:
        ledger.lock_heads(session, wanted)
        return assign_locked(session, wanted, user_id, actor)


def assign_locked(
    session: Session, encounter_ids: Sequence[str], user_id: int | None, actor: User
) -> int:
    """As ``assign``, within the transaction of a caller that has locked the heads."""
    check_sees(session, encounter_ids, actor)
    rows = _rows(session, encounter_ids)
    if user_id is not None:
        _check_assignee(session, user_id, encounter_ids)
    if not may(actor, Act.ASSIGN):
        _check_own(session, rows, user_id, actor)
    changing = [row for row in rows if row.assignee != user_id]
    for row in changing:
        payload = {"from": row.assignee, "to": user_id}
        key = f"assign/{secrets.token_hex(11)}"
        ledger.append(session, row.id, EventKind.ASSIGNED, payload, actor, key)
    set_assignee(session, [row.id for row in changing], user_id)
    return len(changing)


def _rows(session: Session, encounter_ids: Sequence[str]) -> list[EncounterRow]:
    query = select(EncounterRow).where(EncounterRow.id.in_(encounter_ids))
    rows = session.scalars(query.order_by(EncounterRow.number)).all()
    if len(rows) < len(encounter_ids):
        raise NotFound("No encounter is stored under one of these identifiers; reload the page.")
    return list(rows)


def _check_assignee(session: Session, user_id: int, encounter_ids: Sequence[str]) -> None:
    person = session.get(UserRow, user_id) if user_id in _IDS else None
    if person is None or not person.active or person.role not in PERMISSIONS[Act.CODE].roles:
        raise InputError("Encounters can only be assigned to a coder or an administrator.")
    try:
        check_sees(session, encounter_ids, User(person.id, person.name, person.role))
    except AuditedBlind as blind:
        raise InputError(
            f"{person.name} audits {blind.label} blind and sees nothing else of it; choose "
            "somebody else."
        ) from None
    except Restricted as restricted:
        raise InputError(
            f"{restricted.label} belongs to a team that {person.name} is not in; choose somebody "
            "of that team, or move the encounter first."
        ) from None


def _check_own(
    session: Session, rows: Sequence[EncounterRow], user_id: int | None, actor: User
) -> None:
    """Refuse what a coder may not do: send work to others, or take it away from them."""
    if user_id not in (None, actor.id):
        raise PermissionDenied(
            "Coders take encounters for themselves; ask an administrator to assign them to others."
        )
    for row in rows:
        if row.assignee not in (None, actor.id):
            holder = session.get_one(UserRow, row.assignee)
            raise PermissionDenied(
                f"{encounter_label(row.number)} is assigned to {holder.name}; "
                "ask an administrator to assign it anew."
            )
