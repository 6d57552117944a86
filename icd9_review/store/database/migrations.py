"""The schema, brought to the newest revision when the program starts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from icd9_review.errors import SettingsError
from icd9_review.store.database.engine import Database, lock

_FOLDER = Path(__file__).resolve().parent
_PATIENCE = "1h"
"""How long PostgreSQL lets a migration run, and another process wait for it; by judgement: a large
database is rewritten within it, and a replica that starts beside is no failure."""
_LIMITS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")


def configuration() -> Config:
    """Alembic's configuration for the migrations inside the package."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("version_locations", str(_FOLDER / "versions").replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    return config


def upgrade(database: Database) -> None:
    """Run the migrations that are missing, all or none; two processes may start together.

    Raises SettingsError when a newer version of the program has upgraded this database, or it
    belongs to another program.
    """
    config = configuration()
    with database.write() as session:
        _wait_long(session)
        lock(session, "migrations")
        _refuse_foreign(session)
        here = revision(session)
        refuse_newer(here)
        if here == newest_revision():
            return
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "head")


def _wait_long(session: Session) -> None:
    """Take the limits of everyday work away for this transaction; SQLite has its own patience."""
    if session.get_bind().dialect.name == "postgresql":
        for limit in _LIMITS:
            session.execute(text(f"SET LOCAL {limit} = '{_PATIENCE}'"))


@cache
def _revisions() -> tuple[frozenset[str], str]:
    """All that this program knows, and the newest; their scripts are loaded once."""
    scripts = ScriptDirectory.from_config(configuration())
    known = frozenset(script.revision for script in scripts.walk_revisions())
    return known, scripts.get_current_head() or ""


def _refuse_foreign(session: Session) -> None:
    """Tables without a revision are not ours: nothing is put among them."""
    tables = set(inspect(session.connection()).get_table_names())
    if tables and "alembic_version" not in tables:
        raise SettingsError(
            "The database holds tables of another program; name an empty one, or the one of this "
            "program, with DATABASE_URL."
        )


def revision(session: Session) -> str:
    """The revision that a database is at; empty where it has none."""
    heads = MigrationContext.configure(session.connection()).get_current_heads()
    return ", ".join(sorted(heads))


def newest_revision() -> str:
    """The revision that this program works with."""
    return _revisions()[1]


def refuse_newer(here: str) -> None:
    """Raises SettingsError for a revision that only a newer version of the program knows."""
    if here and here not in _revisions()[0]:
        raise SettingsError(
            f"The database has revision {here}, which this version of the program does not know; "
            "install the newer version, or name another DATABASE_URL."
        )
