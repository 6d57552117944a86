"""To which team an encounter belongs: moved by administrators, who need not read it for that."""

from __future__ import annotations

import re
import secrets

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from icd9_review.errors import InputError, NotFound
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import EncounterRow, MembershipRow, TeamRow
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.projections.summaries import set_assignee
from icd9_review.store.recoding.twin_marks import same_text
from icd9_review.values import EventKind, Team, User, encounter_label


def read_label(label: str) -> int:
    """The number of an encounter as people write it. Raises InputError.

    >>> read_label("E-00042"), read_label(" e-42 "), read_label("42")
    (42, 42, 42)
    """
    written = re.fullmatch(r"(?:e-?)?0*([1-9][0-9]{0,8})", label.strip().lower(), re.ASCII)
    if written is None:
        raise InputError(f"{label[:20]!r} is not the number of an encounter; it is like E-00042.")
    return int(written[1])


def move_encounter(database: Database, number: int, team: Team | None, *, by: User) -> bool:
    """Give an encounter to another team, or with None to everybody; whether that changed any.

    Its twins have the same text and go to the same team. Whoever one is assigned to and is not of
    that team has it no more: it would be work that nobody sees. Raises NotFound for an encounter or
    team that is not stored.
    """
    check_may(by, Act.ADMINISTER)
    with database.write() as session:
        row = session.scalars(select(EncounterRow).where(EncounterRow.number == number)).first()
        if row is None:
            raise NotFound(f"There is no encounter {encounter_label(number)}.")
        if team is not None and session.get(TeamRow, team.id) is None:
            raise NotFound("This team is not stored; reload the page.")
        lock(session, "encounters")  # no twin is made meanwhile
        mine = same_text(session, row.id)
        ledger.lock_heads(session, mine)
        wanted = None if team is None else team.id
        moved = [_move(session, each, wanted, by) for each in mine]
        return any(moved)


def _move(session: Session, encounter_id: str, wanted: int | None, by: User) -> bool:
    row = session.get_one(EncounterRow, encounter_id, populate_existing=True)
    if row.team == wanted:
        return False
    _append(session, row, EventKind.MOVED, {"from": row.team, "to": wanted}, by)
    row.team = wanted
    if row.assignee is not None and wanted is not None and not _is_of(session, row):
        _append(session, row, EventKind.ASSIGNED, {"from": row.assignee, "to": None}, by)
        set_assignee(session, [row.id], None)
    return True


def _append(
    session: Session, row: EncounterRow, kind: EventKind, said: dict[str, object], by: User
) -> None:
    ledger.append(session, row.id, kind, said, by, f"{kind.value}/{secrets.token_hex(11)}")


def _is_of(session: Session, row: EncounterRow) -> bool:
    """Whether the person it is assigned to is of its team."""
    mine = (MembershipRow.user_id == row.assignee, MembershipRow.team_id == row.team)
    return bool(session.scalar(select(exists().where(*mine))))
