"""The quickest ways of many rows into either database, around the program."""

# ruff: noqa: S608 - a bench's statements are its own

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text

from icd9_review.store.database.engine import Database

Rows = tuple[tuple[str, ...], Iterator[tuple[Any, ...]]]
"""Names of columns, and rows of them."""


def loader(database: Database, tables: Sequence[str]) -> Loader:
    """The loader of a database, for these tables."""
    kind = _Postgresql if database.engine.dialect.name == "postgresql" else _Sqlite
    return kind(database, tables)


class Loader:
    """The quickest way into a database: indexes and guards are made again afterwards."""

    def __init__(self, database: Database, tables: Sequence[str]) -> None:
        self._database = database
        self._tables = ", ".join(f"'{each}'" for each in tables)
        self._connection: Any = database.engine.raw_connection()

    @contextmanager
    def loading(self) -> Iterator[None]:
        raise NotImplementedError

    def insert(self, table: str, made: Rows) -> None:
        raise NotImplementedError

    def run(self, statements: Sequence[str]) -> None:
        cursor = self._connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        self._connection.commit()

    def settle(self) -> None:
        """Statistics and, on PostgreSQL, what a server does by itself after a while."""
        self._connection.close()
        with self._database.engine.connect() as connection:
            words = "ANALYZE" if isinstance(self, _Sqlite) else "VACUUM ANALYZE"
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(words))


class _Sqlite(Loader):
    @contextmanager
    def loading(self) -> Iterator[None]:
        pragmas = ("foreign_keys = OFF", "synchronous = OFF", "cache_size = -3000000")
        self.run([f"PRAGMA {each}" for each in pragmas])
        made = self._connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') "
            f"AND sql IS NOT NULL AND tbl_name IN ({self._tables})"
        ).fetchall()
        self.run([f"DROP {kind} {name}" for kind, name, _ in made])
        yield
        self.run([statement for _, _, statement in made])

    def insert(self, table: str, made: Rows) -> None:
        names, rows = made
        marks = ", ".join("?" * len(names))
        connection: sqlite3.Connection = self._connection.driver_connection
        connection.execute("BEGIN")
        quoted = ", ".join(f'"{each}"' for each in names)
        connection.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", rows)
        connection.execute("COMMIT")


class _Postgresql(Loader):
    @contextmanager
    def loading(self) -> Iterator[None]:
        self.run(["SET session_replication_role = replica", "SET maintenance_work_mem = '1GB'"])
        self.run(["SET statement_timeout = 0", "SET work_mem = '256MB'"])
        cursor = self._connection.cursor()
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
            f"AND tablename IN ({self._tables}) "
            "AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
        made = cursor.fetchall()
        self.run([f"DROP INDEX {name}" for name, _ in made])
        self.run(["ALTER TABLE events DROP CONSTRAINT uq_events_key"])
        yield
        self.run([statement for _, statement in made])
        self.run(["ALTER TABLE events ADD CONSTRAINT uq_events_key UNIQUE (key)"])

    def insert(self, table: str, made: Rows) -> None:
        names, rows = made
        quoted = ", ".join(f'"{each}"' for each in names)
        with self._connection.cursor().copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([_as_json(each) for each in row])
        self._connection.commit()


def _as_json(value: object) -> object:
    """Columns of JSON come out of PostgreSQL as lists."""
    return json.dumps(value) if isinstance(value, (list, dict)) else value
