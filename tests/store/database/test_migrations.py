"""The schema: one upgrade, any number of times, by any number of processes."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from icd9_review.errors import SettingsError
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import configuration, upgrade
from icd9_review.store.users import users
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


def test_the_tables_are_those_of_the_migrations(database: Database) -> None:
    config = configuration()
    with database.write() as session:
        config.attributes["connection"] = session.connection()
        command.check(config)


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    before = users(database)
    upgrade(database)
    assert users(database) == before


def test_a_failing_upgrade_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'new.sqlite3'}")

    def begin_and_fail(config: Config, revision: str) -> None:
        command.stamp(config, revision)  # creates Alembic's own table
        raise RuntimeError

    monkeypatch.setattr(command, "upgrade", begin_and_fail)
    with pytest.raises(RuntimeError):
        upgrade(database)
    assert inspect(database.engine).get_table_names() == []
    database.close()


def test_two_processes_may_start_together_on_a_new_sqlite_file(tmp_path: Path) -> None:
    _upgrade_together(f"sqlite:///{tmp_path / 'data' / 'icd9_review.sqlite3'}")


@pytest.mark.postgresql
def test_two_processes_may_start_together_on_a_new_postgresql_database(
    postgresql_server: Server,
) -> None:
    postgresql_server.execute("CREATE DATABASE together")
    _upgrade_together(postgresql_server.address("together"))
    postgresql_server.execute("DROP DATABASE together")


def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SettingsError, match=r"9999.*newer version"):
        upgrade(database)


def _upgrade_together(address: str) -> None:
    command = [sys.executable, "-c", _UPGRADE, address]
    with ThreadPoolExecutor(3) as pool:
        done = pool.map(
            lambda _: subprocess.run(command, capture_output=True, text=True, check=False), range(3)
        )
        assert [(each.returncode, each.stderr) for each in done] == [(0, "")] * 3
    database = open_database(address)
    assert len(users(database)) == 5
    database.close()
