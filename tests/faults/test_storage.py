"""Disks that are full or read-only, files that are locked or damaged: a sentence, and no loss."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from icd9_review.errors import SettingsError, StoreError
from icd9_review.store.condition import examine
from icd9_review.store.database import engine
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.deciding.decisions import review_state
from tests.databases import Server, prepare, running_server, stopped
from tests.faults.conftest import Disk
from tests.faults.damage import damage
from tests.people import Person, assert_as_remembered, people_at, store_in

TURNS = 400
"""More decisions than a page of any table and a piece of any log take."""


def decide(database: Database, people: list[Person], turns: int) -> None:
    """All decide so often; those who get no answer have read why."""
    for _ in range(turns):
        for person in people:
            person.turn(store_in(database))


def decide_until_refused(database: Database, people: list[Person]) -> list[str]:
    """What each person read as nothing could be stored any more."""
    for person in people:
        for _ in range(TURNS):
            if not person.turn(store_in(database)):
                break
        assert person.read, "everything was stored"
    return [person.read[-1] for person in people]


def go_through(
    database: Database, seed: int, fault: AbstractContextManager[object], sentence: str
) -> None:
    """People decide before, during and after a fault; the same database goes on by itself."""
    people = people_at(database, seed)
    decide(database, people, 5)
    with fault:
        for read in decide_until_refused(database, people):
            assert read.startswith(sentence)
            assert read.count("\n") == 0
        decide(database, people, 2)
    refused = [len(person.unanswered) for person in people]
    for person in people:
        person.look(database)
    decide(database, people, 5)
    assert [len(person.unanswered) for person in people] == refused
    assert_as_remembered(database, people)


@contextmanager
def opened(address: str) -> Iterator[Database]:
    with closing(open_database(address)) as database:
        yield database


class TestOnSqlite:
    @pytest.fixture
    def on_disk(self, disk: Disk, sqlite_template: Path) -> str:
        """The address of a database on the small disk."""
        path = disk.folder / "icd9_review.sqlite3"
        shutil.copyfile(sqlite_template, path)
        return f"sqlite:///{path}"

    def test_a_full_disk(self, on_disk: str, disk: Disk, seed: int) -> None:
        with opened(on_disk) as database:
            go_through(database, seed, disk.full(), "The database cannot be written (SQLITE_")

    def test_a_file_that_may_not_grow(self, sqlite: Database, seed: int) -> None:
        """As under a quota: by the limit of SQLite itself, which each connection has."""

        @contextmanager
        def bounded() -> Iterator[None]:
            with sqlite.read() as session:
                pages = session.scalar(text("PRAGMA page_count"))
                session.execute(text(f"PRAGMA max_page_count = {pages}"))
            try:
                yield
            finally:
                with sqlite.read() as session:
                    session.execute(text("PRAGMA max_page_count = 1000000"))

        sentence = "The database cannot be written (SQLITE_FULL); nothing was stored."
        go_through(sqlite, seed, bounded(), sentence)

    def test_a_disk_that_became_read_only(self, on_disk: str, disk: Disk, seed: int) -> None:
        with opened(on_disk) as database:

            @contextmanager
            def read_only() -> Iterator[None]:
                database.close()
                with disk.read_only():
                    yield
                    database.close()

            go_through(database, seed, read_only(), "The database cannot be written (SQLITE_")

    def test_a_disk_that_is_read_only_at_the_start(self, on_disk: str, disk: Disk) -> None:
        with disk.read_only(), pytest.raises(SettingsError, match="to a folder that can be wr"):
            open_database(on_disk)

    def test_a_file_that_somebody_locks(
        self, sqlite_address: str, seed: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """For longer than people wait, which is ten seconds outside tests."""
        monkeypatch.setattr(engine, "_PRAGMAS", ("busy_timeout = 20", *engine._PRAGMAS[1:]))

        @contextmanager
        def locked() -> Iterator[None]:
            path = sqlite_address.removeprefix("sqlite:///")
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                yield

        with opened(sqlite_address) as database:
            go_through(database, seed, locked(), "The database is busy (SQLITE_BUSY)")

    def test_a_damaged_page(self, sqlite: Database, sqlite_address: str, seed: int) -> None:
        """Whoever meets it reads a sentence, what lies elsewhere goes on, the check finds it."""
        people = people_at(sqlite, seed)
        decide(sqlite, people, 10)
        sqlite.close()
        damage(Path(sqlite_address.removeprefix("sqlite:///")), "events")
        with pytest.raises(StoreError, match=r"^The database is damaged .* start with a copy"):
            review_state(sqlite, people[0].own)
        found = {each.name: each for each in examine(sqlite)}
        assert not found["integrity"].good
        assert found["integrity"].words.startswith("The database is damaged")
        with sqlite.read() as session:
            assert session.scalar(text("SELECT count(*) FROM users"))


@pytest.mark.postgresql
class TestOnPostgresql:
    def test_a_full_disk(
        self, postgresql_server: Server, postgresql_template: str, disk: Disk, seed: int
    ) -> None:
        shutil.chown(disk.folder, "postgres")
        execute = postgresql_server.execute
        execute(f"CREATE TABLESPACE small LOCATION '{disk.folder}'")
        try:
            execute(f"CREATE DATABASE small TEMPLATE {postgresql_template} TABLESPACE small")
            with opened(postgresql_server.address("small")) as database:
                sentence = "The database cannot be written (53100); nothing was stored."
                go_through(database, seed, disk.full(), sentence)
        finally:
            execute("DROP DATABASE IF EXISTS small WITH (FORCE)")
            execute("DROP TABLESPACE small")

    def test_a_server_that_only_reads(
        self, postgresql_address: str, postgresql_server: Server, seed: int
    ) -> None:
        """As a copy does that another server keeps up to date."""
        name = postgresql_address.rpartition("/")[2]

        with opened(postgresql_address) as database:

            @contextmanager
            def read_only() -> Iterator[None]:
                mode = f"ALTER DATABASE {name} SET default_transaction_read_only"
                postgresql_server.execute(f"{mode} = on")
                database.close()
                try:
                    yield
                finally:
                    postgresql_server.execute(f"ALTER DATABASE {name} RESET ALL")
                    database.close()

            sentence = "The database cannot be written (25006); nothing was stored."
            go_through(database, seed, read_only(), sentence)

    def test_rows_that_somebody_locks(
        self, postgresql_address: str, seed: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """For longer than people wait, which is ten seconds outside tests."""
        quick = engine._POSTGRESQL_OPTIONS.replace("lock_timeout=10s", "lock_timeout=20ms")
        assert quick != engine._POSTGRESQL_OPTIONS
        monkeypatch.setattr(engine, "_POSTGRESQL_OPTIONS", quick)

        @contextmanager
        def locked() -> Iterator[None]:
            with psycopg.connect(postgresql_address) as other:
                other.execute("SELECT * FROM heads FOR UPDATE")
                yield

        with opened(postgresql_address) as database:
            go_through(database, seed, locked(), "The database is busy (55P03)")

    def test_a_damaged_page(self, seed: int) -> None:
        """Whoever meets it reads a sentence, what lies elsewhere goes on, the check finds it."""
        with running_server() as server:
            prepare(server.address("postgres"))
            with opened(server.address("postgres")) as database:
                people = people_at(database, seed)
                decide(database, people, 5)
                with database.read() as session:
                    file = str(session.scalar(text("SELECT pg_relation_filepath('events')")))
                database.close()
                with stopped(server), (server.folder / "data" / file).open("r+b") as pages:
                    pages.write(b"\xff" * 8192)
                with pytest.raises(StoreError, match=r"^The database is damaged \(XX00"):
                    review_state(database, people[0].own)
                words = [each.words for each in examine(database) if not each.good]
                assert any("damaged" in each for each in words)
                with database.read() as session:
                    assert session.scalar(text("SELECT count(*) FROM users"))
