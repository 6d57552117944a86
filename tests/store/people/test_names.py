"""Two people are told apart by eye, whatever alphabets their names are written in."""

from __future__ import annotations

import pytest

from icd9_review.errors import ConflictError, InputError
from icd9_review.store.database.engine import Database
from icd9_review.store.people.accounts import add_account
from icd9_review.store.people.names import appearance
from icd9_review.store.people.signing_in import sign_in_by_identity
from icd9_review.store.users import system_user
from icd9_review.values import Role, User
from tests.hostile import BY_CLASS

ALIKE = [
    "Аna Ruiz",
    "Αna Ruiz",
    "Ana  Ruiz",
    "Ana Ruіz",
    "Ａna Ruiz",
    "ana ruiz",
    BY_CLASS["alike"],
]
APART = ["Anna Ruiz", "Ana Ruíz", "Анна Руис", "Άννα Ρουίς", "安娜", "Ana Ruiz (2)"]


def add(database: Database, name: str) -> User:
    return add_account(database, name, Role.CODER, by=system_user(database))


@pytest.mark.parametrize("name", ALIKE)
def test_a_name_that_looks_like_somebodys_is_refused(database: Database, name: str) -> None:
    add(database, "Ana Ruiz")
    with pytest.raises(ConflictError, match="tells them apart"):
        add(database, name)


def test_names_that_look_different_are_taken_in_every_alphabet(sqlite: Database) -> None:
    for name in ["Ana Ruiz", *APART]:
        assert add(sqlite, name).name == name


@pytest.mark.parametrize("kind", ["turned", "unseen", "line", "terminal"])
def test_a_name_with_what_cannot_be_seen_is_refused(sqlite: Database, kind: str) -> None:
    with pytest.raises(InputError, match="one line of letters"):
        add(sqlite, BY_CLASS[kind])


def test_who_is_new_at_a_provider_and_looks_like_somebody_is_told_apart(sqlite: Database) -> None:
    add(sqlite, "Ana Ruiz")
    person = sign_in_by_identity(sqlite, "u-77", name="Аna Ruiz", role=Role.CODER)
    assert person.name == "Аna Ruiz (u-77)"


def test_capitals_and_digits_that_look_alike_are_one() -> None:
    assert appearance("lda") == appearance("Ida") == appearance("1da")
    assert appearance("Ida") != appearance("Ada")
