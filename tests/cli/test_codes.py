"""``codes import`` and ``codes lists`` as an administrator calls them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from icd9_review.cli.codes import app
from icd9_review.codes.lists import SourceName
from icd9_review.errors import CodeListError
from icd9_review.settings import Settings
from icd9_review.store import ledger
from icd9_review.store.database.engine import open_database
from icd9_review.values import EventKind
from tests.releases import as_poa, write_releases


@pytest.fixture(autouse=True)
def database_in_use(monkeypatch: pytest.MonkeyPatch, sqlite_address: str) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_address)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def imported() -> int:
    database = open_database(Settings().database)
    events = ledger.events(database, ledger.SYSTEM)
    database.close()
    return sum(event.kind is EventKind.CODES_IMPORTED for event in events)


def test_lists_says_what_is_in_force(tmp_path: Path) -> None:
    result = run("lists")
    assert result.exit_code == 0
    lines = {line.split()[0]: line for line in result.output.splitlines()}
    assert "built in" in lines["manifestation"]
    assert "made from v32 titles" in lines["manifestation"]
    assert "noncovered" not in lines
    assert "tabular" not in lines


def test_import_says_what_was_taken_and_what_is_now_in_force(tmp_path: Path) -> None:
    result = run("import", *write_releases(tmp_path))
    assert result.exit_code == 0
    assert "imported: MCE version 32 (16) from one.txt" in result.output
    assert "imported: Written (FY12) (2) from four.doc" in result.output
    in_force = result.output.partition("now in force:\n")[2]
    assert in_force == run("lists").output
    lines = {line.split()[0]: line for line in in_force.splitlines()}
    assert "official" in lines["noncovered"]
    assert "built in" in lines["unspecified"]
    assert "official" in lines["tabular"]


def test_the_same_import_again_changes_nothing(tmp_path: Path) -> None:
    paths = write_releases(tmp_path)
    first, again = run("import", *paths), run("import", *paths)
    assert again.output == first.output.replace("imported: ", "unchanged: ")
    assert imported() == len(SourceName)


def test_one_bad_file_and_nothing_is_imported(tmp_path: Path) -> None:
    paths = write_releases(tmp_path)
    bad = tmp_path / "cut.txt"
    bad.write_bytes(as_poa()[:-20])
    before = run("lists").output
    result = run("import", *paths, bad)
    assert isinstance(result.exception, CodeListError)
    assert str(result.exception).startswith("cut.txt: ")
    assert run("lists").output == before
    assert imported() == 0
