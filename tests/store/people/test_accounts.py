"""People as administrators know them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from icd9_review.errors import ConflictError, InputError, NotFound, ReviewError
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.people.accounts import (
    account,
    accounts,
    add_account,
    change_account,
    set_identity,
    set_password,
)
from icd9_review.store.people.sessions import begin_session, session_person
from icd9_review.store.users import system_user, users
from icd9_review.values import EventKind, Role

GOOD = "four words make one"


@pytest.fixture(autouse=True)
def without_administrators_of_before(database: Database) -> None:
    """Those of development may go: nobody has to be left before somebody was added."""
    by = system_user(database)
    add_account(database, "Somebody", Role.ADMINISTRATOR, by=by)
    for person in users(database):
        if person.role is Role.ADMINISTRATOR and person.name != "Somebody":
            change_account(database, person, by=by, role=Role.CODER)


def test_who_is_added_is_listed_and_cannot_sign_in_yet(database: Database) -> None:
    add_account(database, "Ana Ruiz", Role.CODER, by=system_user(database))
    found = account(database, "Ana Ruiz", by=system_user(database))
    assert found in accounts(database, by=system_user(database))
    assert (found.person.role, found.active, found.identity) == (Role.CODER, True, None)
    assert not found.has_password


@pytest.mark.parametrize("name", ["", " ", " Ana", "Ana ", "A\nB", "A\x00", "x" * 101, "ana\u202e"])
def test_a_name_is_one_line_without_tricks(database: Database, name: str) -> None:
    with pytest.raises(InputError):
        add_account(database, name, Role.CODER, by=system_user(database))


@pytest.mark.parametrize("name", ["Somebody", "SOMEBODY", "system"])
def test_no_two_people_have_one_name(database: Database, name: str) -> None:
    with pytest.raises(ConflictError):
        add_account(database, name, Role.CODER, by=system_user(database))


def test_no_two_people_have_one_identity(database: Database) -> None:
    by = system_user(database)
    add_account(database, "Ana", Role.CODER, by=by, identity="a")
    ben = add_account(database, "Ben", Role.CODER, by=by)
    with pytest.raises(ConflictError):
        add_account(database, "Cem", Role.CODER, by=by, identity="a")
    with pytest.raises(ConflictError):
        set_identity(database, ben, "a", by=by)
    assert "Cem" not in {each.person.name for each in accounts(database, by=system_user(database))}


def test_another_role_counts_at_once_for_every_session(database: Database) -> None:
    by = system_user(database)
    ana = add_account(database, "Ana", Role.CODER, by=by)
    token = begin_session(database, ana)
    change_account(database, ana, by=by, role=Role.AUDITOR)
    found = session_person(database, token)
    assert found is not None
    assert found.role is Role.AUDITOR


def test_whoever_is_taken_out_of_service_loses_every_session(database: Database) -> None:
    by = system_user(database)
    ana = add_account(database, "Ana", Role.CODER, by=by)
    token = begin_session(database, ana)
    change_account(database, ana, by=by, active=False)
    assert session_person(database, token) is None
    change_account(database, ana, by=by, active=True)
    assert session_person(database, token) is None


def test_somebody_is_left_who_administers(database: Database) -> None:
    by = system_user(database)
    (last,) = (each for each in users(database) if each.role is Role.ADMINISTRATOR)
    for change in ({"role": Role.CODER}, {"active": False}):
        with pytest.raises(InputError, match="Nobody would be left"):
            change_account(database, last, by=by, **change)
    add_account(database, "Another", Role.ADMINISTRATOR, by=by)
    change_account(database, last, by=by, role=Role.CODER)


def test_what_happened_to_people_stands_in_the_ledger_without_names(database: Database) -> None:
    by = system_user(database)
    ana = add_account(database, "Ana", Role.CODER, by=by)
    set_password(database, ana, GOOD, by=by)
    change_account(database, ana, by=by, role=Role.AUDITOR)
    change_account(database, ana, by=by, role=Role.AUDITOR)  # nothing changes: nothing is said
    told = [
        (event.kind, event.payload)
        for event in ledger.events(database, ledger.SYSTEM)
        if event.payload.get("user") == ana.id
    ]
    assert told == [
        (EventKind.PERSON_ADDED, {"user": ana.id, "role": "coder", "active": True}),
        (EventKind.PASSWORD_SET, {"user": ana.id}),
        (EventKind.PERSON_CHANGED, {"user": ana.id, "role": "auditor", "active": True}),
    ]


def test_a_new_password_ends_every_session_but_the_one_it_was_set_in(database: Database) -> None:
    ana = add_account(database, "Ana", Role.CODER, by=system_user(database))
    kept, other = begin_session(database, ana), begin_session(database, ana)
    set_password(database, ana, GOOD, by=ana, keep=kept)
    assert session_person(database, kept) == ana
    assert session_person(database, other) is None


def test_nobody_becomes_or_is_the_program_itself(database: Database) -> None:
    by = system_user(database)
    tried: list[Callable[[], object]] = [
        lambda: change_account(database, by, by=by, active=False),
        lambda: set_password(database, by, GOOD, by=by),
        lambda: set_identity(database, by, "x", by=by),
    ]
    for each in tried:
        with pytest.raises(NotFound):
            each()


def test_an_unknown_name_is_said(database: Database) -> None:
    with pytest.raises(ReviewError, match="nobody called 'Eve'"):
        account(database, "Eve", by=system_user(database))
