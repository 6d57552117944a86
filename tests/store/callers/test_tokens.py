"""Tokens of service accounts, and who signs in with one: nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from icd9_review.errors import InputError, NotFound
from icd9_review.store import ledger
from icd9_review.store.callers.tokens import (
    LONGEST_LIFETIME,
    add_token,
    find_caller,
    revoke_token,
    service_tokens,
)
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import TokenRow, UserRow
from icd9_review.store.ledger.verification import verify
from icd9_review.store.people.accounts import (
    account,
    add_account,
    change_account,
    set_identity,
    set_password,
)
from icd9_review.store.users import coding_users, names, system_user, users
from icd9_review.values import EventKind, Role
from tests.store.callers.callers import add_service, token_of

DAY = timedelta(days=1)


def test_a_token_stands_for_its_account_with_the_role_of_now(database: Database) -> None:
    gateway, by = add_service(database), system_user(database)
    token = token_of(database, gateway)
    found = find_caller(database, token)
    assert found is not None
    assert found.account == gateway
    change_account(database, gateway, by=by, role=Role.CLINICIAN)
    again = find_caller(database, token)
    assert again is not None
    assert again.account.role is Role.CLINICIAN


def test_only_its_hash_is_kept_and_no_event_has_it(database: Database) -> None:
    gateway = add_service(database)
    token, known = add_token(database, gateway, by=system_user(database))
    with database.read() as session:
        (row,) = session.scalars(select(TokenRow)).all()
        assert token not in (row.id, known.id)
        assert len(row.id) == 64
    told = ledger.events(database, ledger.SYSTEM)[-1]
    assert told.kind is EventKind.TOKEN_ADDED
    assert told.payload["token"] == known.id == row.id[:12]
    assert token not in str(told)


def test_what_lets_nobody_in(database: Database) -> None:
    gateway, by, now = add_service(database), system_user(database), datetime.now(UTC)
    token, known = add_token(database, gateway, by=by, lifetime=DAY, now=now)
    assert find_caller(database, token[:-1]) is None
    assert find_caller(database, "") is None
    assert find_caller(database, "\udcff") is None
    assert find_caller(database, token, now=now + DAY) is None
    change_account(database, gateway, by=by, active=False)
    assert find_caller(database, token) is None
    change_account(database, gateway, by=by, active=True)
    assert find_caller(database, token) is not None
    revoke_token(database, known.id, by=by)
    assert find_caller(database, token) is None


def test_a_revoked_token_stays_in_the_list_and_is_told_once(database: Database) -> None:
    gateway, by = add_service(database), system_user(database)
    _, known = add_token(database, gateway, by=by)
    revoke_token(database, known.id, by=by)
    revoke_token(database, known.id, by=by)
    (listed,) = service_tokens(database, by=by)
    assert listed.revoked is not None
    told = [event.kind for event in ledger.events(database, ledger.SYSTEM)]
    assert told.count(EventKind.TOKEN_REVOKED) == 1
    for wrong in (known.id[:-1], "", "%" * 12):
        with pytest.raises(NotFound):
            revoke_token(database, wrong, by=by)


@pytest.mark.parametrize("lifetime", [timedelta(0), -DAY, LONGEST_LIFETIME + DAY])
def test_a_lifetime_is_one(sqlite: Database, lifetime: timedelta) -> None:
    with pytest.raises(InputError):
        add_token(sqlite, add_service(sqlite), by=system_user(sqlite), lifetime=lifetime)


def test_a_person_has_no_token_and_another_program_nothing_else(sqlite: Database) -> None:
    gateway, by = add_service(sqlite), system_user(sqlite)
    with pytest.raises(NotFound, match="no service account"):
        add_token(sqlite, users(sqlite)[0], by=by)
    with pytest.raises(InputError, match="does not sign in"):
        set_password(sqlite, gateway, "four words make one", by=by)
    with pytest.raises(InputError, match="does not sign in"):
        set_identity(sqlite, gateway, "gateway", by=by)
    with pytest.raises(InputError, match="does not administer"):
        change_account(sqlite, gateway, by=by, role=Role.ADMINISTRATOR)
    with pytest.raises(InputError, match="does not administer"):
        add_account(sqlite, "B", Role.ADMINISTRATOR, by=by, service=True)


def test_nobody_chooses_it_or_gives_work_to_it_and_its_name_is_known(sqlite: Database) -> None:
    gateway = add_service(sqlite)
    assert gateway not in users(sqlite)
    assert gateway not in coding_users(sqlite)
    assert names(sqlite)[gateway.id] == gateway.name
    assert account(sqlite, gateway.name, by=system_user(sqlite)).service


def test_an_account_that_was_made_another_programs_around_the_program_is_found(
    database: Database,
) -> None:
    gateway = add_service(database)
    assert verify(database) == []
    with database.write() as session:
        session.get_one(UserRow, gateway.id).service = False
    (found,) = verify(database)
    assert "no service account" in found.problem
