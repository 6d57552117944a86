"""People as administrators know them: added, given a role, taken out of service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from icd9_review.errors import ConflictError, InputError, NotFound
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import PasswordRow, SecondFactorRow, UserRow
from icd9_review.store.ledger.people import person_payload
from icd9_review.store.people.attempts import forget_tries, of_factor, of_name
from icd9_review.store.people.entries import write_entry
from icd9_review.store.people.names import appearance
from icd9_review.store.people.passwords import check_new_password, hash_password
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.people.sessions import end_all
from icd9_review.store.people.teams import memberships
from icd9_review.values import Account, EventKind, Role, Team, User

_LONGEST_NAME = 100  # characters, as the column has it
_LONGEST_IDENTITY = 255


def accounts(database: Database, *, by: User) -> tuple[Account, ...]:
    """Everybody there ever was, by name; the program itself is nobody. Raises PermissionDenied."""
    check_may(by, Act.ADMINISTER)
    with database.read() as session:
        rows = session.execute(_accounts().order_by(UserRow.name)).all()
        teams = memberships(session)
    return tuple(_value(row, teams) for row in rows)


def account(database: Database, name: str, *, by: User) -> Account:
    """The account of a name, letter by letter. Raises NotFound, PermissionDenied."""
    check_may(by, Act.ADMINISTER)
    with database.read() as session:
        row = session.execute(_accounts().where(UserRow.name == name)).one_or_none()
        teams = memberships(session)
    if row is None:
        raise NotFound(f"There is nobody called {name[:_LONGEST_NAME]!r}.")
    return _value(row, teams)


def add_account(
    database: Database,
    name: str,
    role: Role,
    *,
    by: User,
    identity: str | None = None,
    password: str | None = None,
    service: bool = False,
) -> User:
    """A new person, with a password that they are to replace where one is given.

    A ``service`` account is another program's. Raises InputError for a name, identity, password
    or role of a service account that cannot be, ConflictError for a name or identity that is
    somebody's; nothing is stored then.
    """
    if service:
        _check_service(role, identity, password)
    if password is not None:
        check_new_password(password, name)
    kept = hash_password(password) if password is not None else None
    with database.write() as session:
        person = add(session, name, role, by=by, identity=identity, service=service)
        if kept is not None:
            _keep_password(session, person, kept, by=by)
        return person


def add(
    session: Session,
    name: str,
    role: Role,
    *,
    by: User,
    identity: str | None = None,
    service: bool = False,
) -> User:
    """A new person, in a transaction."""
    check_may(by, Act.ADMINISTER)
    lock(session, "users")
    _check_name(session, name)
    _check_identity(session, identity)
    row = UserRow(name=name, role=role, active=True, identity=identity, service=service)
    session.add(row)
    session.flush()
    _note(session, EventKind.PERSON_ADDED, row, by)
    return User(row.id, row.name, row.role)


def change_account(
    database: Database,
    person: User,
    *,
    by: User,
    role: Role | None = None,
    active: bool | None = None,
) -> None:
    """Another role, or in or out of service; what is None stays. Counts from the next action on.

    Whoever is taken out of service loses every session at once. Raises InputError where nobody
    would be left who administers.
    """
    check_may(by, Act.ADMINISTER)
    with database.write() as session:
        lock(session, "users")
        row = _row(session, person)
        before = (row.role, row.active)
        if row.service:
            _check_service(role)
        row.role = role or row.role
        row.active = row.active if active is None else active
        if (row.role, row.active) == before:
            return
        session.flush()
        _refuse_no_administrator(session, before)
        _note(session, EventKind.PERSON_CHANGED, row, by)
        if not row.active:
            end_all(session, person, by=by)


def set_identity(database: Database, person: User, identity: str | None, *, by: User) -> None:
    """What a sign-in service calls the person from now on; their sessions end."""
    check_may(by, Act.ADMINISTER)
    with database.write() as session:
        lock(session, "users")
        row = _row(session, person)
        if row.service:
            _check_service(identity=identity)
        if row.identity != identity:
            _check_identity(session, identity)
            row.identity = identity
            session.flush()
            _note(session, EventKind.PERSON_CHANGED, row, by)
            end_all(session, person, by=by)


def set_password(
    database: Database,
    person: User,
    password: str,
    *,
    by: User,
    keep: str = "",
    now: datetime | None = None,
) -> None:
    """A new password; every session ends but the one whose token is ``keep``.

    One that somebody else has set is to be replaced at the first sign-in. A name that was locked
    may be tried again. Raises InputError for what cannot be a password.
    """
    if by.id != person.id:
        check_may(by, Act.ADMINISTER)
    check_new_password(password, person.name)
    kept = hash_password(password)
    with database.write() as session:
        if _row(session, person).service:
            _check_service(password=password)
        _keep_password(session, person, kept, by=by, now=now)
        forget_tries(session, of_name(person.name))
        end_all(session, person, by=by, but=keep)


def _keep_password(
    session: Session, person: User, kept: str, *, by: User, now: datetime | None = None
) -> None:
    row = PasswordRow(
        user_id=person.id,
        hash=kept,
        changed=now or datetime.now(UTC),
        temporary=by.id != person.id,
    )
    session.merge(row)
    write_entry(session, EventKind.PASSWORD_SET, {"user": person.id}, by)


def unlock(database: Database, person: User, *, by: User) -> None:
    """Let a name be tried again at once."""
    check_may(by, Act.ADMINISTER)
    with database.write() as session:
        forget_tries(session, of_name(person.name))
        forget_tries(session, of_factor(person.id))
        write_entry(session, EventKind.UNLOCKED, {"user": person.id}, by)


def _accounts() -> Select[UserRow, int, int]:
    return (
        select(UserRow, PasswordRow.user_id, SecondFactorRow.user_id)
        .join(PasswordRow, PasswordRow.user_id == UserRow.id, isouter=True)
        .join(SecondFactorRow, SecondFactorRow.user_id == UserRow.id, isouter=True)
        .where(UserRow.role != Role.SYSTEM)
    )


def _value(found: Row[UserRow, int, int], teams: Mapping[int, tuple[Team, ...]]) -> Account:
    row, password, factor = found
    return Account(
        person=User(row.id, row.name, row.role),
        active=row.active,
        identity=row.identity,
        has_password=password is not None,
        has_factor=factor is not None,
        teams=teams.get(row.id, ()),
        service=row.service,
    )


def _row(session: Session, person: User) -> UserRow:
    row = session.get(UserRow, person.id)
    if row is None or row.role == Role.SYSTEM:
        raise NotFound(f"There is no user {person.id}.")
    return row


def _check_service(
    role: Role | None = None, identity: str | None = None, password: str | None = None
) -> None:
    """Another program decides on nobody's rights, and signs in nowhere. Raises InputError."""
    if role is Role.ADMINISTRATOR:
        raise InputError("A service account does not administer; give it another role.")
    if identity is not None or password is not None:
        raise InputError("A service account does not sign in; make a token for it.")


def _check_name(session: Session, name: str) -> None:
    if not name.strip() or name != name.strip() or not name.isprintable():
        raise InputError("A name is one line of letters without blanks around it.")
    if len(name) > _LONGEST_NAME:
        raise InputError(f"A name has {_LONGEST_NAME} characters at most.")
    people = list(session.scalars(select(UserRow.name)))
    if name.casefold() in map(str.casefold, people):
        raise ConflictError(f"Somebody is called {name!r} already; add what tells them apart.")
    if appearance(name) in map(appearance, people):
        raise ConflictError(
            f"Somebody's name looks like {name!r} and is written with other characters; add what "
            "tells them apart by eye."
        )


def _check_identity(session: Session, identity: str | None) -> None:
    if identity is None:
        return
    if not identity.strip() or not identity.isprintable() or len(identity) > _LONGEST_IDENTITY:
        raise InputError(
            f"An identity is one line of {_LONGEST_IDENTITY} characters at most, as the sign-in "
            "service writes it."
        )
    if session.scalar(select(UserRow.id).where(UserRow.identity == identity)) is not None:
        raise ConflictError(f"The identity {identity!r} is somebody's already.")


def _refuse_no_administrator(session: Session, before: tuple[Role, bool]) -> None:
    if before != (Role.ADMINISTRATOR, True):
        return
    left = select(UserRow.id).where(UserRow.role == Role.ADMINISTRATOR, UserRow.active).limit(1)
    if session.scalar(left) is None:
        raise InputError("Nobody would be left who administers; give somebody else the role first.")


def _note(session: Session, kind: EventKind, row: UserRow, by: User) -> None:
    """Role and service as they are from now on; names stand in the table of people alone."""
    said = person_payload(row.id, row.role, active=row.active, service=row.service)
    write_entry(session, kind, said, by)
