"""The people who review, and the program itself as an actor."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import UserRow
from icd9_review.store.ledger.people import any_added, person_payload
from icd9_review.store.people.permissions import Act, may
from icd9_review.values import EventKind, Role, User

_DEVELOPMENT = (
    ("Development coder", Role.CODER),
    ("Second coder", Role.CODER),
    ("Development clinician", Role.CLINICIAN),
    ("Development auditor", Role.AUDITOR),
    ("Development administrator", Role.ADMINISTRATOR),
)


def ensure_development_users(database: Database) -> None:
    """Add the users of a program whose sign-in is not set up; those that exist stay."""
    with database.write() as session:
        lock(session, "users")
        known = set(session.scalars(select(UserRow.name)))
        new = [
            UserRow(name=name, role=role, active=True)
            for name, role in _DEVELOPMENT
            if name not in known
        ]
        session.add_all(new)
        session.flush()
        if any_added(session):
            _tell(session, new)


def _tell(session: Session, added: Iterable[UserRow]) -> None:
    """Say in the ledger that the program added people."""
    for row in added:
        payload = person_payload(row.id, row.role, active=row.active)
        actor, key = system_actor(session), f"development/{row.id}"
        ledger.append(session, ledger.SYSTEM, EventKind.PERSON_ADDED, payload, actor, key)


def users(database: Database) -> tuple[User, ...]:
    """The people who may act, longest known first; service accounts are none."""
    acting = (UserRow.active, UserRow.role != Role.SYSTEM, ~UserRow.service)
    query = select(UserRow).where(*acting).order_by(UserRow.id)
    with database.read() as session:
        return tuple(_user(row) for row in session.scalars(query))


def coding_users(database: Database) -> tuple[User, ...]:
    """The people an encounter may be assigned to, by name."""
    coding = (person for person in users(database) if may(person, Act.CODE))
    return tuple(sorted(coding, key=lambda person: person.name.casefold()))


def system_user(database: Database) -> User:
    """The program itself, for what is done on the command line."""
    with database.read() as session:
        return system_actor(session)


def system_actor(session: Session) -> User:
    """The program itself, for what nobody did by hand."""
    return _user(session.scalars(select(UserRow).where(UserRow.role == Role.SYSTEM)).one())


def names(database: Database) -> dict[int, str]:
    """The name of every user there ever was, by id, for display."""
    with database.read() as session:
        return user_names(session)


def _user(row: UserRow) -> User:
    return User(row.id, row.name, row.role)


def user_names(session: Session) -> dict[int, str]:
    """The name of every user there ever was, by id."""
    return {row.id: row.name for row in session.execute(select(UserRow.id, UserRow.name))}
