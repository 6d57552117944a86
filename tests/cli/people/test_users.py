"""The command that looks after people."""

from __future__ import annotations

from pathlib import Path

import pytest
from argon2 import PasswordHasher
from pyotp import TOTP

from icd9_review.store.database.engine import Database
from icd9_review.store.people import passwords
from icd9_review.store.people.accounts import account
from icd9_review.store.people.factor.one_time_codes import new_secret
from icd9_review.store.people.factor.second_factor import set_up_factor
from icd9_review.store.people.sessions import begin_session, session_person
from icd9_review.store.people.signing_in import sign_in_by_password
from icd9_review.store.users import system_user
from icd9_review.values import Role
from tests.cli.test_main import Console

GOOD = "four words make one"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)


def test_the_first_administrator_comes_by_the_command(
    console: Console, sqlite: Database, tmp_path: Path
) -> None:
    file = tmp_path / "password"
    file.write_text(f"{GOOD}\r\nanother line\n")
    done = console.run("users", "add", "Ana", "--role", "administrator", "--password-file", file)
    assert (done.code, done.out) == (0, "Ana is administrator here now\n")
    person = sign_in_by_password(sqlite, "Ana", GOOD, address="192.0.2.1")
    assert person.role is Role.ADMINISTRATOR


def test_a_password_comes_through_a_pipe(console: Console, sqlite: Database) -> None:
    command = ("users", "add", "Ana", "--role", "coder", "--password-file", "-")
    assert console.run(*command, stdin=f"{GOOD}\n".encode()).code == 0
    assert account(sqlite, "Ana", by=system_user(sqlite)).has_password


def test_a_bad_password_adds_nobody_and_is_not_repeated(console: Console) -> None:
    command = ("users", "add", "Ana", "--role", "coder", "--password-file", "-")
    done = console.run(*command, stdin=b"secret\n")
    assert done.code == 2
    assert "15 characters or more" in done.err
    assert "secret" not in done.err
    assert "Ana" not in console.run("users", "list").out


def test_whom_a_provider_knows_needs_no_password(console: Console) -> None:
    assert console.run("users", "add", "Ana", "--role", "coder", "--identity", "u-1").code == 0
    assert "Ana\tcoder\tidentity u-1\n" in console.run("users", "list").out
    console.run("users", "identity", "Ana", "u-2")
    assert "Ana\tcoder\tidentity u-2\n" in console.run("users", "list").out
    console.run("users", "identity", "Ana")
    assert "Ana\tcoder\tcannot sign in\n" in console.run("users", "list").out


def test_roles_and_service_are_changed(console: Console, sqlite: Database) -> None:
    console.run("users", "add", "Ana", "--role", "coder", "--identity", "u-1")
    token = begin_session(sqlite, account(sqlite, "Ana", by=system_user(sqlite)).person)
    assert console.run("users", "role", "Ana", "auditor").code == 0
    assert console.run("users", "deactivate", "Ana").code == 0
    assert session_person(sqlite, token) is None
    assert "Ana\tauditor\tidentity u-1\tout of service\n" in console.run("users", "list").out
    assert console.run("users", "activate", "Ana").code == 0
    assert account(sqlite, "Ana", by=system_user(sqlite)).active


def test_sessions_are_ended(console: Console, sqlite: Database) -> None:
    console.run("users", "add", "Ana", "--role", "coder", "--identity", "u-1")
    token = begin_session(sqlite, account(sqlite, "Ana", by=system_user(sqlite)).person)
    assert console.run("users", "sign-out", "Ana").code == 0
    assert session_person(sqlite, token) is None


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("role", "Eve", "coder"), "There is nobody called 'Eve'."),
        (("add", "Eve", "--role", "chief"), "Invalid value"),
        (("add", "Eve", "--role", "system", "--identity", "x"), "the program's own"),
        (("role", "System", "coder"), "There is nobody called 'System'."),
        (("password", "Eve", "--password-file", "/nowhere"), "There is nobody called 'Eve'."),
    ],
)
def test_a_mistake_is_one_sentence(
    console: Console, command: tuple[str, ...], sentence: str
) -> None:
    done = console.run("users", *command)
    assert done.code == 2
    assert sentence in done.err


def test_a_second_factor_whose_owner_lost_it_is_taken_away(
    console: Console, sqlite: Database
) -> None:
    command = ("users", "add", "Ana", "--role", "coder", "--password-file", "-")
    console.run(*command, stdin=f"{GOOD}\n".encode())
    ana, secret = account(sqlite, "Ana", by=system_user(sqlite)).person, new_secret()
    set_up_factor(sqlite, ana, secret, TOTP(secret).now(), key=bytes(32))
    assert "Ana\tcoder\tpassword, second factor\n" in console.run("users", "list").out
    assert console.run("users", "reset-factor", "Ana").code == 0
    assert "Ana\tcoder\tpassword\n" in console.run("users", "list").out
