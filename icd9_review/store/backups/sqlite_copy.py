"""SQLite's part of a backup: a copy of one moment while others write, and back.

SQLite copies the whole file in one step. With its write-ahead log that is one moment, and
nobody who decides meanwhile has to wait.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from errno import ENOSPC
from gzip import GzipFile
from pathlib import Path
from tempfile import TemporaryDirectory

from icd9_review.errors import InputError, SettingsError, StoreError
from icd9_review.store.backups.backup_file import private_file, put_in_place, sync, unpacked
from icd9_review.store.database.engine import (
    Database,
    describe_damage,
    describe_failure_of,
)
from icd9_review.store.database.migrations import refuse_newer

_BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a file that is in use


def copy_into(database: Database, stream: GzipFile, folder: Path) -> str:
    """Write a copy of the database into a stream; the copy lies in ``folder`` meanwhile.

    Returns its revision. Raises StoreError where the database does not answer or is damaged.
    """
    with TemporaryDirectory(prefix=".icd9-review-backup-", dir=folder) as private:
        copy = Path(private) / "copy.sqlite3"
        try:
            found = _copy(database, copy)
        except sqlite3.Error as error:
            if _name(error) == "SQLITE_FULL":  # the disk of the copy, not that of the database
                raise OSError(ENOSPC, os.strerror(ENOSPC)) from None
            raise StoreError(describe_failure_of(_name(error))) from None
        with copy.open("rb") as whole:
            shutil.copyfileobj(whole, stream)
    return found


def unpack_to(file: Path, place: Path) -> None:
    """Make what is in a backup the database at ``place``, or leave everything as it was.

    Raises InputError for a backup that cannot be taken, SettingsError where there is a
    database already or the backup is of a newer program.
    """
    part = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with private_file(part) as whole, unpacked(file) as stream:
            shutil.copyfileobj(stream, whole)
            sync(whole)
        _check_copy(file, part)
        refuse_used(place)
        put_in_place(part, place, replace=place.exists())
    except OSError as error:
        raise SettingsError(f"{place} cannot be written ({error.strerror}).") from None
    finally:
        part.unlink(missing_ok=True)


def refuse_used(place: Path) -> None:
    """Raises SettingsError where a restored database would take another one's place.

    What lies beside a database says that a program has it open, or was killed, even where
    somebody has taken the file itself away.
    """
    if any(place.with_name(place.name + end).exists() for end in _BESIDE):
        raise SettingsError(
            f"Beside {place} lies what SQLite keeps of a database that is in use "
            f"({', '.join(_BESIDE)}): end the app and its workers, and name a new file with "
            "DATABASE_URL or a new folder with ICD9_REVIEW_DATA."
        )
    if place.exists() and not _is_empty(place):
        raise SettingsError(
            f"{place} is not empty, and nothing is ever restored over a database: name a new file "
            "with DATABASE_URL or a new folder with ICD9_REVIEW_DATA, or move this one away."
        )


def _copy(database: Database, copy: Path) -> str:
    """One moment of the database as a file by itself; the revision of what was copied."""
    borrowed = database.engine.raw_connection()
    try:
        with closing(sqlite3.connect(copy)) as target:
            borrowed.driver_connection.backup(target)  # type: ignore[union-attr]
            target.execute("PRAGMA journal_mode = DELETE")
            if _first(target, "PRAGMA quick_check(1)") != "ok":
                raise StoreError(describe_damage("SQLITE_CORRUPT"))
            return _revision(target)
    finally:
        borrowed.close()


def _check_copy(file: Path, part: Path) -> None:
    try:
        with _opened(part) as connection:
            whole = _first(connection, "PRAGMA integrity_check(1)") == "ok"
            here = _revision(connection) if whole else ""
    except sqlite3.Error:
        whole, here = False, ""
    if not whole:
        raise InputError(f"{file} holds a damaged database; take another backup.")
    if not here:
        raise InputError(f"{file} holds no database of this program.")
    refuse_newer(here)


def _revision(connection: sqlite3.Connection) -> str:
    """Empty where the tables are another program's, or there are none."""
    try:
        return str(_first(connection, "SELECT version_num FROM alembic_version") or "")
    except sqlite3.OperationalError:
        return ""


def _is_empty(place: Path) -> bool:
    try:
        with _opened(place) as connection:
            return _first(connection, "SELECT 1 FROM sqlite_master") is None
    except sqlite3.Error:  # no database, and not ours to write over
        return os.path.getsize(place) == 0


@contextmanager
def _opened(place: Path) -> Iterator[sqlite3.Connection]:
    """To read, and without leaving anything beside the file."""
    address = f"file:{_quoted(place)}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        connection.execute("PRAGMA temp_store = MEMORY")
        yield connection


def _quoted(place: Path) -> str:
    return place.absolute().as_uri().removeprefix("file://")


def _first(connection: sqlite3.Connection, statement: str) -> object:
    row = connection.execute(statement).fetchone()
    return row[0] if row else None


def _name(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", None) or type(error).__name__
