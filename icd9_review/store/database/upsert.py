"""Rows that are inserted, or change those that stand under their primary keys, in one statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

_INSERT: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
)


def _replace(_stands: Column[Any], comes: Any) -> Any:
    return comes


def upsert(
    session: Session,
    table: type[DeclarativeBase],
    rows: Sequence[Mapping[str, Any]],
    change: Callable[[Column[Any], Any], Any] = _replace,
) -> None:
    """Store these rows of all columns; ``change`` makes of what stands and what comes what stays.

    What comes takes the place of what stands unless given. Of the table nothing may be loaded in
    the session.
    """
    if not rows:
        return
    stored: Any = table.__table__
    statement = _INSERT[session.get_bind().dialect.name](stored)
    others = [column for column in stored.columns if not column.primary_key]
    changed = {each.name: change(each, statement.excluded[each.name]) for each in others}
    statement = statement.on_conflict_do_update(
        index_elements=list(stored.primary_key.columns), set_=changed
    )
    session.connection().execute(statement, list(rows))
