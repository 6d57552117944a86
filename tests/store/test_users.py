"""Users of a program whose sign-in is not set up."""

from __future__ import annotations

from icd9_review.store.database.engine import Database
from icd9_review.store.users import ensure_development_users, system_user, users
from icd9_review.values import Role


def test_there_are_two_coders_and_one_of_each_other_role(database: Database) -> None:
    found = users(database)
    assert [each.name for each in found[:2]] == ["Development coder", "Second coder"]
    assert [each.role for each in found] == [
        Role.CODER,
        Role.CODER,
        Role.CLINICIAN,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    ]


def test_they_are_added_once(database: Database) -> None:
    before = users(database)
    ensure_development_users(database)
    assert users(database) == before


def test_the_program_is_an_actor_but_not_one_of_the_people(database: Database) -> None:
    program = system_user(database)
    assert program.role is Role.SYSTEM
    assert program not in users(database)
