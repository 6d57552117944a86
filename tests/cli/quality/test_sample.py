"""Samples by command: drawn, listed, shown, and drawn again."""

from __future__ import annotations

import pytest

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.worklist.page import worklist
from icd9_review.values import EventKind, WorklistQuery
from tests.cli.running import Run
from tests.encounters import coders
from tests.store.auditing.signing import add_signed, reopen


@pytest.fixture
def run(run: Run) -> Run:
    """Runs ``quality sample``, or another noun of quality."""

    def work(*arguments: str, noun: str = "sample") -> tuple[object, str, str]:
        return run("quality", noun, *arguments)

    return work


@pytest.fixture
def database(commanded: Database) -> Database:
    """Three charts of one coder that are signed, and one of another."""
    for _ in range(3):
        add_signed(commanded)
    add_signed(commanded, coder=coders(commanded)[1])
    return commanded


def test_a_sample_is_drawn_listed_shown_and_drawn_again(database: Database, run: Run) -> None:
    code, out, err = run("draw", "--size", "3", "--by", "coder", "--seed", "7")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:4] == [
        "sample 1: 3 signed, divided by coder",
        "drawn 3 of 4, seed 7",
        "    2 of 3: Development coder",
        "    1 of 1: Second coder",
    ]
    assert len(lines) == 7
    assert all(line.startswith("E-0000") for line in lines[4:])
    assert run("show", "1") == (0, out, "")
    assert run("show", "1", "--again") == (0, f"{out}drawn again: the same 3\n", "")
    code, out, _ = run("list")
    assert out.endswith("\t3 of 4\t3 signed, divided by coder\tSystem\n")
    assert ledger.events(database, ledger.SYSTEM)[-1].kind is EventKind.SAMPLE_DRAWN


def test_what_differs_is_named_and_the_exit_code_says_so(database: Database, run: Run) -> None:
    _, out, _ = run("draw", "--size", "9", "--coder", "Second coder")
    label = out.splitlines()[-1]
    assert "9 were asked for; there were no more" in out
    rows = worklist(database, WorklistQuery(search=label)).rows
    found = encounter(database, rows[0].id)
    reopen(database, found, coders(database)[1])
    code, out, _ = run("show", "1", "--again")
    assert code == 1
    assert out.endswith(f"drawn again: 0 the same\n{label}\tno longer among those to draw from\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("draw", "--size", "1", "--since", "2000-01-01", "--until", "2000-01-02"), "No signed"),
        (("draw", "--size", "0"), "1 to 2,000"),
        (("draw", "--size", "1", "--coder", "Nobody"), "Nobody"),
        (("show", "9"), "no sample 9"),
    ],
)
def test_what_cannot_be_is_one_line(
    database: Database, run: Run, arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
