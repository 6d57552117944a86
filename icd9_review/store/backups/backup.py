"""Backups: one file with all that is stored, made while people decide, and put back whole."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from icd9_review.errors import InputError, SettingsError, StoreError
from icd9_review.store.backups import backup_file, postgresql_dump, sqlite_copy
from icd9_review.store.database.engine import Database, open_database, sqlite_file
from icd9_review.store.database.migrations import newest_revision, revision
from icd9_review.store.people.entries import write_entry
from icd9_review.store.people.presence import end_every_session
from icd9_review.store.users import system_actor
from icd9_review.values import EventKind

_KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written: bytes of the file, its sum, the revision of what is in it."""

    size: int
    sha256: str
    revision: str


def back_up(address: str, file: Path, *, replace: bool = False) -> Backup:
    """Write all that the database at an address holds into a file.

    Every decision that was acknowledged before the call is in it. An older file of the name
    stays unless it is to be replaced, and until the new one is whole. Raises SettingsError where
    there is no database or no ``pg_dump``, InputError for a file that cannot be written,
    StoreError for a database that does not answer or is damaged.
    """
    place = sqlite_file(address)
    if place is not None and not place.exists():
        raise SettingsError(_nothing(str(place)))
    database = open_database(address)
    try:
        with backup_file.written(file, replace=replace) as stream:
            if place is None:
                here = postgresql_dump.dump_into(database, stream)
            else:
                here = sqlite_copy.copy_into(database, stream, file.parent)
            if not here:
                raise SettingsError(_nothing(place.name if place else "this address"))
    finally:
        database.close()
    return Backup(file.stat().st_size, backup_file.sha256(file), here)


def restore(file: Path, address: str) -> None:
    """Make what is in a backup the database at an address, whole or not at all.

    Raises InputError for a file that is damaged, no backup or one of the other kind of
    database; SettingsError for a database that is not empty or in use, and for a backup of a
    newer version of the program; StoreError for a server that does not answer.
    """
    place = sqlite_file(address)
    wanted = "postgresql" if place is None else "sqlite"
    if place is not None:
        sqlite_copy.refuse_used(place)
    found = backup_file.database_kind(file)
    if found != wanted:
        raise InputError(
            f"{file} is a backup of {_KINDS[found]}, and DATABASE_URL names {_KINDS[wanted]}."
        )
    if place is not None:
        sqlite_copy.unpack_to(file, place)
        return
    database = open_database(address)
    try:
        postgresql_dump.put_into(database, file)
    finally:
        database.close()


def record_backup(address: str, made: Backup, *, run_by: str = "") -> bool:
    """Have the ledger know of a copy of everything, and who ran the command; whether it could.

    A database of an older revision is left as it is, and one that cannot be written as well.
    """
    with closing(open_database(address)) as database, suppress(StoreError):
        with replace(database, run_by=run_by).write() as session:
            if revision(session) != newest_revision():
                return False
            said = {"size": made.size, "sha256": made.sha256, "revision": made.revision}
            write_entry(session, EventKind.BACKED_UP, said, system_actor(session))
        return True
    return False


def record_restore(database: Database, file: Path) -> None:
    """Have the restored ledger know that what follows did not follow at once.

    Everybody signs in again: in a restored database sessions live that had ended since.
    """
    end_every_session(database)
    with database.write() as session:
        said = {"sha256": backup_file.sha256(file)}
        write_entry(session, EventKind.RESTORED, said, system_actor(session))


def _nothing(where: str) -> str:
    return (
        f"There is no database of this program at {where}; name it with DATABASE_URL, or its "
        "folder with ICD9_REVIEW_DATA."
    )
