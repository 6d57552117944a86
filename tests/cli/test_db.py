"""Backup, restore and check as people call them."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from icd9_review.cli.console import os_account
from icd9_review.settings import ROOT
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import newest_revision
from icd9_review.store.people.presence import count_sessions
from icd9_review.store.people.sessions import begin_session
from icd9_review.values import Event, EventKind
from tests.cli.test_main import Console
from tests.encounters import add_scored_encounter, coders


@pytest.fixture
def console(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Console:
    return Console(capfd, monkeypatch)


def told_of(database: Database) -> tuple[Event, ...]:
    """What the ledger says of the program."""
    return ledger.events(database, ledger.SYSTEM)


def test_a_backup_is_restored_into_a_new_folder_and_checked(
    console: Console,
    sqlite: Database,
    sqlite_address: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    add_scored_encounter(sqlite)
    begin_session(sqlite, coders(sqlite)[0])
    monkeypatch.setenv("DATABASE_URL", sqlite_address)
    file = tmp_path / "review.backup.gz"
    written = console.run("db", "backup", file)
    sum_of_file = hashlib.sha256(file.read_bytes()).hexdigest()
    assert written.code == 0
    assert written.out == (
        f"{file}: {file.stat().st_size:,} bytes, revision {newest_revision()}, "
        f"SHA-256 {sum_of_file}\n"
    )
    place = tmp_path / "new" / "review.sqlite3"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{place}")
    assert "restored from" in console.run("db", "restore", file).out
    with closing(open_database(f"sqlite:///{place}")) as restored:
        assert count_sessions(restored) == 0
        (told,) = [each for each in told_of(restored) if each.kind is EventKind.RESTORED]
        assert told.payload == {"sha256": sum_of_file, "run_by": os_account()}
    assert told_of(sqlite)[-1].kind is EventKind.BACKED_UP
    assert told_of(sqlite)[-1].payload == {
        "size": file.stat().st_size,
        "sha256": sum_of_file,
        "revision": newest_revision(),
        "run_by": os_account(),
    }
    checked = console.run("db", "check")
    assert checked.code == 0
    assert len(checked.out.splitlines()) == 4
    assert all(line.startswith("ok ") for line in checked.out.splitlines())
    again = console.run("db", "restore", file)
    assert again.code == 2
    assert re.fullmatch(r"error: .* is not empty.*\n", again.err)


def test_what_is_wrong_ends_with_one(
    console: Console, sqlite: Database, sqlite_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0009'"))
    monkeypatch.setenv("DATABASE_URL", sqlite_address)
    checked = console.run("db", "check")
    assert checked.code == 1
    assert "wrong  revision: 0009, while the program works with" in checked.out


@pytest.mark.parametrize("command", ["check", "backup"])
def test_where_there_is_no_database_none_is_made(
    console: Console, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_DATA", str(tmp_path / "nowhere"))
    options = (tmp_path / "file",) if command == "backup" else ()
    ended = console.run("db", command, *options)
    assert ended.code == 2
    assert "no database" in ended.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgresql
def test_a_backup_that_is_ended_leaves_nothing_behind(
    postgresql_address: str, tmp_path: Path
) -> None:
    """The pg_dump of this test takes its time."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "pg_dump"
    program.write_text('#!/bin/sh\n[ "$1" = --version ] || exec sleep 600\n')
    program.chmod(0o755)
    folder = tmp_path / "backups"
    folder.mkdir()
    running = subprocess.Popen(
        [sys.executable, "-m", "icd9_review", "db", "backup", str(folder / "review.gz")],
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": postgresql_address, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}"},
    )
    while not list(folder.iterdir()):
        assert running.poll() is None
        time.sleep(0.02)
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=60) == 128 + signal.SIGTERM
    assert list(folder.iterdir()) == []
