"""Second coders by command."""

from __future__ import annotations

from functools import partial

import pytest

from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.recoding.seconds import second_codings
from icd9_review.store.users import system_user
from tests.cli.running import Run
from tests.store.auditing.signing import add_signed
from tests.store.recoding.recoding import newcomer, sign_twin


@pytest.fixture
def run(run: Run) -> Run:
    """Runs ``quality second``."""
    return partial(run, "quality", "second")


@pytest.fixture
def database(commanded: Database) -> Database:
    """The database that the command goes to."""
    return commanded


def test_the_rule_is_set_shown_and_followed(database: Database, run: Run) -> None:
    add_signed(database)
    coder = newcomer(database)
    assert run("ask")[1:] == (
        "asked for: 0\n",
        "A second coder is not asked for by itself; switch it on to begin.\n",
    )
    assert run("ask", "E-00001", "--to", "Ana Ruiz") == (0, "E-00002\n", "")
    (asked,) = second_codings(database, actor=system_user(database))
    sign_twin(database, encounter(database, asked.twin_id), coder, ["428.0", "486"])
    add_signed(database)
    code, out, _ = run("set", "--on", "--least", "0.7", "--fewest", "1", "--per-day", "1")
    assert (code, out.partition(",")[0]) == (
        0,
        "Where two coders agree below 0.70 on a category in 1 encounter or more",
    )
    _, out, _ = run("show")
    lines = "Ana Ruiz and Development coder on 427: 0.00 (0 both, 1 one, 1 encounters)"
    assert lines in out
    assert "E-00001\tE-00002\tAna Ruiz\tby hand\tsigned" in out
    assert run("ask")[1] == "asked for: 1\n"
    assert run("set", "--off") == (0, "Nobody is asked by itself.\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ask", "E-00001"), "--to"),
        (("ask", "E-00001", "--to", "Nobody"), "Nobody"),
        (("set", "--least", "3"), "is no share"),
    ],
)
def test_what_cannot_be_is_one_line(
    database: Database, run: Run, arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
