"""Fresh databases for tests: a SQLite file, and one on a PostgreSQL server started here.

Both come from a template that was upgraded once: SQLite's file is copied, PostgreSQL's
database is copied once and then put back between tests, because copying one takes longer
than most tests. The fixture ``database`` runs a test on each; ``sqlite`` gives only the
first, for tests where the kind does not matter.
"""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal
from sqlalchemy import URL, Dialect, Engine, create_engine, event
from sqlalchemy.util import LRUCache

from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.users import ensure_development_users
from tests.ports import free_port

_REUSED = "reused"

SQLITE_IN_LONG = pytest.mark.parametrize(
    "address",
    [
        pytest.param("sqlite", marks=pytest.mark.long),
        pytest.param("postgresql", marks=pytest.mark.postgresql),
    ],
    indirect=True,
)
"""For tests of many seconds in which several write at once: on SQLite they queue anyway."""


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server on loopback that trusts everybody who reaches it."""

    port: int
    folder: Path

    def address(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str, *, database: str = "postgres") -> None:
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def holds(self, name: str) -> bool:
        """Whether there is a database of this name."""
        with psycopg.connect(self.address("postgres")) as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            return connection.execute(query, [name]).fetchone() is not None


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
_DISCONNECT = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_RESTORE = """
DELETE FROM public.{table};
INSERT INTO public.{table} SELECT * FROM template.{table};
"""
_SHAPE = """
SELECT (SELECT md5(string_agg(oid || relname, ',' ORDER BY oid)) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace),
       (SELECT md5(string_agg(oid || conname, ',' ORDER BY oid)) FROM pg_constraint),
       (SELECT md5(string_agg(oid || tgname || tgenabled::text, ',' ORDER BY oid)) FROM pg_trigger),
       (SELECT md5(string_agg(attrelid || attname || atttypid || attnotnull, ','
                              ORDER BY attrelid, attnum))
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE attnum > 0 AND relnamespace = 'public'::regnamespace)
"""
"""What a database is made of: tables, columns, constraints and triggers, but no row."""


class Reused:
    """A copy of a template, its rows put back each time it is asked for.

    A test that left other tables, columns, constraints or triggers gets its copy thrown away.
    One connection does all of it: a new one has to learn the catalog, which takes longest.
    """

    def __init__(self, server: Server, template: str) -> None:
        self._server = server
        self._template = template
        self._shape: object = None
        self._restoring = Composed([])
        self._connection: psycopg.Connection[Any] | None = None

    def address(self) -> str:
        """Where it is, as new; whoever is still connected to it is not any more."""
        if self._shape is None or not self._restored():
            self._begin()
        return self._server.address(_REUSED)

    def close(self) -> None:
        if self._connection:
            self._connection.close()

    def _begin(self) -> None:
        self.close()
        self._server.execute(f"DROP DATABASE IF EXISTS {_REUSED} WITH (FORCE)")
        self._server.execute(f"CREATE DATABASE {_REUSED} TEMPLATE {self._template}")
        address = self._server.address(_REUSED)
        self._connection = connection = psycopg.connect(address, autocommit=True)
        self._restoring = _restoring(connection)
        self._shape = connection.execute(_SHAPE).fetchone()

    def _restored(self) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.execute(_DISCONNECT)
            if self._connection.execute(_SHAPE).fetchone() != self._shape:
                return False
            self._connection.execute(self._restoring)
        except psycopg.OperationalError:  # the test has ended every connection, or the database
            return False
        return True


def _restoring(connection: psycopg.Connection[Any]) -> Composed:
    """The statements that give every table and sequence what it holds now.

    The rows are kept in a schema of their own. A session that plays the replica fires no
    trigger and checks no foreign key, so that the ledger can be emptied, and in any order.
    """
    steps: list[Composable] = [SQL("SET session_replication_role = replica;")]
    connection.execute("CREATE SCHEMA template")
    for (name,) in connection.execute(_TABLES).fetchall():
        table = Identifier(name)
        keep = SQL("CREATE TABLE template.{table} AS TABLE public.{table}")
        connection.execute(keep.format(table=table))
        steps.append(SQL(_RESTORE).format(table=table))
    for name, last in connection.execute(_SEQUENCES).fetchall():
        place = [Literal(f"public.{name}"), Literal(last or 1), Literal(last is not None)]
        steps.append(SQL("SELECT setval({});").format(SQL(", ").join(place)))
    return SQL("").join(steps)


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """A statement is compiled for a dialect, and each database that a test opens would have its own
    one: half of a test's time. So the first of each kind that was connected is that of all."""
    dialects: dict[str, Dialect] = {}
    compiled: LRUCache[Any, Any] = LRUCache(2_000)

    def create(url: URL, **given: Any) -> Engine:
        engine = create_engine(url, **given)
        engine.update_execution_options(compiled_cache=compiled)
        if engine.name in dialects:
            engine.dialect = dialects[engine.name]
        else:
            event.listen(engine, "connect", lambda *_: dialects.setdefault(engine.name, own))
        own = engine.dialect
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("icd9_review.store.database.engine.create_engine", create)
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded SQLite file with the development users, to be copied."""
    path = tmp_path_factory.mktemp("template") / "icd9_review.sqlite3"
    prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A server of this test session alone, stopped at its end."""
    with running_server() as server:
        yield server


@contextmanager
def running_server() -> Iterator[Server]:
    """A server in a folder of its own that goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="icd9-review-pg-"))
    server = Server(free_port(), folder)
    try:
        _start(server)
        try:
            yield server
        finally:
            _run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: Server) -> str:
    """The name of an upgraded PostgreSQL database with the development users."""
    postgresql_server.execute("CREATE DATABASE template_icd9_review")
    prepare(postgresql_server.address("template_icd9_review"))
    return "template_icd9_review"


@pytest.fixture
def sqlite_address(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "data" / "icd9_review.sqlite3"
    path.parent.mkdir(mode=0o700)
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgresql_copy(postgresql_server: Server, postgresql_template: str) -> Iterator[Reused]:
    """The database that tests on PostgreSQL use one after the other."""
    copy = Reused(postgresql_server, postgresql_template)
    yield copy
    copy.close()


@pytest.fixture
def postgresql_address(postgresql_copy: Reused) -> str:
    return postgresql_copy.address()


@pytest.fixture
def sqlite(sqlite_address: str) -> Iterator[Database]:
    """An empty upgraded SQLite database with the development users."""
    yield from _opened(sqlite_address)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def address(request: pytest.FixtureRequest) -> str:
    """The address of an upgraded database with the development users, of each kind."""
    return str(request.getfixturevalue(f"{request.param}_address"))


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """An empty upgraded database with the development users, of each kind."""
    yield from _opened(address)


def _opened(address: str) -> Iterator[Database]:
    database = open_database(address)
    yield database
    database.close()


def prepare(address: str) -> None:
    """Bring a database up to date and give it the development users."""
    database = open_database(address)
    upgrade(database)
    ensure_development_users(database)
    database.close()


@contextmanager
def stopped(server: Server, mode: str = "fast") -> Iterator[None]:
    """A server that is away for a while; ``immediate`` ends it as a power cut would."""
    _run("pg_ctl", "-D", str(server.folder / "data"), "-m", mode, "stop")
    yield
    _launch(server)


def _start(server: Server) -> None:
    for program in ("initdb", "pg_ctl"):
        _program(program)
    if os.geteuid() == 0:
        shutil.chown(server.folder, "postgres")
    data = str(server.folder / "data")
    _run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    _launch(server)


def _launch(server: Server) -> None:
    options = (
        f"-p {server.port} -c listen_addresses=127.0.0.1 -k {server.folder} "
        "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off "
        "-c wal_level=minimal -c max_wal_senders=0 -c max_connections=60"
    )
    data, log = str(server.folder / "data"), str(server.folder / "log")
    _run("pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "-t", "60", "start")


def _run(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL, which refuses to be root."""
    command = [_program(program), *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(
        command, cwd="/", capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{program} as {getpass.getuser()}: {done.stdout}{done.stderr}"


def _program(name: str) -> str:
    """Where a program of PostgreSQL is, or a skip; on a build server a failure."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which(name) or next(
        (str(folder / name) for folder in folders if (folder / name).exists()), None
    )
    if found is None:
        message = f"{name} of PostgreSQL is not installed (Debian: apt-get install postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found
