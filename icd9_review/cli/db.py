"""``python -m icd9_review db …``: keep the database safe, and look whether it is whole."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from icd9_review.cli.console import EXIT_PROBLEMS, open_store, os_account
from icd9_review.errors import SettingsError

app = typer.Typer(name="db", no_args_is_help=True, help="Back up, restore and check the database.")


@app.command("backup")
def write_backup(
    file: Annotated[Path, typer.Argument(help="The file to write, for instance review.backup.gz.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of a file of this name.")
    ] = False,
) -> None:
    """Write all that is stored into one file, while people go on working.

    The file holds patients' notes and can be read by its owner alone; encrypt it before it goes
    elsewhere. PostgreSQL needs its own pg_dump.
    """
    from icd9_review.settings import Settings
    from icd9_review.store.backups.backup import back_up, record_backup

    with _tidied_up():
        made = back_up(Settings().database, file, replace=replace)
    if not record_backup(Settings().database, made, run_by=os_account()):
        typer.echo("the ledger was not told: the database is older, or cannot be written", err=True)
    typer.echo(f"{file}: {made.size:,} bytes, revision {made.revision}, SHA-256 {made.sha256}")


@app.command("restore")
def restore_backup(
    file: Annotated[Path, typer.Argument(help="A file that `db backup` wrote.")],
) -> None:
    """Put a backup into an empty database, whole or not at all, and bring it up to date.

    The settings name the new database; end the app and its workers before. Everybody signs in
    again afterwards.
    """
    from icd9_review.settings import Settings
    from icd9_review.store.backups.backup import record_restore, restore

    with _tidied_up():
        restore(file, Settings().database)
    with closing(open_store()) as database:
        record_restore(database, file)
    typer.echo(f"restored from {file}; `db check` looks at all of it")


@app.command("check")
def check_database() -> None:
    """Say in a line each whether pages, revision, rows and ledger are as they must be.

    Changes nothing. The exit code is 1 where something is wrong.
    """
    from icd9_review.settings import Settings
    from icd9_review.store.condition import examine
    from icd9_review.store.database.engine import open_database, sqlite_file

    address = Settings().database
    place = sqlite_file(address)
    if place is not None and not place.exists():
        raise SettingsError(f"There is no database at {place}; name it with DATABASE_URL.")
    good = True
    with closing(open_database(address)) as database:
        for each in examine(database):
            good &= each.good
            typer.echo(f"{'ok    ' if each.good else 'wrong '} {each.name}: {each.words}")
    if not good:
        raise typer.Exit(EXIT_PROBLEMS)


@contextmanager
def _tidied_up() -> Iterator[None]:
    """SIGTERM ends the block like Ctrl-C, so that no half of a copy stays behind."""
    before = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
