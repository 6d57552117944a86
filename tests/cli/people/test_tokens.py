"""The command that looks after tokens of other programs."""

from __future__ import annotations

from icd9_review.store.callers.tokens import find_caller
from icd9_review.store.database.engine import Database
from tests.cli.test_main import Console


def test_another_program_gets_an_account_and_a_token_and_loses_it(
    console: Console, sqlite: Database
) -> None:
    assert console.run("users", "add", "Gateway", "--role", "coder", "--service").code == 0
    assert "Gateway\tcoder\ttokens\n" in console.run("users", "list").out
    token = console.run("tokens", "add", "Gateway", "--days", "30").out.strip()
    found = find_caller(sqlite, token)
    assert found is not None
    assert found.account.name == "Gateway"
    listed = console.run("tokens", "list").out
    assert listed.startswith(f"{found.token}\tGateway\tuntil ")
    assert listed.endswith("\tnever used\n")
    assert token not in listed
    assert console.run("tokens", "revoke", found.token).code == 0
    assert find_caller(sqlite, token) is None
    assert "\trevoked " in console.run("tokens", "list").out


def test_a_person_gets_no_token(console: Console) -> None:
    done = console.run("tokens", "add", "Development coder")
    assert (done.code, done.out) == (2, "")
    assert "no service account" in done.err
