"""Second coders by command."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from icd9_review.cli import main
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.recoding.seconds import second_codings
from icd9_review.store.users import system_user
from tests.store.auditing.signing import add_signed
from tests.store.recoding.recoding import newcomer, sign_twin

Run = Callable[..., tuple[object, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process; its code and streams."""

    def work(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["icd9_review", "quality", "second", *arguments])
        with pytest.raises(SystemExit) as ended:
            main.main()
        return ended.value.code, *capfd.readouterr()

    return work


@pytest.fixture
def database(
    sqlite_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    monkeypatch.setenv("DATABASE_URL", sqlite_address)
    monkeypatch.setenv("ICD9_REVIEW_DATA", str(tmp_path))
    opened = open_database(sqlite_address)
    yield opened
    opened.close()


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
