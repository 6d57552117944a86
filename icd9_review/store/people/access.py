"""Which encounters a person sees: one rule for all.

Where encounters are restricted to teams, a person sees what belongs to a team of theirs or to none,
what they gave a reason for a while ago (``glass``), and everything where their role reads every
team (``permissions.EVERY_TEAM``). Teams and role are asked of the database each time, so that a
change counts at once. Where nothing is restricted no such question is asked.

What a person audits blind they see nowhere but on the page of that audit, until it is closed: any
list, chart, export or past state would tell what they are not to know yet. Where it is blind to the
coder that goes for every auditor, because any of them may come to settle it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, not_, or_, select
from sqlalchemy.orm import Session

from icd9_review.errors import AuditedBlind, Restricted
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import (
    AuditRow,
    EncounterRow,
    GlassRow,
    MembershipRow,
    NoteRow,
    UserRow,
)
from icd9_review.store.people.permissions import EVERY_TEAM, Act, check_may
from icd9_review.values import AuditStatus, Role, User, encounter_label

GLASS_LASTS: Final = timedelta(hours=4)
"""For how long a reason lets somebody see an encounter of another team; by judgement: half a
shift, and a third of the longest session."""
_UNDER_WAY: Final = AuditRow.status.not_in((AuditStatus.FINAL, AuditStatus.WITHDRAWN))


def check_may_on(
    session: Session, person: User, act: Act, encounter_ids: Collection[str] = ()
) -> None:
    """Raises PermissionDenied unless the person may do this, and on all of these encounters.

    Encounters that are not stored are for the caller to find out.
    """
    check_may(person, act)
    check_sees(session, encounter_ids, person)


def refuse_hidden(database: Database, encounter_id: str) -> None:
    """Raises Restricted for an encounter that the reader of the database does not see (any more).

    For what a page has kept of it from before.
    """
    with database.read() as session:
        check_sees(session, [encounter_id])


def check_sees(
    session: Session, encounter_ids: Collection[str], person: User | None = None
) -> None:
    """Raises Restricted for the first of these encounters that a person does not see.

    The person is the reader of the database unless given.
    """
    _check(session, EncounterRow.id.in_(encounter_ids), person)


def check_in_team(session: Session, encounter_ids: Collection[str], person: User) -> None:
    """As ``check_sees``, for the page of an audit, which may be blind."""
    _check_team(session, EncounterRow.id.in_(encounter_ids), person)


def check_sees_notes(session: Session, note_ids: Collection[str]) -> None:
    """As ``check_sees``, for the encounters of these notes and the reader of the database."""
    of_notes = select(NoteRow.encounter_id).where(NoteRow.id.in_(note_ids))
    _check(session, EncounterRow.id.in_(of_notes), None)


def seen(session: Session, person: User | None = None) -> list[ColumnElement[bool]]:
    """The condition on an encounter that a person sees it; no condition where all is seen.

    The person is the reader of the database unless given.
    """
    return [*in_team(session, person), *_not_blind(session, person)]


def in_team(session: Session, person: User | None = None) -> list[ColumnElement[bool]]:
    """As ``seen``, whatever the person audits blind: for audits and what they are drawn from."""
    if not session.info["restricted"]:
        return []
    number = _number(session, person)
    if session.scalar(select(UserRow.role).where(UserRow.id == number)) in EVERY_TEAM:
        return []
    now = datetime.now(UTC)
    teams = select(MembershipRow.team_id).where(MembershipRow.user_id == number)
    shown = select(GlassRow.encounter_id).where(
        GlassRow.user_id == number,
        GlassRow.until > now,
        GlassRow.since < now + GLASS_LASTS,  # a clock that goes back prolongs nothing
    )
    # Each of the three by an index of its own: a worklist of one team is read by that team's.
    mine = (EncounterRow.team.is_(None), EncounterRow.team.in_(teams))
    return [or_(*mine, EncounterRow.id.in_(shown))]


def sees(session: Session, encounter_id: str, person: User) -> bool:
    """Whether a person sees an encounter."""
    try:
        check_sees(session, [encounter_id], person)
    except Restricted:
        return False
    return True


def hides_none(
    session: Session, column: SQLColumnExpression[str], person: User
) -> list[ColumnElement[bool]]:
    """The condition that what a column names is no encounter that a person does not see.

    For what may belong to an encounter and need not; no condition where all is seen.
    """
    return [
        column.not_in(select(EncounterRow.id).where(not_(condition)))
        for condition in seen(session, person)
    ]


def shut_by_audits(number: int) -> Select[str]:
    """The encounters that the person of this number does not see because an audit is blind."""
    return select(AuditRow.encounter_id).where(or_(_own(number), _of_others(number)))


def _own(number: int) -> ColumnElement[bool]:
    blind = or_(AuditRow.blind, AuditRow.blind_model)
    return and_(_UNDER_WAY, AuditRow.auditor == number, blind)


def _of_others(number: int) -> ColumnElement[bool]:
    """Audits that are blind to the coder, for an auditor who is not that coder."""
    reviews = exists().where(UserRow.id == number, UserRow.role == Role.AUDITOR)
    return and_(_UNDER_WAY, AuditRow.blind, AuditRow.signer != number, reviews)


def _not_blind(session: Session, person: User | None) -> list[ColumnElement[bool]]:
    """No condition for whom no audit shuts anything, as nearly everybody."""
    if (number := _number(session, person)) is None:
        return []
    shut = shut_by_audits(number)
    return [EncounterRow.id.not_in(shut)] if session.scalar(shut.limit(1)) is not None else []


def _number(session: Session, person: User | None) -> int | None:
    number: int | None = session.info["reader"] if person is None else person.id
    return number


def _check(session: Session, which: ColumnElement[bool], person: User | None) -> None:
    _check_team(session, which, person)
    for condition in _not_blind(session, person):
        if label := _first_hidden(session, which, condition):
            raise AuditedBlind(label, own=_audits_one(session, which, person))


def _audits_one(session: Session, which: ColumnElement[bool], person: User | None) -> bool:
    """Whether it is the person who audits one of these encounters blind."""
    mine = _own(_number(session, person) or 0)
    asked = select(AuditRow.id).join(EncounterRow, EncounterRow.id == AuditRow.encounter_id)
    return session.scalar(asked.where(which, mine).limit(1)) is not None


def _check_team(session: Session, which: ColumnElement[bool], person: User | None) -> None:
    for condition in in_team(session, person):
        if label := _first_hidden(session, which, condition):
            raise Restricted(label)


def _first_hidden(
    session: Session, which: ColumnElement[bool], condition: ColumnElement[bool]
) -> str:
    hidden = select(EncounterRow.number).where(which, not_(condition))
    number = session.scalar(hidden.order_by(EncounterRow.number).limit(1))
    return "" if number is None else encounter_label(number)
