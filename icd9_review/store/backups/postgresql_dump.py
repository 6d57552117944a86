"""PostgreSQL's part of a backup: its own ``pg_dump`` and ``pg_restore``, of the operator.

Both get the address and the password by the environment: the arguments of a process are there
for everybody on the machine to read. What they say of a failure is not passed on, because
PostgreSQL quotes rows.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from gzip import GzipFile
from pathlib import Path
from typing import IO, cast

from psycopg.pq import Conninfo
from sqlalchemy import inspect, text

from icd9_review.errors import InputError, SettingsError, StoreError
from icd9_review.store.backups.backup_file import unpacked
from icd9_review.store.database.engine import Database
from icd9_review.store.database.migrations import refuse_newer, revision

_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_COPIED_REVISION = re.compile(rb"^COPY \S*alembic_version .*;\n(\S+)\n\\\.$", re.M)
_MAJOR = re.compile(r"\(PostgreSQL\) (\d+)")


def dump_into(database: Database, stream: GzipFile) -> str:
    """Write an archive of one moment of the database into a stream; returns its revision.

    Raises SettingsError without a ``pg_dump`` that knows the server, StoreError where the
    server does not answer or it fails.
    """
    with database.read() as session:
        server = int(session.scalars(text("SHOW server_version_num")).one()) // 10_000
        schema = session.scalars(text("SELECT current_schema()")).one()
        here = revision(session)
    environment = _environment(database)
    program = _tool("pg_dump", environment, newest=server)
    quoted = str(schema).replace('"', '""')
    command = [program, "--format=custom", "--compress=0", "--no-password"]
    command.append(f'--schema="{quoted}"')
    with _started(command, environment) as running:
        shutil.copyfileobj(cast(IO[bytes], running.stdout), stream)
    if running.returncode:
        raise StoreError(_failure("pg_dump", running.returncode, "no backup was written"))
    return here


def put_into(database: Database, file: Path) -> None:
    """Put what is in a backup into an empty database, all or nothing.

    Raises SettingsError for a database that is not empty or in use, for a missing
    ``pg_restore`` and a backup of a newer program; InputError for a backup that cannot be read.
    """
    environment = _environment(database)
    program = _tool("pg_restore", environment)
    schema = _refuse_used(database)
    refuse_newer(_archived_revision(program, environment, file))
    command = [program, "--no-password", "--no-owner", "--no-privileges"]
    options = ["--single-transaction", "--exit-on-error", f"--schema={schema}"]
    name = database.engine.url.database or ""
    code, _ = _feed([*command, *options, f"--dbname={name}"], file, environment)
    if code:
        raise StoreError(_failure("pg_restore", code, "nothing was restored"))


def _archived_revision(program: str, environment: dict[str, str], file: Path) -> str:
    """The revision in an archive, for which no server is asked."""
    command = [program, "--data-only", "--table=alembic_version", "--file=-"]
    code, said = _feed(command, file, environment)
    if code:
        raise InputError(
            f"pg_restore cannot read {file} (it ended with {code}): it is of an older version than "
            "the pg_dump that wrote it, or the archive is damaged. Install newer client programs."
        )
    found = _COPIED_REVISION.search(said)
    if found is None:
        raise InputError(f"{file} holds no database of this program.")
    return found[1].decode("ascii", "replace")


def _refuse_used(database: Database) -> str:
    """The schema that tables go to, where there are none yet."""
    with database.read() as session:
        tables = inspect(session.connection()).get_table_names()
        others = session.scalars(text(_OTHERS)).one()
        schema = str(session.scalars(text("SELECT current_schema()")).one())
    if tables:
        raise SettingsError(
            "The database is not empty, and nothing is ever restored over a database: make a new "
            "one (createdb), and name it with DATABASE_URL."
        )
    if others:
        raise SettingsError(
            f"The database is in use ({others} other connections): end the app and its workers."
        )
    return schema


def _feed(command: Sequence[str], file: Path, environment: dict[str, str]) -> tuple[int, bytes]:
    """Exit code and the beginning of what a program answers that reads a backup."""
    with unpacked(file) as stream, _started(command, environment) as running:
        pipe = cast(IO[bytes], running.stdin)
        with suppress(BrokenPipeError):  # it has seen enough, and its exit code says why
            shutil.copyfileobj(stream, pipe)
            pipe.close()
        said = cast(IO[bytes], running.stdout).read()
    return running.returncode, said


@contextmanager
def _started(
    command: Sequence[str], environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A program with a pipe to it and one from it; what it complains of is dropped.

    It has ended when the block has, by force where the block fails.
    """
    with subprocess.Popen(  # noqa: S603
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as running:
        try:
            yield running
        except BaseException:
            running.kill()
            raise


def _environment(database: Database) -> dict[str, str]:
    """That of this process with the address of the database, as libpq reads it."""
    _, given = database.engine.dialect.create_connect_args(database.engine.url)
    names = {
        each.keyword.decode(): each.envvar.decode()
        for each in Conninfo.get_defaults()
        if each.envvar
    }
    told = {names[key]: str(value) for key, value in given.items() if key in names}
    return {**os.environ, **told}


def _tool(name: str, environment: dict[str, str], *, newest: int = 0) -> str:
    """Where a client program is; SettingsError without one that is as new as the server."""
    found = shutil.which(name)
    wanted = f"postgresql-client-{newest}" if newest else "postgresql-client"
    if found is None:
        raise SettingsError(f"{name} is missing; install PostgreSQL's client programs ({wanted}).")
    # Debian's chooses among several versions by the address.
    with _started([found, "--version"], environment) as running:
        said, _ = running.communicate()
    major = _MAJOR.search(said.decode("utf-8", "replace"))
    if major and int(major[1]) < newest:
        raise SettingsError(
            f"{name} is of PostgreSQL {major[1]} and the server of {newest}, which it cannot read; "
            f"install PostgreSQL's client programs of that version ({wanted})."
        )
    return found


def _failure(name: str, code: int, outcome: str) -> str:
    return (
        f"{name} ended with {code}; {outcome}. What it says of that may quote rows and is left "
        "out here: run it by hand to read it."
    )
