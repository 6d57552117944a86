"""The schema: one upgrade, any number of times, by any number of processes."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from icd9_review.errors import SettingsError
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import configuration, upgrade
from icd9_review.store.users import users
from tests.databases import Server
from tests.store.database.versions.history import History

_SCRIPTS = ScriptDirectory.from_config(configuration())
_REVISIONS = [script.revision for script in reversed(list(_SCRIPTS.walk_revisions()))]


def test_the_tables_are_those_of_the_migrations(database: Database) -> None:
    config = configuration()
    with database.write() as session:
        config.attributes["connection"] = session.connection()
        command.check(config)


def test_each_revision_goes_down_to_where_it_came_from(tmp_path: Path) -> None:
    _go_up_and_down(f"sqlite:///{tmp_path / 'stairs.sqlite3'}")


@pytest.mark.postgresql
def test_each_revision_goes_down_on_postgresql_too(postgresql_server: Server) -> None:
    postgresql_server.execute("CREATE DATABASE stairs")
    _go_up_and_down(postgresql_server.address("stairs"))
    postgresql_server.execute("DROP DATABASE stairs")


@pytest.mark.parametrize("revision", _REVISIONS)
def test_each_revision_has_a_test_of_its_own_with_data(revision: str) -> None:
    (module,) = Path(_SCRIPTS.versions).glob(f"v{revision}_*.py")
    assert (Path(__file__).parent / "versions" / f"test_{module.name}").exists()


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


def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SettingsError, match=r"9999.*newer version"):
        upgrade(database)


def _go_up_and_down(address: str) -> None:
    """One by one; coming down, the schema is at every revision what it was going up."""
    database = open_database(address)
    history = History(database)
    schemas = {"base": history.schema()}
    for revision in _REVISIONS:
        history.upgrade(revision)
        schemas[revision] = history.schema()
    for revision in reversed(["base", *_REVISIONS[:-1]]):
        history.downgrade(revision)
        assert history.schema() == schemas[revision], revision
    database.close()
