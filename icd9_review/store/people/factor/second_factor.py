"""The second factor: what a person shows besides the password, and when it counts.

A code of an app counts once and a recovery code counts once. Tries are counted like those of
passwords, before a code is looked at. Nothing of a code or a secret stands in an event.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from icd9_review.errors import InputError, NotFound, SignInRefused
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import (
    PasswordRow,
    RecoveryCodeRow,
    SecondFactorRow,
    UserRow,
)
from icd9_review.store.people import attempts
from icd9_review.store.people.attempts import of_address, of_factor
from icd9_review.store.people.entries import told_address, write_entry
from icd9_review.store.people.factor.enclosed import disclose, enclose
from icd9_review.store.people.factor.one_time_codes import counted_step
from icd9_review.store.people.factor.recovery_codes import new_recovery_codes, recovery_hash
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.people.sessions import end_all
from icd9_review.store.people.signing_in import TOO_MANY
from icd9_review.store.users import system_actor
from icd9_review.values import EventKind, Factor, Role, SecondFactor, User

_WRONG = (
    "This code does not count: it is wrong, or has counted already. Wait for the next one of the "
    "app, or take another recovery code."
)
_WRONG_AT_SET_UP = (
    "This is not the code that the app shows now. Type the one it shows; if it stays so, see that "
    "the clock of the telephone is right."
)
_CHANGED = "Your password or second factor was changed meanwhile. Start again."
_UNREADABLE = (
    "Codes of your app cannot be checked any more, because the secret of this installation was "
    "changed. Take a recovery code, or ask an administrator to take the second factor away."
)


def second_factor(database: Database, person: User) -> SecondFactor | None:
    """The second factor of a person; None where they have none."""
    left = select(func.count()).where(RecoveryCodeRow.user_id == person.id)
    with database.read() as session:
        row = session.get(SecondFactorRow, person.id)
        return None if row is None else SecondFactor(row.since, session.scalars(left).one())


def set_up_factor(
    database: Database,
    person: User,
    secret: str,
    code: str,
    *,
    key: bytes,
    now: datetime | None = None,
) -> tuple[str, ...]:
    """Codes of this secret count from now on, and no former ones; the recovery codes, this once.

    Every session of the person ends. Raises InputError where the code is not one of the secret.
    """
    moment = now or datetime.now(UTC)
    step = counted_step(secret, code, used=-1, now=moment)
    if step is None:
        raise InputError(_WRONG_AT_SET_UP)
    kept = enclose(secret, key, person.id)
    with database.write() as session:
        _lock(session, person.id)
        renewed = session.get(SecondFactorRow, person.id) is not None
        row = SecondFactorRow(user_id=person.id, secret=kept, since=moment, used_step=step)
        session.merge(row)
        codes = _replace_recovery_codes(session, person)
        write_entry(session, EventKind.FACTOR_SET, {"user": person.id, "renewed": renewed}, person)
        end_all(session, person, by=person)
    return codes


def set_recovery_codes(database: Database, person: User) -> tuple[str, ...]:
    """New recovery codes, shown this once; those of before count no more. Raises NotFound where
    there is no second factor."""
    with database.write() as session:
        _lock(session, person.id)
        if session.get(SecondFactorRow, person.id) is None:
            raise NotFound("There is no second factor that recovery codes could stand for.")
        codes = _replace_recovery_codes(session, person)
        write_entry(session, EventKind.RECOVERY_CODES_SET, {"user": person.id}, person)
    return codes


def remove_factor(database: Database, person: User, *, by: User, keep: str = "") -> None:
    """Take the second factor away: one's own, or anybody's for whoever administers.

    Every session ends but the one whose token is ``keep``. Where there is none nothing happens.
    """
    if by.id != person.id:
        check_may(by, Act.ADMINISTER)
    with database.write() as session:
        _lock(session, person.id)
        row = session.get(SecondFactorRow, person.id)
        if row is None:
            return
        session.delete(row)
        _forget_recovery_codes(session, person)
        attempts.forget_tries(session, of_factor(person.id))
        write_entry(session, EventKind.FACTOR_REMOVED, {"user": person.id}, by)
        end_all(session, person, by=by, but=keep)


def prove_factor(
    database: Database,
    person_id: int,
    code: str,
    *,
    key: bytes,
    password_at: datetime,
    address: str,
    now: datetime | None = None,
) -> tuple[User, Factor]:
    """The person whose code this is, and what it was; they showed their password a moment ago.

    Raises SignInRefused: for a code that does not count, after too many that did not, and where
    the password is another one since.
    """
    moment = now or datetime.now(UTC)
    with database.write() as session:  # what is refused is counted and told all the same
        person = _person(session, person_id, password_at)
        found = _try(session, person, code, key, address, moment) if person else _CHANGED
    if person is None or not isinstance(found, Factor):
        raise SignInRefused(found)
    return person, found


def _try(
    session: Session, person: User, code: str, key: bytes, address: str, now: datetime
) -> Factor | str:
    """What the code was, or the sentence of a refusal."""
    if not attempts.count_try(session, of_address(address), now):
        return TOO_MANY
    number = attempts.count_try(session, of_factor(person.id), now)
    if not number:
        return TOO_MANY
    found = _look(session, person, "".join(code.split()), key, now)  # apps show codes in groups
    if isinstance(found, Factor):
        attempts.take_back(session, of_address(address))
        attempts.forget_tries(session, of_factor(person.id))
        return found
    said, by = {"user": person.id, **told_address(address)}, system_actor(session)
    write_entry(session, EventKind.FACTOR_FAILED, said, by)
    if number % of_factor(person.id).most == 0:
        write_entry(session, EventKind.LOCKED_OUT, said, by)
    return found


def _look(session: Session, person: User, code: str, key: bytes, now: datetime) -> Factor | str:
    row = session.get(SecondFactorRow, person.id)
    if row is None:
        return _CHANGED
    if _uses_recovery_code(session, person, code):
        return Factor.RECOVERY_CODE
    secret = disclose(row.secret, key, person.id)
    if secret is None:
        return _UNREADABLE
    step = counted_step(secret, code, used=row.used_step, now=now)
    if step is None:
        return _WRONG
    row.used_step = step
    return Factor.CODE


def _uses_recovery_code(session: Session, person: User, code: str) -> bool:
    """Whether this was a recovery code of theirs; it is none any more."""
    row = session.get(RecoveryCodeRow, recovery_hash(code))
    if row is None or row.user_id != person.id:
        return False
    session.delete(row)
    session.flush()
    left = select(func.count()).where(RecoveryCodeRow.user_id == person.id)
    said = {"user": person.id, "left": session.scalars(left).one()}
    write_entry(session, EventKind.RECOVERY_CODE_USED, said, person)
    return True


def _person(session: Session, person_id: int, password_at: datetime) -> User | None:
    """Who showed their password at that time, if they still may and it still is theirs."""
    query = (
        select(UserRow)
        .join(PasswordRow, PasswordRow.user_id == UserRow.id)
        .where(UserRow.id == person_id, UserRow.active, UserRow.role != Role.SYSTEM)
        .where(PasswordRow.changed <= password_at)
    )
    row = session.scalars(query).one_or_none()
    return User(row.id, row.name, row.role) if row else None


def _replace_recovery_codes(session: Session, person: User) -> tuple[str, ...]:
    _forget_recovery_codes(session, person)
    codes = new_recovery_codes()
    session.add_all(RecoveryCodeRow(id=recovery_hash(code), user_id=person.id) for code in codes)
    return codes


def _forget_recovery_codes(session: Session, person: User) -> None:
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == person.id))


def _lock(session: Session, person_id: int) -> None:
    """One change of a person's second factor, or one try, at a time."""
    lock(session, of_factor(person_id).id)
