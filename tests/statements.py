"""What is asked of a database, by statement and by who asked, for tests that count it."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from icd9_review.store.database.engine import Database

_ROOM = "/icd9_review/"


@dataclass(slots=True)
class Asked:
    """The statements of a while, each with who asked, and the number of transactions."""

    statements: list[tuple[str, str]] = field(default_factory=list)
    transactions: int = 0

    def __str__(self) -> str:
        told = [f"{len(self.statements)} statements in {self.transactions} transactions"]
        return "\n".join(told + [f"{who}\n    {said}" for said, who in self.statements])


@contextmanager
def asked_of(database: Database) -> Iterator[Asked]:
    """What is asked of a database meanwhile."""
    asked = Asked()

    def hear_begin(_connection: object) -> None:
        asked.transactions += 1

    def hear(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            asked.statements.append((" ".join(statement.split()), _caller()))

    event.listen(database.engine, "begin", hear_begin)
    event.listen(database.engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(database.engine, "begin", hear_begin)
        event.remove(database.engine, "before_cursor_execute", hear)


def _caller() -> str:
    """The functions of the package on the way to a statement, the last first."""
    frames = [each for each in traceback.extract_stack() if _ROOM in each.filename]
    named = (f"{each.filename.partition(_ROOM)[2]}:{each.name}" for each in reversed(frames))
    return " < ".join(list(named)[:6])
