"""What every command shares: how it complains, how it ends, and the database it opens."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from icd9_review.store.database.engine import Database

EXIT_PROBLEMS = 1
"""The command did its work and found something wrong."""

EXIT_MISTAKE = 2
"""What was given cannot be used."""


def complain(message: str) -> None:
    """One line on standard error."""
    typer.echo(f"error: {' '.join(message.split())}", err=True)


def mention(message: str) -> None:
    """What somebody who waits for the command is to know, beside what it gives."""
    typer.echo(message, err=True)


def os_account() -> str:
    """The account of the operating system that runs the command.

    By the system's own table and not by ``LOGNAME`` or ``SUDO_USER``, which anybody sets; the
    number where the table has no name for it, as in a container.
    """
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def open_store() -> Database:
    """The database of the settings, brought up to date; its events say who ran the command."""
    from icd9_review.settings import Settings
    from icd9_review.store.database.engine import open_database
    from icd9_review.store.database.migrations import upgrade

    database = open_database(Settings().database)
    upgrade(database, mention)
    return replace(database, run_by=os_account())
