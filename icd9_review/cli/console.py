"""What every command shares: how it complains, how it ends, and the database it opens."""

from __future__ import annotations

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


def open_store() -> Database:
    """The database of the settings, brought up to date."""
    from icd9_review.settings import Settings
    from icd9_review.store.database.engine import open_database
    from icd9_review.store.database.migrations import upgrade

    database = open_database(Settings().database)
    upgrade(database)
    return database
