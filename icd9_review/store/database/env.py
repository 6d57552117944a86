"""Alembic's entry: on the connection of ``upgrade()``, or on the database of the settings."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from icd9_review.settings import Settings
from icd9_review.store.database.engine import open_database
from icd9_review.store.database.tables import Base, UtcTime


def _render(kind: str, value: Any, _: AutogenContext) -> str | Literal[False]:
    """Migrations do not import the tables, which go on changing."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, UtcTime) else False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transactional_ddl=True,
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()


def _connect() -> None:
    database = open_database(Settings().database)
    with database.write() as session:
        _run(session.connection())
    database.close()


if (given := context.config.attributes.get("connection")) is None:
    _connect()
else:
    _run(given)
