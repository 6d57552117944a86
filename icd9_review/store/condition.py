"""The condition of a database: whole pages, the program's revision, rows that belong together,
and a ledger that verifies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import ForeignKeyConstraint, Select, Table, and_, exists, func, select, text

from icd9_review.errors import ReviewError
from icd9_review.store.database.engine import Database, refuse_damaged
from icd9_review.store.database.migrations import newest_revision, revision
from icd9_review.store.database.tables import Base
from icd9_review.store.ledger.verification import verify


@dataclass(frozen=True, slots=True)
class Condition:
    """What was looked at, whether it is as it must be, and how it is in words."""

    name: str
    good: bool
    words: str


def examine(database: Database) -> Iterator[Condition]:
    """Look at the whole database without changing anything, one condition after the other.

    Rows and ledger are looked at where the database is at the program's revision: an older one
    has other tables.
    """
    yield _look("integrity", database, _pages)
    at = _look("revision", database, _revision)
    yield at
    for name, look in (("foreign keys", _rows), ("ledger", _ledger)):
        if at.good:
            yield _look(name, database, look)
        else:
            yield Condition(name, False, "not looked at before the revision is the program's")


def _look(name: str, database: Database, look: Callable[[Database], tuple[bool, str]]) -> Condition:
    try:
        return Condition(name, *look(database))
    except ReviewError as error:
        return Condition(name, False, str(error))


def _pages(database: Database) -> tuple[bool, str]:
    if database.engine.dialect.name == "sqlite":
        refuse_damaged(database)
        return True, "every page and index is whole"
    with database.read() as session:
        sums = session.scalars(text("SHOW data_checksums")).one() == "on"
    kept = "with" if sums else "without (initdb --data-checksums, or pg_checksums, adds them)"
    return True, f"left to the server, which keeps its pages {kept} check sums"


def _revision(database: Database) -> tuple[bool, str]:
    with database.read() as session:
        here = revision(session)
    wanted = newest_revision()
    if here == wanted:
        return True, f"{here}, the program's own"
    if not here:
        return False, "there is no database of this program"
    return False, f"{here}, while the program works with {wanted}: it upgrades when it starts"


def _rows(database: Database) -> tuple[bool, str]:
    """Whether every row that names another finds it."""
    lost = {}
    with database.read() as session:
        for table in Base.metadata.sorted_tables:
            for key in table.foreign_key_constraints:
                count = session.scalars(_orphans(table, key)).one()
                if count:
                    lost[f"{table.name} ({', '.join(key.column_keys)})"] = count
    if lost:
        told = ", ".join(f"{count:,} rows of {where}" for where, count in lost.items())
        return False, f"{told} belong to nothing"
    return True, "every row belongs to what it names"


def _orphans(table: Table, key: ForeignKeyConstraint) -> Select[int]:
    """How many rows name a row that is not there."""
    parent = key.referred_table.alias()
    pairs = [(element.parent, parent.c[element.column.name]) for element in key.elements]
    named = and_(*(child.is_not(None) for child, _ in pairs))
    found = exists().where(and_(*(child == there for child, there in pairs)))
    return select(func.count()).select_from(table).where(named, ~found)


def _ledger(database: Database) -> tuple[bool, str]:
    streams = {finding.stream for finding in verify(database)}
    if streams:
        return False, f"{len(streams):,} streams do not verify; `ledger verify` names each place"
    return True, "every stream verifies"
