"""Several processes begin at once on a database that is new or of an older version."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import inspect

from icd9_review.errors import DatabaseBusy
from icd9_review.store.database import engine, migrations
from icd9_review.store.database.engine import open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.users import users
from tests.cli.test_main import Console
from tests.databases import Server

_UPGRADE = """
import sys
from icd9_review.store.database.engine import open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.users import ensure_development_users
database = open_database(sys.argv[1])
upgrade(database)
ensure_development_users(database)
"""
_SLOWLY = """
import pathlib, sys, time
from alembic import command
goes_up, gate = command.upgrade, pathlib.Path(sys.argv[2])
def go_up_until_the_gate_is_there(config, revision):
    goes_up(config, revision)
    print("migrating", flush=True)
    while not gate.exists():
        time.sleep(0.01)
command.upgrade = go_up_until_the_gate_is_there
"""
"""A migration that takes as long as a test wants it to."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def new(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database in which nothing is, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'icd9_review.sqlite3'}"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    server.execute("CREATE DATABASE together")
    yield server.address("together")
    server.execute("DROP DATABASE together WITH (FORCE)")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """All but a migration is waited for a fiftieth of a second, ten seconds outside tests."""
    monkeypatch.setattr(engine, "_PRAGMAS", ("busy_timeout = 20", *engine._PRAGMAS[1:]))
    quick = engine._POSTGRESQL_OPTIONS.replace("lock_timeout=10s", "lock_timeout=20ms")
    monkeypatch.setattr(engine, "_POSTGRESQL_OPTIONS", quick)


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """What the first process waits for before its migration ends."""
    return tmp_path / "gate"


def test_two_processes_may_start_together_on_a_new_database(new: str) -> None:
    command = [sys.executable, "-c", _UPGRADE, new]
    with ThreadPoolExecutor(2) as pool:
        done = pool.map(
            lambda _: subprocess.run(command, capture_output=True, text=True, check=False), range(2)
        )
        assert [(each.returncode, each.stderr) for each in done] == [(0, "")] * 2
    with closing(open_database(new)) as database:
        assert len(users(database)) == 5


@pytest.mark.usefixtures("impatient")
def test_a_process_waits_for_the_migration_of_another_and_says_so_once(
    new: str, gate: Path
) -> None:
    said = []

    def let_the_first_go_on(words: str) -> None:
        said.append(words)
        gate.touch()

    with migrating(new, gate), closing(open_database(new)) as database:
        upgrade(database, let_the_first_go_on)
        assert inspect(database.engine).has_table("events")
        assert len(said) == 1
        assert said[0].startswith("Another process holds the database")
        upgrade(database, said.append)
    assert len(said) == 1


@pytest.mark.usefixtures("impatient")
def test_a_process_gives_up_in_the_end(
    new: str, gate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "_PATIENCE", 0)
    refused = pytest.raises(DatabaseBusy, match="The database is busy")
    with migrating(new, gate), closing(open_database(new)) as database, refused:
        upgrade(database)


@pytest.mark.usefixtures("impatient")
def test_a_command_says_that_it_waits_and_that_it_gives_up(
    tmp_path: Path, gate: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(migrations, "_PATIENCE", 0.2)
    address = f"sqlite:///{tmp_path / 'data' / 'icd9_review.sqlite3'}"
    monkeypatch.setenv("DATABASE_URL", address)
    with migrating(address, gate):
        ended = Console(capfd, monkeypatch).run("users", "list")
    waits, busy = ended.err.splitlines()
    assert waits.startswith("Another process holds the database")
    assert busy.startswith("error: The database is busy")
    assert ended.code == 2


@contextmanager
def migrating(address: str, gate: Path) -> Iterator[None]:
    """Another process is in the midst of its migration, which ends once the gate is there."""
    command = [sys.executable, "-c", _SLOWLY + _UPGRADE, address, str(gate)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "migrating\n"
            yield
        finally:
            gate.touch()
        assert running.wait() == 0
