"""The schema, brought to the newest revision when the program starts."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from icd9_review.errors import DatabaseBusy, SettingsError
from icd9_review.store.database.engine import Database, lock

_FOLDER = Path(__file__).resolve().parent
_PATIENCE = 3600
"""Seconds that a migration may take, and another process waits for it; by judgement: a large
database is rewritten within it, and a replica that starts beside is no failure."""
_LARGE = 10_000  # encounters; by judgement: any plan is quick enough for fewer
_PAUSE = 0.2  # seconds between two tries; by judgement: some refusals come at once
_LIMITS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
_HELD = (
    "Another process holds the database, most likely to bring it up to date; this one waits for "
    "it, an hour at most."
)


def configuration() -> Config:
    """Alembic's configuration for the migrations inside the package."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("version_locations", str(_FOLDER / "versions").replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    return config


def _say_nothing(_: str) -> None:
    """For whoever has nobody to tell."""


def upgrade(database: Database, tell: Callable[[str], None] = _say_nothing) -> None:
    """Run the migrations that are missing, all or none; two processes may start together.

    The second waits until the first is done; where that takes longer than any other work may be
    waited for, ``tell`` gets a sentence, once. Raises SettingsError when a newer version of the
    program has upgraded this database, or it belongs to another program; DatabaseBusy after an
    hour.
    """
    if _is_newest(database):
        return
    ends = time.monotonic() + _PATIENCE
    say = tell
    while not _upgraded(database, waits=time.monotonic() < ends):
        say(_HELD)
        say = _say_nothing
        time.sleep(_PAUSE)


def _is_newest(database: Database) -> bool:
    """As it is read, which waits for nobody."""
    with database.read() as session:
        return revision(session) == newest_revision()


def _upgraded(database: Database, *, waits: bool) -> bool:
    """Whether the database is at the newest revision now; not where another one holds it and this
    one ``waits``."""
    alone = False
    try:
        with database.write() as session:
            lock(session, "migrations")
            alone = True
            _go_up(session)
    except DatabaseBusy:
        if alone or not waits:
            raise
        return False
    return True


def _go_up(session: Session) -> None:
    _refuse_foreign(session)
    here = revision(session)
    refuse_newer(here)
    if here == newest_revision():
        return
    _take_long(session)
    config = configuration()
    config.attributes["connection"] = session.connection()
    command.upgrade(config, "head")
    _tell_planner(session)


def _tell_planner(session: Session) -> None:
    """Have SQLite learn how much is in each index; PostgreSQL does so by itself.

    Not of a small database: it would go on taking itself for one when it has grown.
    """
    if session.get_bind().dialect.name != "sqlite":
        return
    if (session.scalar(text("SELECT count(*) FROM encounters")) or 0) >= _LARGE:
        session.execute(text("ANALYZE"))


def _take_long(session: Session) -> None:
    """Take the limits of everyday work away for this transaction; SQLite has none for it."""
    if session.get_bind().dialect.name == "postgresql":
        for limit in _LIMITS:
            session.execute(text(f"SET LOCAL {limit} = '{_PATIENCE}s'"))


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
