"""Teams, and who is in them. They are there whether or not anything is restricted to them."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from icd9_review.errors import ConflictError, EncounterError, InputError, NotFound
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import EncounterRow, MembershipRow, TeamRow, UserRow
from icd9_review.store.people.entries import write_entry
from icd9_review.store.people.permissions import EVERY_TEAM, Act, check_may
from icd9_review.store.projections.summaries import set_assignee
from icd9_review.values import EventKind, Role, Team, User

_LONGEST_NAME = 60  # characters, as the column has it


def teams(database: Database, *, by: User) -> tuple[Team, ...]:
    """Every team, by name, for whoever takes in what is to be one's. Raises PermissionDenied."""
    check_may(by, Act.TAKE_IN)
    with database.read() as session:
        rows = session.scalars(select(TeamRow)).all()
    return tuple(sorted((Team(row.id, row.name) for row in rows), key=_by_name))


def team(database: Database, name: str, *, by: User) -> Team:
    """The team of a name, in whatever case. Raises NotFound, PermissionDenied."""
    check_may(by, Act.ADMINISTER)
    with database.read() as session:
        found = _find(session, name)
    if found is None:
        raise NotFound(f"There is no team called {name[:_LONGEST_NAME]!r}; add it first.")
    return found


def team_sizes(database: Database, *, by: User) -> dict[int, int]:
    """How many people in service are in each team, by its number; teams of nobody are missing.

    Raises PermissionDenied.
    """
    check_may(by, Act.ADMINISTER)
    query = (
        select(MembershipRow.team_id, func.count())
        .join(UserRow, UserRow.id == MembershipRow.user_id)
        .where(UserRow.active)
        .group_by(MembershipRow.team_id)
    )
    with database.read() as session:
        return dict(session.execute(query).all())


def teams_of(database: Database, person: User, *, by: User) -> tuple[Team, ...]:
    """The teams of a person, by name: one's own, or anybody's for whoever administers.

    Raises PermissionDenied.
    """
    if by.id != person.id:
        check_may(by, Act.ADMINISTER)
    with database.read() as session:
        return memberships(session).get(person.id, ())


def memberships(session: Session) -> dict[int, tuple[Team, ...]]:
    """The teams of everybody who is in one, by name."""
    query = select(MembershipRow.user_id, TeamRow).join(
        TeamRow, TeamRow.id == MembershipRow.team_id
    )
    found: dict[int, list[Team]] = {}
    for number, row in session.execute(query):
        found.setdefault(number, []).append(Team(row.id, row.name))
    return {number: tuple(sorted(each, key=_by_name)) for number, each in found.items()}


def add_team(database: Database, name: str, *, by: User) -> Team:
    """A new team with nobody in it.

    Raises InputError for what cannot be a name, ConflictError for one that a team has.
    """
    check_may(by, Act.ADMINISTER)
    if not name.strip() or name != name.strip() or not name.isprintable():
        raise InputError("The name of a team is one line of letters without blanks around it.")
    if len(name) > _LONGEST_NAME:
        raise InputError(f"The name of a team has {_LONGEST_NAME} characters at most.")
    with database.write() as session:
        lock(session, "teams")
        if _find(session, name) is not None:
            raise ConflictError(f"There is a team called {name!r} already.")
        row = TeamRow(name=name)
        session.add(row)
        session.flush()
        write_entry(session, EventKind.TEAM_ADDED, {"team": row.id}, by)
        return Team(row.id, row.name)


def set_teams(database: Database, person: User, wanted: Collection[Team], *, by: User) -> None:
    """The teams a person is in from now on, in place of those before.

    What is assigned to them and is another team's is nobody's again: where encounters are
    restricted it would be work that nobody sees. Raises NotFound for a team or person that is
    not stored.
    """
    check_may(by, Act.ADMINISTER)
    numbers = sorted({each.id for each in wanted})
    with database.write() as session:
        lock(session, "teams")
        row = session.get(UserRow, person.id)
        if row is None or row.role == Role.SYSTEM:
            raise NotFound(f"There is no user {person.id}.")
        mine = MembershipRow.user_id == person.id
        before = session.scalars(select(MembershipRow.team_id).where(mine)).all()
        if sorted(before) == numbers:
            return
        known = session.scalars(select(TeamRow.id).where(TeamRow.id.in_(numbers))).all()
        if len(known) < len(numbers):
            raise NotFound("One of these teams is not stored; reload the page.")
        session.execute(delete(MembershipRow).where(mine))
        session.add_all(MembershipRow(user_id=person.id, team_id=each) for each in numbers)
        session.flush()
        _give_back(session, row, numbers, by)
        write_entry(session, EventKind.TEAMS_SET, {"user": person.id, "teams": numbers}, by)


def _give_back(session: Session, person: UserRow, numbers: Collection[int], by: User) -> None:
    if person.role in EVERY_TEAM:
        return
    hidden = (EncounterRow.team.is_not(None), EncounterRow.team.not_in(numbers))
    query = select(EncounterRow).where(EncounterRow.assignee == person.id, *hidden)
    for row in session.scalars(query.order_by(EncounterRow.id)).all():
        ledger.head(session, row.id, lock=True)
        session.refresh(row)
        if row.assignee == person.id:
            said = {"from": person.id, "to": None}
            key = f"assign/{secrets.token_hex(11)}"
            ledger.append(session, row.id, EventKind.ASSIGNED, said, by, key)
            set_assignee(session, [row.id], None)


def team_at_intake(session: Session, name: str | None, actor: User) -> int | None:
    """The team that a new encounter is for: the one named, else that of whoever takes it in.

    Of several the first by name; None where they are in none. Raises EncounterError for a name
    that no team has.
    """
    if name is None:
        mine = memberships(session).get(actor.id, ())
        return mine[0].id if mine else None
    found = _find(session, name)
    if found is None:
        raise EncounterError(
            f"There is no team called {name[:_LONGEST_NAME]!r}; correct the name, or have an "
            "administrator add the team."
        )
    return found.id


def _find(session: Session, name: str) -> Team | None:
    """Case counts for nothing, in every alphabet; there are few teams."""
    wanted = name.strip().casefold()
    rows = session.scalars(select(TeamRow))
    return next((Team(row.id, row.name) for row in rows if row.name.casefold() == wanted), None)


def _by_name(each: Team) -> str:
    return each.name.casefold()
