"""Signing in by a password: who is let in, who is not, and what is counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from icd9_review.errors import SignInRefused
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import PasswordRow
from icd9_review.store.people import passwords
from icd9_review.store.people.accounts import add_account, change_account, set_password, unlock
from icd9_review.store.people.attempts import PAUSE, of_address
from icd9_review.store.people.signing_in import (
    record_failure,
    sign_in_by_identity,
    sign_in_by_password,
)
from icd9_review.store.users import system_user
from icd9_review.values import EventKind, Role, SignInFailure, User

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
FROM = {"address": "192.0.2.1"}
RIGHT, WRONG = "four words make one", "four words make two"


@pytest.fixture
def ana(database: Database) -> User:
    person = add_account(database, "Ana Ruiz", Role.CODER, by=system_user(database))
    set_password(database, person, RIGHT, by=person)
    return person


def sign_in(
    database: Database, password: str, name: str = "Ana Ruiz", *, at: timedelta = timedelta()
) -> User | None:
    try:
        return sign_in_by_password(database, name, password, address="192.0.2.1", now=NOW + at)
    except SignInRefused:
        return None


def kinds(database: Database) -> list[EventKind]:
    return [event.kind for event in ledger.events(database, ledger.SYSTEM)]


def test_the_right_password_is_who_it_is(database: Database, ana: User) -> None:
    assert sign_in(database, RIGHT) == ana


@pytest.mark.parametrize("name", ["ana ruiz", "Ana Ruiz ", "Nobody", "System", "", "\x00"])
def test_another_name_is_nobody(database: Database, ana: User, name: str) -> None:
    assert sign_in(database, RIGHT, name) is None


def test_who_is_out_of_service_is_nobody(database: Database, ana: User) -> None:
    change_account(database, ana, by=system_user(database), active=False)
    assert sign_in(database, RIGHT) is None


def test_after_ten_failures_in_a_row_the_name_pauses(database: Database, ana: User) -> None:
    for _ in range(10):
        assert sign_in(database, WRONG) is None
    assert sign_in(database, RIGHT) is None
    assert sign_in(database, RIGHT, at=PAUSE - timedelta(seconds=1)) is None
    assert sign_in(database, RIGHT, at=PAUSE) == ana
    assert kinds(database).count(EventKind.LOCKED_OUT) == 1


def test_one_success_makes_the_failures_before_it_forgotten(database: Database, ana: User) -> None:
    for _ in range(3):
        for _ in range(9):
            assert sign_in(database, WRONG) is None
        assert sign_in(database, RIGHT) == ana


def test_after_a_hundred_failures_only_an_administrator_helps(
    database: Database, ana: User
) -> None:
    for number in range(100):
        sign_in(database, WRONG, at=number // 10 * PAUSE)
    assert sign_in(database, RIGHT, at=timedelta(days=30)) is None
    unlock(database, ana, by=system_user(database))
    assert sign_in(database, RIGHT, at=timedelta(days=30)) == ana


def test_an_address_pauses_whatever_the_names(database: Database, ana: User) -> None:
    for number in range(100):
        assert sign_in(database, WRONG, f"name {number}") is None
    assert sign_in(database, RIGHT) is None
    told = [each for each in ledger.events(database, ledger.SYSTEM) if each.kind == "locked_out"]
    assert [each.payload for each in told] == [{"all_names": True} | FROM]
    assert sign_in(database, RIGHT, at=PAUSE) == ana


def test_of_one_address_no_more_refusals_are_told_than_passwords_tried(database: Database) -> None:
    for _ in range(120):
        record_failure(database, SignInFailure.HEADER, address="192.0.2.1")
    record_failure(database, SignInFailure.ROLE, address="no address")
    told = [each.payload for each in ledger.events(database, ledger.SYSTEM)]
    assert told.count({"user": None, "why": "header", "address": "192.0.2.1"}) == 100
    assert told[-1] == {"user": None, "why": "role"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::7", "2001:db8:1:2:a:b:c:d", True),
        ("2001:db8:1:2::7", "2001:DB8:1:2::7%eth0", True),
        ("2001:db8:1:2::7", "2001:db8:1:3::7", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "no address", False),
    ],
)
def test_who_has_many_addresses_of_one_line_is_counted_as_one(
    one: str, other: str, same: bool
) -> None:
    assert (of_address(one).id == of_address(other).id) is same


def test_whom_a_service_names_and_nobody_knows_fills_no_ledger(database: Database) -> None:
    for _ in range(102):
        with pytest.raises(SignInRefused, match="Nobody here is known"):
            sign_in_by_identity(database, "stranger", address="192.0.2.1")
    told = kinds(database)
    assert told.count(EventKind.SIGN_IN_FAILED) == 100


def test_failures_from_an_address_are_forgotten_however_often_others_come_in(
    database: Database, ana: User
) -> None:
    for number in range(150):
        at = number * timedelta(minutes=1)
        assert sign_in(database, WRONG, f"name {number}", at=at) is None
        assert sign_in(database, RIGHT, at=at) == ana


def test_a_clock_that_goes_back_locks_nobody_for_longer(database: Database, ana: User) -> None:
    for _ in range(10):
        assert sign_in(database, WRONG) is None
    assert sign_in(database, RIGHT, at=-timedelta(days=3)) == ana


def test_who_signs_in_often_does_not_stop_the_ward(database: Database, ana: User) -> None:
    for _ in range(110):
        assert sign_in(database, RIGHT) == ana


def test_what_was_typed_stands_in_no_event(database: Database, ana: User) -> None:
    sign_in(database, WRONG, "my password in the wrong field")
    sign_in(database, WRONG)
    first, second = ledger.events(database, ledger.SYSTEM)[-2:]
    assert (first.kind, first.payload) == (EventKind.SIGN_IN_FAILED, {"user": None} | FROM)
    assert (second.kind, second.payload) == (EventKind.SIGN_IN_FAILED, {"user": ana.id} | FROM)


def test_a_weaker_hash_is_made_anew_at_the_next_sign_in(
    database: Database, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", stronger)
    assert sign_in(database, RIGHT) == ana
    with database.read() as session:
        kept = session.scalars(select(PasswordRow.hash)).one()
    assert not stronger.check_needs_rehash(kept)
    assert sign_in(database, RIGHT) == ana
