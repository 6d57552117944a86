"""The command of outcomes: words, JSON, and what it refuses."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from icd9_review.cli import main
from icd9_review.store.database.engine import Database, open_database
from tests.outcomes import decide_on_all

Run = Callable[..., tuple[object, str, str]]


@pytest.fixture
def database(
    sqlite_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    monkeypatch.setenv("DATABASE_URL", sqlite_address)
    monkeypatch.setenv("ICD9_REVIEW_DATA", str(tmp_path / "own"))
    opened = open_database(sqlite_address)
    yield opened
    opened.close()


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def quality(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["icd9_review", "quality", *arguments])
        with pytest.raises(SystemExit) as ended:
            main.main()
        return ended.value.code, *capfd.readouterr()

    return quality


def test_the_figures_are_told_in_words_and_as_json(database: Database, run: Run) -> None:
    decide_on_all(database)
    code, told, _ = run("outcomes")
    assert code == 0
    assert "Of 24 suggestions with a verdict 79 % (60–91) were accepted" in told
    assert "428.0  suggested 24, accepted 79 % (60–91), replaced 1 (mostly 428.21)" in told
    code, told, _ = run("outcomes", "--json", "--code", "428.0")
    assert code == 0
    found: dict[str, Any] = json.loads(told)
    (heart,) = found["codes"]
    assert (heart["accepted"], heart["reasons"]) == (19, {"history": 4})
    assert heart["acceptance"]["value"] == pytest.approx(0.7917)
    assert found["groups"] == found["coders"] == []


def test_counting_anew_changes_nothing_where_all_was_counted(database: Database, run: Run) -> None:
    decide_on_all(database, 3)
    before = run("outcomes", "--json")
    assert run("recount")[1] == "3 encounters counted\n"
    assert run("outcomes", "--json") == before


def test_before_the_first_decision_the_command_says_so(database: Database, run: Run) -> None:
    assert run("outcomes") == (0, "Nothing has been suggested or decided yet.\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "july"), "no month"),
        (("--from", "2026-07", "--to", "2026-06"), "after the last"),
        (("--model", "ffff"), "no counted model version begins"),
        (("--code", "nothing"), "no code of version 32"),
    ],
)
def test_what_cannot_be_asked_for_is_said_in_a_sentence(
    database: Database, run: Run, arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = run("outcomes", *arguments)
    assert (code, out) == (2, "")
    assert said in err
