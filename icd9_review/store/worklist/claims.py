"""Who is working on an encounter: a soft lock that people see and that runs out by itself.

A claim stops no decision: what two people decide at once is settled by the rules of
review, which overwrite nothing. It only keeps them from starting on the same chart.
Opening, renewing and releasing are not worth an event; a take-over is.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import ClaimRow, UserRow
from icd9_review.store.intake.encounters import check_encounter_id
from icd9_review.store.lapsing import lasting
from icd9_review.store.people.access import check_may_on, check_sees
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import Claim, EventKind, User

CLAIM_MINUTES = 15  # by judgement: beyond the pause that counts as work (``time_spent.IDLE``)


def claim(
    database: Database, encounter_id: str, user: User, *, now: datetime | None = None
) -> Claim:
    """Claim an encounter for the next ``CLAIM_MINUTES``, or renew one's own claim.

    Another person's claim stays while it lasts and is what is returned then. ``now`` is
    the time of the program unless given. Raises PermissionDenied for a role that does
    not decide on codes, NotFound for an unknown encounter.
    """
    check_encounter_id(encounter_id)
    with database.write() as session:
        return renew(session, encounter_id, user, now=now)


def renew(session: Session, encounter_id: str, user: User, *, now: datetime | None = None) -> Claim:
    """As ``claim``, within the caller's transaction; the encounter's head is locked."""
    check_may_on(session, user, Act.CODE, [encounter_id])
    ledger.head(session, encounter_id, lock=True)
    now = now or ledger.now()
    standing = live_claim(session, encounter_id, now)
    if standing is not None and standing.user.id != user.id:
        return standing
    return _store(session, encounter_id, user, now, since=standing.since if standing else now)


def take_over(
    database: Database, encounter_id: str, user: User, *, now: datetime | None = None
) -> Claim:
    """Claim an encounter even where another person's claim still lasts, which the ledger keeps.

    Raises PermissionDenied for a role that does not decide on codes, NotFound for an
    unknown encounter.
    """
    check_encounter_id(encounter_id)
    check_may(user, Act.CODE)
    with database.write() as session:
        ledger.head(session, encounter_id, lock=True)
        check_sees(session, [encounter_id], user)
        at = now or ledger.now()
        standing = live_claim(session, encounter_id, at)
        if standing is None or standing.user.id == user.id:
            return renew(session, encounter_id, user, now=at)
        ledger.append(
            session,
            encounter_id,
            EventKind.CLAIMED,
            {"from": standing.user.id},
            user,
            f"claim/{secrets.token_hex(11)}",
        )
        return _store(session, encounter_id, user, at, since=at)


def release(database: Database, encounter_id: str, user: User) -> None:
    """Give up one's claim; that of another person stays."""
    check_encounter_id(encounter_id)
    with database.write() as session:
        session.execute(
            delete(ClaimRow).where(
                ClaimRow.encounter_id == encounter_id, ClaimRow.user_id == user.id
            )
        )


def claim_of(database: Database, encounter_id: str, *, now: datetime | None = None) -> Claim | None:
    """Who is working on the encounter, None where nobody is."""
    check_encounter_id(encounter_id)
    with database.read() as session:
        check_sees(session, [encounter_id])
        return live_claim(session, encounter_id, now or ledger.now())


def live_claim(session: Session, encounter_id: str, now: datetime) -> Claim | None:
    """The claim on an encounter that lasts at this time."""
    found = session.execute(
        select(ClaimRow, UserRow)
        .join(UserRow, UserRow.id == ClaimRow.user_id)
        .where(ClaimRow.encounter_id == encounter_id, lasts(now))
    ).one_or_none()
    if found is None:
        return None
    row, person = found
    holder = User(person.id, person.name, person.role)
    return Claim(row.encounter_id, holder, row.since, row.until)


def lasts(now: datetime) -> ColumnElement[bool]:
    """Whether a claim lasts at this time."""
    return ClaimRow.until.between(*lasting(timedelta(minutes=CLAIM_MINUTES), now))


def _store(
    session: Session, encounter_id: str, user: User, now: datetime, *, since: datetime
) -> Claim:
    until = now + timedelta(minutes=CLAIM_MINUTES)
    session.merge(ClaimRow(encounter_id=encounter_id, user_id=user.id, since=since, until=until))
    session.flush()
    return Claim(encounter_id, user, since, until)
