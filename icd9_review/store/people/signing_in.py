"""Signing in: by a password, or as whom a provider or a proxy names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.errors import InputError, SignInRefused
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import PasswordRow, UserRow
from icd9_review.store.people import attempts
from icd9_review.store.people.accounts import add, change_account
from icd9_review.store.people.attempts import of_address, of_name
from icd9_review.store.people.entries import told_address, write_entry
from icd9_review.store.people.names import appearance
from icd9_review.store.people.passwords import hash_password, holds, is_weak
from icd9_review.store.users import system_actor, system_user
from icd9_review.values import EventKind, Role, SignInFailure, User

TOO_MANY = (
    "Too many sign-ins failed. Try again in a quarter of an hour; if it stays so, an "
    "administrator can unlock the name."
)
"""Said to whoever may not try now."""

_WRONG = "This name and password do not belong together."
_NOT_YOURS = "This is not your password."
_OUT_OF_SERVICE = "You are no longer in service here; ask an administrator."


def sign_in_by_password(
    database: Database,
    name: str,
    password: str,
    *,
    address: str,
    now: datetime | None = None,
    wrong: str = _WRONG,
) -> User:
    """The active person of a name and its password.

    Raises SignInRefused, with the same words (``wrong``) whether the name or the password is
    wrong, and as slowly.
    """
    moment = now or datetime.now(UTC)
    if "\x00" in name:  # which no database takes; nobody is called so
        raise SignInRefused(wrong)
    tried = _count(database, name, address, moment)
    if tried is None:
        raise SignInRefused(TOO_MANY)
    person, kept = tried.person, tried.kept
    if not holds(kept, password) or person is None or kept is None:
        _tell_failure(database, tried, name, address)
        raise SignInRefused(wrong)
    with database.write() as session:
        attempts.take_back(session, of_address(address))  # in the order of _count
        attempts.forget_tries(session, of_name(name))
        if is_weak(kept):
            session.get_one(PasswordRow, person.id).hash = hash_password(password)
    return person


def prove_by_password(database: Database, person: User, password: str, *, address: str) -> None:
    """Whether whoever acts for a person knows their password; counted like a sign-in.

    Raises SignInRefused where they do not.
    """
    sign_in_by_password(database, person.name, password, address=address, wrong=_NOT_YOURS)


def record_failure(
    database: Database, why: SignInFailure, *, address: str, now: datetime | None = None
) -> None:
    """Tell that a service or a proxy let nobody in.

    Of one address as often as passwords may be tried from it: nobody is to fill the ledger.
    """
    with database.write() as session:
        if attempts.count_try(session, of_address(address), now or datetime.now(UTC)):
            said = {"user": None, "why": why.value, **told_address(address)}
            write_entry(session, EventKind.SIGN_IN_FAILED, said, system_actor(session))


def sign_in_by_identity(
    database: Database,
    identity: str,
    *,
    name: str = "",
    role: Role | None = None,
    address: str = "",
) -> User:
    """The person whom a sign-in service names; it has proved who they are.

    With a ``role``, the service says what they may do: who is new is added under ``name``, and a
    role that changed is changed. Without one, only who was added before is let in. Raises
    SignInRefused, which the ledger hears of as often as passwords may be tried from an address.
    """
    with database.write() as session:
        if role is not None:
            lock(session, "users")  # the same person may come back twice at once
        row = session.scalar(select(UserRow).where(UserRow.identity == identity))
        if row is None and role is not None:
            free = _free_name(session, name or identity, identity)
            return add(session, free, role, by=system_actor(session), identity=identity)
        person = User(row.id, row.name, row.role) if row else None
        let_in = row is not None and row.active
        if not let_in and attempts.count_try(session, of_address(address), datetime.now(UTC)):
            _write_failure(session, EventKind.SIGN_IN_FAILED, person, address)
    if person is None or not let_in:
        raise SignInRefused(_OUT_OF_SERVICE if person else _unknown(identity))
    if role is not None and role is not person.role:
        try:
            change_account(database, person, by=system_user(database), role=role)
        except InputError as error:  # nobody would be left who administers
            raise SignInRefused(str(error)) from None
    return User(person.id, person.name, role or person.role)


@dataclass(frozen=True, slots=True)
class _Try:
    """The number of a try for its name and from its address; the person, and what is kept."""

    of_name: int
    of_address: int
    person: User | None = None
    kept: str | None = None


def _count(database: Database, name: str, address: str, now: datetime) -> _Try | None:
    """None where nothing is to be tried now."""
    with database.write() as session:
        from_here = attempts.count_try(session, of_address(address), now)
        number = attempts.count_try(session, of_name(name), now) if from_here else 0
        if not number:
            return None
        query = (
            select(UserRow, PasswordRow.hash)
            .join(PasswordRow, PasswordRow.user_id == UserRow.id)
            .where(UserRow.name == name, UserRow.active, UserRow.role != Role.SYSTEM)
        )
        row = session.execute(query).one_or_none()
        if row is None:
            return _Try(number, from_here)
        return _Try(number, from_here, User(row[0].id, row[0].name, row[0].role), row[1])


def _tell_failure(database: Database, tried: _Try, name: str, address: str) -> None:
    """What was typed for a name is kept nowhere: it may be a password in the wrong field."""
    with database.write() as session:
        _write_failure(session, EventKind.SIGN_IN_FAILED, tried.person, address)
        if tried.of_name % of_name(name).most == 0:
            _write_failure(session, EventKind.LOCKED_OUT, tried.person, address)
        if tried.of_address == of_address(address).most:
            said = {"all_names": True, **told_address(address)}
            write_entry(session, EventKind.LOCKED_OUT, said, system_actor(session))


def _write_failure(session: Session, kind: EventKind, person: User | None, address: str) -> None:
    said = {"user": person.id if person else None, **told_address(address)}
    write_entry(session, kind, said, system_actor(session))


def _free_name(session: Session, name: str, identity: str) -> str:
    """The name, with the identity behind it where somebody else has it."""
    plain = " ".join("".join(each for each in name if each.isprintable()).split())[:80] or identity
    people = list(session.scalars(select(UserRow.name)))
    known = {*map(appearance, people), *map(str.casefold, people)}
    taken = known.intersection((appearance(plain), plain.casefold()))
    return f"{plain[:40]} ({identity[:55]})" if taken else plain


def _unknown(identity: str) -> str:
    return (
        f"Nobody here is known as {identity!r}. An administrator can add you: "
        f"python -m icd9_review users add NAME --role ROLE --identity {identity!r}"
    )
