"""Commands in this process, and a database that they go to."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from icd9_review.cli import main
from icd9_review.store.database.engine import Database, open_database
from tests.cli.running import Run


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process."""

    def work(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["icd9_review", *arguments])
        with pytest.raises(SystemExit) as ended:
            main.main()
        return ended.value.code, *capfd.readouterr()

    return work


@pytest.fixture
def commanded(
    sqlite_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """The database that commands of this process go to, with a data folder of its own."""
    monkeypatch.setenv("DATABASE_URL", sqlite_address)
    monkeypatch.setenv("ICD9_REVIEW_DATA", str(tmp_path))
    opened = open_database(sqlite_address)
    yield opened
    opened.close()
