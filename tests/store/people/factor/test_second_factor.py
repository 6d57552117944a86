"""The second factor: set up, shown, counted once, taken away, and told without a secret."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from icd9_review.errors import InputError, NotFound, SignInRefused
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.people.accounts import account, add_account, change_account, set_password
from icd9_review.store.people.accounts import unlock as unlock_name
from icd9_review.store.people.attempts import PAUSE
from icd9_review.store.people.factor.second_factor import (
    prove_factor,
    remove_factor,
    second_factor,
    set_recovery_codes,
    set_up_factor,
)
from icd9_review.store.people.sessions import (
    begin_session,
    lacks_factor,
    open_session,
    session_person,
)
from icd9_review.store.people.signing_in import sign_in_by_password
from icd9_review.store.users import system_user
from icd9_review.values import EventKind, Factor, Proof, Role, SecondFactor, User

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STEP = timedelta(seconds=30)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "four words make one"
KEY = bytes(range(32))


@pytest.fixture
def ana(database: Database) -> User:
    person = add_account(database, "Ana Ruiz", Role.CODER, by=system_user(database))
    set_password(database, person, PASSWORD, by=person, now=NOW)
    return person


@pytest.fixture
def codes(database: Database, ana: User) -> tuple[str, ...]:
    """Recovery codes of Ana, who has just set up a second factor."""
    return set_up_factor(database, ana, SECRET, code_at(NOW), key=KEY, now=NOW)


def code_at(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


def show(
    database: Database,
    person: User,
    code: str,
    *,
    at: datetime,
    key: bytes = KEY,
    password_at: datetime = NOW,
) -> Factor | str:
    """What a code was, or the sentence of the refusal."""
    try:
        found, factor = prove_factor(
            database,
            person.id,
            code,
            key=key,
            password_at=password_at,
            address="192.0.2.1",
            now=at,
        )
    except SignInRefused as error:
        return str(error)
    assert found == person
    return factor


def kinds(database: Database) -> list[EventKind]:
    return [event.kind for event in ledger.events(database, ledger.SYSTEM)]


def test_it_counts_once_a_code_has_come(database: Database, ana: User) -> None:
    with pytest.raises(InputError, match="not the code that the app shows"):
        set_up_factor(database, ana, SECRET, code_at(NOW + 9 * STEP), key=KEY, now=NOW)
    assert second_factor(database, ana) is None
    assert not account(database, ana.name, by=system_user(database)).has_factor
    codes = set_up_factor(database, ana, SECRET, code_at(NOW), key=KEY, now=NOW)
    assert second_factor(database, ana) == SecondFactor(NOW, recovery_codes=len(codes))
    assert account(database, ana.name, by=system_user(database)).has_factor


@pytest.mark.usefixtures("codes")
def test_a_code_counts_once_that_of_the_set_up_too(database: Database, ana: User) -> None:
    assert "does not count" in str(show(database, ana, code_at(NOW), at=NOW))
    assert show(database, ana, code_at(NOW + STEP), at=NOW) is Factor.CODE
    assert "does not count" in str(show(database, ana, code_at(NOW + STEP), at=NOW + STEP))
    assert "does not count" in str(show(database, ana, code_at(NOW), at=NOW + STEP))
    assert show(database, ana, code_at(NOW + 2 * STEP), at=NOW + 2 * STEP) is Factor.CODE


@pytest.mark.usefixtures("codes")
def test_a_code_counts_in_two_groups_as_apps_show_it(database: Database, ana: User) -> None:
    code = code_at(NOW + STEP)
    assert show(database, ana, f" {code[:3]} {code[3:]}", at=NOW) is Factor.CODE


def test_a_code_that_comes_many_times_at_once_counts_once(
    database: Database, ana: User, codes: tuple[str, ...]
) -> None:
    for code in (code_at(NOW + STEP), codes[0]):
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _, code=code: show(database, ana, code, at=NOW), range(8)))
        assert sum(isinstance(each, Factor) for each in found) == 1


def test_each_recovery_code_counts_once(
    database: Database, ana: User, codes: tuple[str, ...]
) -> None:
    for number, code in enumerate(codes, start=1):
        assert show(database, ana, f" {code.lower()} ", at=NOW) is Factor.RECOVERY_CODE
        assert "does not count" in str(show(database, ana, code, at=NOW))
        assert second_factor(database, ana) == SecondFactor(NOW, len(codes) - number)


def test_new_recovery_codes_make_the_former_ones_count_no_more(
    database: Database, ana: User, codes: tuple[str, ...]
) -> None:
    new = set_recovery_codes(database, ana)
    assert not set(new) & set(codes)
    assert "does not count" in str(show(database, ana, codes[0], at=NOW))
    assert show(database, ana, new[0], at=NOW) is Factor.RECOVERY_CODE


def test_a_code_of_somebody_else_does_not_count(
    database: Database, ana: User, codes: tuple[str, ...]
) -> None:
    ben = add_account(database, "Ben", Role.CODER, by=system_user(database))
    set_password(database, ben, PASSWORD, by=ben, now=NOW)
    other = pyotp.random_base32()
    set_up_factor(database, ben, other, pyotp.TOTP(other).at(NOW), key=KEY, now=NOW)
    assert "does not count" in str(show(database, ben, codes[0], at=NOW))
    assert "does not count" in str(show(database, ben, code_at(NOW + STEP), at=NOW + STEP))
    assert show(database, ana, codes[0], at=NOW) is Factor.RECOVERY_CODE


@pytest.mark.usefixtures("codes")
def test_a_renewed_one_takes_the_place_of_the_former(database: Database, ana: User) -> None:
    other = pyotp.random_base32()
    set_up_factor(database, ana, other, pyotp.TOTP(other).at(NOW), key=KEY, now=NOW)
    later = NOW + STEP
    assert "does not count" in str(show(database, ana, code_at(later), at=later))
    assert show(database, ana, pyotp.TOTP(other).at(later), at=later) is Factor.CODE


@pytest.mark.usefixtures("codes")
def test_after_ten_wrong_codes_none_is_looked_at_for_a_while(database: Database, ana: User) -> None:
    for _ in range(10):
        assert "does not count" in str(show(database, ana, "000000", at=NOW))
    later = NOW + PAUSE
    assert "Too many" in str(show(database, ana, code_at(NOW + STEP), at=NOW + STEP))
    assert show(database, ana, code_at(later), at=later) is Factor.CODE
    assert kinds(database).count(EventKind.FACTOR_FAILED) == 10
    assert kinds(database).count(EventKind.LOCKED_OUT) == 1


@pytest.mark.usefixtures("codes")
def test_a_password_that_was_right_makes_no_wrong_code_forgotten(
    database: Database, ana: User
) -> None:
    for _ in range(10):
        sign_in_by_password(database, ana.name, PASSWORD, address="192.0.2.1", now=NOW)
        assert "does not count" in str(show(database, ana, "000000", at=NOW))
    assert "Too many" in str(show(database, ana, code_at(NOW + STEP), at=NOW))
    unlock_name(database, ana, by=system_user(database))
    assert show(database, ana, code_at(NOW + STEP), at=NOW) is Factor.CODE


@pytest.mark.usefixtures("codes")
def test_another_password_since_the_first_step_asks_to_start_again(
    database: Database, ana: User
) -> None:
    later = NOW + STEP
    set_password(database, ana, "five words make it two", by=system_user(database), now=later)
    assert "Start again" in str(show(database, ana, code_at(later), at=later))
    assert show(database, ana, code_at(later), at=later, password_at=later) is Factor.CODE


@pytest.mark.usefixtures("codes")
def test_who_is_out_of_service_is_not_let_in(database: Database, ana: User) -> None:
    change_account(database, ana, by=system_user(database), active=False)
    assert "Start again" in str(show(database, ana, code_at(NOW + STEP), at=NOW + STEP))


def test_under_another_secret_of_the_installation_a_recovery_code_still_counts(
    database: Database, ana: User, codes: tuple[str, ...]
) -> None:
    other = bytes(32)
    said = str(show(database, ana, code_at(NOW + STEP), at=NOW + STEP, key=other))
    assert "Take a recovery code, or ask an administrator" in said
    assert show(database, ana, codes[0], at=NOW, key=other) is Factor.RECOVERY_CODE


def test_whoever_lost_it_gets_it_taken_away_and_is_signed_out(
    database: Database, ana: User, codes: tuple[str, ...]
) -> None:
    token = begin_session(database, ana)
    remove_factor(database, ana, by=system_user(database))
    remove_factor(database, ana, by=system_user(database))  # twice is once
    assert second_factor(database, ana) is None
    assert session_person(database, token) is None
    assert "Start again" in str(show(database, ana, codes[0], at=NOW))
    assert kinds(database).count(EventKind.FACTOR_REMOVED) == 1
    with pytest.raises(NotFound):
        set_recovery_codes(database, ana)


@pytest.mark.usefixtures("codes")
def test_taking_ones_own_away_keeps_the_session_one_does_it_in(
    database: Database, ana: User
) -> None:
    kept, other = begin_session(database, ana), begin_session(database, ana)
    remove_factor(database, ana, by=ana, keep=kept)
    assert session_person(database, kept) == ana
    assert session_person(database, other) is None


def test_setting_it_up_ends_every_session_that_began_without_it(
    database: Database, ana: User
) -> None:
    token = begin_session(database, ana)
    set_up_factor(database, ana, SECRET, code_at(NOW), key=KEY, now=NOW)
    assert session_person(database, token) is None


@pytest.mark.usefixtures("codes")
def test_a_session_that_a_password_alone_began_meanwhile_is_none(
    database: Database, ana: User
) -> None:
    """Somebody who knew the password came in while the second factor was set up."""
    assert session_person(database, begin_session(database, ana, Proof.PASSWORD)) is None


@pytest.mark.parametrize("proof", Proof)
def test_a_role_that_must_have_one_does_nothing_before(
    database: Database, ana: User, proof: Proof
) -> None:
    token = begin_session(database, ana, proof)
    found = open_session(database, token)
    assert found is not None
    lacks = proof is Proof.PASSWORD
    assert lacks_factor(found, {Role.CODER}) is lacks
    assert session_person(database, token, must_have_factor={Role.CODER}) == (
        None if lacks else ana
    )
    assert session_person(database, token, must_have_factor={Role.AUDITOR}) == ana


def test_a_session_says_what_was_shown_and_from_where_it_comes(
    database: Database, ana: User, codes: tuple[str, ...]
) -> None:
    token = begin_session(
        database, ana, Proof.PASSWORD, factor=Factor.RECOVERY_CODE, address="192.0.2.1"
    )
    found = open_session(database, token)
    assert found is not None
    assert (found.factor, found.address) == (Factor.RECOVERY_CODE, "192.0.2.1")
    assert found.has_factor
    assert not lacks_factor(found, {Role.CODER})
    last = ledger.events(database, ledger.SYSTEM)[-1]
    assert last.payload["factor"] == "recovery code"


def test_every_step_is_an_event_without_a_secret(
    database: Database, ana: User, codes: tuple[str, ...]
) -> None:
    show(database, ana, "000000", at=NOW)
    show(database, ana, codes[0], at=NOW)
    new = set_recovery_codes(database, ana)
    remove_factor(database, ana, by=ana)
    told = [(each.kind, each.payload) for each in ledger.events(database, ledger.SYSTEM)[-5:]]
    assert told == [
        (EventKind.FACTOR_SET, {"user": ana.id, "renewed": False}),
        (EventKind.FACTOR_FAILED, {"user": ana.id, "address": "192.0.2.1"}),
        (EventKind.RECOVERY_CODE_USED, {"user": ana.id, "left": 9}),
        (EventKind.RECOVERY_CODES_SET, {"user": ana.id}),
        (EventKind.FACTOR_REMOVED, {"user": ana.id}),
    ]
    written = json.dumps(told)
    assert not any(secret in written for secret in (SECRET, *codes, *new, code_at(NOW)))


@pytest.mark.usefixtures("codes")
def test_the_database_holds_no_secret_and_no_code(
    sqlite: Database, ana: User, codes: tuple[str, ...]
) -> None:
    with sqlite.read() as session:
        raw = session.connection().connection.dbapi_connection
        assert raw is not None
        dump = "\n".join(raw.iterdump())
    assert SECRET not in dump
    assert not any(code in dump or code.replace("-", "") in dump for code in codes)
