"""The database connection: SQLite in a file, or PostgreSQL.

Everything happens in ``Database.read()`` or ``Database.write()``: one transaction,
committed at the end of the block or rolled back whole.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from icd9_review.errors import DatabaseBusy, SettingsError, StoreError
from icd9_review.values import ModelVersion, User

_WAIT = 10  # seconds to wait for another writer; by judgement
_CONNECTIONS = 15  # of a process, kept: six processes fit into PostgreSQL's hundred
_FRESH = 1.0  # seconds for which a connection that was used counts as there; by judgement
_USED = "used"

# busy_timeout comes first: switching to WAL itself may have to wait.
_PRAGMAS = (
    f"busy_timeout = {_WAIT * 1000}",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "recursive_triggers = ON",  # or INSERT OR REPLACE would slip past the ledger's triggers
    "temp_store = MEMORY",  # no note text in temporary files
    "secure_delete = ON",  # what was deleted is overwritten, not only let go of
)
_SQLITE = ("sqlite", "sqlite+pysqlite")
# synchronous_commit: whatever the server's own setting, what was stored is on its disk.
_POSTGRESQL_OPTIONS = (
    f"-c lock_timeout={_WAIT}s -c statement_timeout=120s -c synchronous_commit=on"
    " -c idle_in_transaction_session_timeout=300s -c timezone=UTC"
)


@dataclass(frozen=True, slots=True)
class Database:
    """An open database; opaque outside the store. Safe to share between threads.

    ``models`` keeps the model versions that were read: once stored they never change,
    and a large label set takes long to decode. Where it is ``restricted``, an encounter is
    shown to its team alone; ``reader`` is the person who asks: None is in no team. As it
    is opened, it is the program's own and shows everything. ``run_by`` is the account of the
    operating system that runs a command; events that the program writes then say so.
    """

    engine: Engine = field(repr=False)
    models: dict[str, ModelVersion] = field(default_factory=dict, repr=False)
    restricted: bool = False
    reader: int | None = None
    run_by: str = ""

    def seen_by(self, person: User) -> Database:
        """The same database as a person may see it."""
        return replace(self, reader=person.id)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view of the database, without writing."""
        options: dict[str, Any] = (
            {}
            if self.engine.dialect.name == "sqlite"
            else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        with self._session(self.engine.execution_options(**options)) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that holds the write lock (SQLite) from its beginning."""
        engine = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        with self._session(engine, stores=True) as session:
            session.connection()  # begins now, not with the first statement
            yield session

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    @contextmanager
    def _session(self, engine: Engine, *, stores: bool = False) -> Iterator[Session]:
        """A session in a transaction, with the driver's errors in words for people.

        The driver's own text is left out on purpose: PostgreSQL quotes the failing row,
        and with it the note.
        """
        info = {
            "models": self.models,
            "restricted": self.restricted,
            "reader": self.reader,
            "run_by": self.run_by,
        }
        committing = False
        try:
            with Session(engine, expire_on_commit=False, info=info) as session, session.begin():
                yield session
                committing = stores
        except PoolTimeout:
            raise DatabaseBusy("The database is busy; nothing was stored. Try again.") from None
        except DBAPIError as error:
            raise _refusal(error, committing=committing) from None


# What the drivers call it when another writer is in the way, the disk is full or cannot
# be written, the file is damaged, or nobody answers: names of SQLite, SQLSTATEs of
# PostgreSQL. Where no server was reached there is no SQLSTATE.
_BUSY = (
    *("SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "57014", "40001", "40P01"),
    *("25P03", "53200", "53300"),  # waited too long, or too many at once
)
_UNWRITABLE = (
    *("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "53100"),
    *("25006", "58030"),  # a copy that is only read; a disk that fails
)
_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT", "XX001", "XX002")
_AWAY = ("08", "57P", "unreached")


def _refusal(error: DBAPIError, *, committing: bool) -> StoreError:
    name = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    name = name or ("unreached" if isinstance(error, OperationalError) else type(error).__name__)
    if committing and name.startswith(_AWAY):  # its answer is lost, and what it did is not known
        return StoreError(
            f"The database stopped answering ({name}) as this was being stored, so it may be "
            "stored or not. Look before you do it again."
        )
    refusal = DatabaseBusy if name.startswith(_BUSY) else StoreError
    return refusal(describe_failure_of(name))


def describe_failure_of(name: str) -> str:
    """What people are told about a name of SQLite's, a SQLSTATE, or the class of an error."""
    if name.startswith(_BUSY):
        return f"The database is busy ({name}); nothing was stored. Try again."
    if name.startswith(_UNWRITABLE):
        return (
            f"The database cannot be written ({name}); nothing was stored. Check that its disk "
            "has room, and that it may be written."
        )
    if name.startswith(_DAMAGED):
        return describe_damage(name)
    if name.startswith(_AWAY):
        return f"The database does not answer ({name}); nothing was stored. Check DATABASE_URL."
    return f"The database refused this ({name}); nothing was stored."


def describe_damage(how: str) -> str:
    """What people are told about a damaged database, by the name the driver has for it."""
    return (
        f"The database is damaged ({how}); nothing was stored. Keep it as it is for whoever "
        "repairs it, and start with a copy from before or another DATABASE_URL."
    )


def refuse_damaged(database: Database) -> None:
    """Raises StoreError for a SQLite file with a damaged page or index.

    A server looks after its own files (PostgreSQL's checksums). Reads the whole file: three
    seconds for each gigabyte, once at the start.
    """
    if database.engine.dialect.name != "sqlite":
        return
    with database.read() as session:
        found = session.scalar(text("PRAGMA quick_check(1)"))
    if found != "ok":
        raise StoreError(describe_damage("SQLITE_CORRUPT"))


def plan_each_time(session: Session) -> None:
    """Have PostgreSQL plan the questions of this transaction by what they ask for.

    It keeps one plan for any values of a question that has come five times: what is looked for
    among the newest encounters it then looks for among all.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))


def lock(session: Session, name: str) -> None:
    """Let one transaction at a time past this point; SQLite's write lock already does."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def open_database(address: str) -> Database:
    """Open the database at a SQLAlchemy address; connects on first use.

    Raises SettingsError when it is neither a SQLite file nor PostgreSQL.
    """
    url = _read_address(address)
    if url.drivername.partition("+")[0] in {"postgresql", "postgres"}:
        return Database(_open_postgresql(url))
    if url.drivername in _SQLITE:
        return Database(_open_sqlite(url))
    raise SettingsError(
        f"DATABASE_URL names the database {url.drivername}; SQLite and PostgreSQL are supported."
    )


def sqlite_file(address: str) -> Path | None:
    """Where the SQLite file of an address lies or would lie; None for any other address.

    Raises SettingsError as ``open_database`` does, and makes nothing.
    """
    url = _read_address(address)
    return _file_of(url) if url.drivername in _SQLITE else None


def _read_address(address: str) -> URL:
    try:
        return make_url(address)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise SettingsError(
            "DATABASE_URL is not a database address; "
            "use sqlite:////folder/file.sqlite3 or postgresql://user:password@host/name."
        ) from None


def _open_postgresql(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_timeout=_WAIT,
        hide_parameters=True,
        connect_args={"connect_timeout": _WAIT, "options": _POSTGRESQL_OPTIONS},
    )
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", partial(_check_connection, engine))
    return engine


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_USED] = time.monotonic()


def _check_connection(
    engine: Engine, connection: Any, record: ConnectionPoolEntry, _proxy: object
) -> None:
    """Ask a connection that has rested whether it still stands; the pool replaces a broken one.

    SQLAlchemy's own ``pool_pre_ping`` asks before every transaction, of which a decision has
    more than ten: that was a seventh of the time in which fifty coders waited.
    """
    if time.monotonic() - record.info.get(_USED, -math.inf) < _FRESH:
        return
    try:
        engine.dialect.do_ping(connection)
    except Exception as error:
        raise DisconnectionError from error


def _file_of(url: URL) -> Path:
    if not url.database or url.database == ":memory:" or url.query:
        raise SettingsError(
            "DATABASE_URL must name a SQLite file: decisions kept in memory would be lost."
        )
    return Path(url.database)


def _open_sqlite(url: URL) -> Engine:
    _create_private_file(_file_of(url))
    engine = create_engine(
        url,
        pool_timeout=_WAIT,
        hide_parameters=True,
        connect_args={"timeout": _WAIT},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _create_private_file(path: Path) -> None:
    """Only the owner may enter the folder and read the file; an existing folder stays as it is."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise SettingsError(
            f"The database file {path} cannot be opened ({error.strerror}); "
            "set DATABASE_URL or ICD9_REVIEW_DATA to a folder that can be written."
        ) from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: it would not begin one for a
    # SELECT, and never an immediate one.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
