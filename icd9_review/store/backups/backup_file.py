"""The file of a backup: what the database's own tools read, in one gzip stream.

gzip ends with a check sum and the length of what is in it, so that a file that was cut short or
changed is known before anything is put into a database. ``gunzip`` gives a SQLite file, or an
archive as ``pg_dump -Fc`` makes them.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from icd9_review.errors import InputError

_LEVEL = 1  # of gzip; by judgement: five times as quick as level 9, a tenth larger
_PIECE = 1 << 20  # bytes read at once; by judgement
_SQLITE_HEADER = b"SQLite format 3\0"  # sqlite.org/fileformat.html, 1.3
_ARCHIVE_HEADER = b"PGDMP"  # PostgreSQL's pg_backup_archiver.c


@contextmanager
def written(file: Path, *, replace: bool) -> Iterator[gzip.GzipFile]:
    """A stream into a file that is there once the block has ended well, for its owner alone.

    Raises InputError where the file exists and is not to be replaced, or cannot be written.
    """
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        if not replace:
            _refuse_existing(file)
        with private_file(part) as raw:
            with gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as stream:
                yield stream
            sync(raw)
        put_in_place(part, file, replace=replace)
    except OSError as error:
        raise InputError(f"{file} cannot be written ({error.strerror}).") from None
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def unpacked(file: Path) -> Iterator[gzip.GzipFile]:
    """What is in the file of a backup; InputError where it is not there, is none, or damaged."""
    try:
        opened = gzip.open(file, "rb")  # noqa: SIM115 what fails below has another sentence
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror}).") from None
    try:
        with opened as stream:
            yield stream
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InputError(
            f"{file} is damaged, or no backup of this program: it was cut short, or changed after "
            "it was written. Take another one."
        ) from None


def database_kind(file: Path) -> str:
    """``sqlite`` or ``postgresql``, once the file was read to its end.

    Raises InputError for one that is damaged or holds something else.
    """
    try:
        with unpacked(file) as stream:
            begin = stream.read(len(_SQLITE_HEADER))
            while stream.read(_PIECE):
                pass
    except OSError as error:  # a folder, or a disk with a fault
        raise InputError(f"{file} cannot be read ({error.strerror}).") from None
    if begin == _SQLITE_HEADER:
        return "sqlite"
    if begin.startswith(_ARCHIVE_HEADER):
        return "postgresql"
    raise InputError(f"{file} is no backup of this program; `db backup` makes one.")


def sha256(file: Path) -> str:
    """The sum of a file, to be kept apart from it."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def private_file(path: Path) -> IO[bytes]:
    """A new file for its owner alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def sync(stream: IO[bytes]) -> None:
    """What was written is on the disk."""
    stream.flush()
    os.fsync(stream.fileno())


def put_in_place(part: Path, file: Path, *, replace: bool) -> None:
    """Give a whole file its name, which stays after a power cut.

    Where nothing is to be replaced, the name is taken first: two cannot take it at once.
    """
    if not replace:
        private_file(file).close()
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _refuse_existing(file: Path) -> None:
    if file.exists():
        raise InputError(f"{file} exists already; take another name, or say --replace.")
