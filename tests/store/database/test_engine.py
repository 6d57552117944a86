"""Opening databases: what is promised about files, transactions and errors."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from icd9_review.errors import SettingsError, StoreError
from icd9_review.store.database import engine
from icd9_review.store.database.engine import Database, open_database, plan_each_time


def test_sqlite_file_and_its_new_folder_belong_to_the_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "icd9_review.sqlite3"
    database = open_database(f"sqlite:///{file}")
    with database.write() as session:
        session.execute(text("CREATE TABLE t (x INTEGER)"))
        sidecars = list(file.parent.iterdir())
        modes = {stat.S_IMODE(each.stat().st_mode) for each in sidecars}
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert len(sidecars) > 1
    assert modes == {0o600}
    database.close()


def test_sqlite_runs_with_the_pragmas_that_keep_decisions(sqlite: Database) -> None:
    with sqlite.read() as session:
        found = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


def test_a_write_is_rolled_back_whole_when_the_block_fails(database: Database) -> None:
    with database.write() as session:
        session.execute(text("CREATE TABLE t (x INTEGER)"))

    def insert_and_fail() -> None:
        with database.write() as session:
            session.execute(text("INSERT INTO t VALUES (1)"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        insert_and_fail()
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM t")) == 0


def test_a_read_sees_one_moment_while_others_write(database: Database) -> None:
    with database.write() as session:
        session.execute(text("CREATE TABLE t (x INTEGER)"))
    with database.read() as reading:
        before = reading.scalar(text("SELECT count(*) FROM t"))
        with database.write() as writing:
            writing.execute(text("INSERT INTO t VALUES (1)"))
        assert reading.scalar(text("SELECT count(*) FROM t")) == before == 0


def test_what_is_planned_each_time_is_so_until_the_transaction_ends(
    postgresql_address: str,
) -> None:
    with closing(open_database(postgresql_address)) as database:
        modes = []
        for plan in (plan_each_time, lambda _: None):
            with database.read() as session:
                plan(session)
                modes.append(session.scalar(text("SHOW plan_cache_mode")))
    assert modes == ["force_custom_plan", "auto"]


def test_a_write_holds_the_lock_from_its_beginning(sqlite: Database, sqlite_address: str) -> None:
    with sqlite.write():
        other = sqlite3.connect(sqlite_address.removeprefix("sqlite:///"), timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_a_locked_database_is_a_plain_message(
    sqlite_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pragmas = ("busy_timeout = 50", *engine._PRAGMAS[1:])
    monkeypatch.setattr(engine, "_PRAGMAS", pragmas)
    database = open_database(sqlite_address)
    with database.write(), pytest.raises(StoreError, match=r"busy.*Try again"), database.write():
        pass
    database.close()


def test_a_server_that_is_away_is_a_plain_message_without_the_password() -> None:
    database = open_database("postgres://coder:secret@127.0.0.1:1/none")
    with pytest.raises(StoreError, match="does not answer") as caught, database.read() as session:
        session.execute(text("SELECT 1"))
    assert "secret" not in str(caught.value)


def test_what_the_database_refuses_is_told_without_its_values(database: Database) -> None:
    with database.write() as session:
        session.execute(text("CREATE TABLE t (x VARCHAR(500) CHECK (x <> 'patient words'))"))
    with pytest.raises(StoreError, match="refused") as caught, database.write() as session:
        session.execute(text("INSERT INTO t VALUES (:x)"), {"x": "patient words"})
    assert "patient words" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "address",
    [
        "",
        "no address",
        "mysql://host/name",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////proc/none/icd9_review.sqlite3",
    ],
)
def test_other_databases_are_refused_with_the_way_out(address: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        open_database(address)


def test_a_port_that_is_no_number_is_a_plain_message() -> None:
    with pytest.raises(SettingsError, match="not a database address"):
        open_database("postgresql://review:a@b:c@database:5432/review")


@pytest.mark.postgresql
def test_a_connection_is_asked_whether_it_stands_only_after_it_has_rested(
    postgresql_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(postgresql_address)
    asked: list[object] = []
    monkeypatch.setattr(database.engine.dialect, "do_ping", asked.append)
    for rested, times in (("a moment", 1), ("a moment", 1), ("long", 2)):
        if rested == "long":
            monkeypatch.setattr("icd9_review.store.database.engine._FRESH", 0.0)
        with database.read() as session:
            session.execute(text("SELECT 1"))
        assert len(asked) == times
    database.close()
