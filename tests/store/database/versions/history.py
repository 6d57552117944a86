"""A database on its way through the revisions, with rows as they were stored then.

Tables are reflected, never those of the program: a row of an old revision has the columns
of that revision.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from alembic import command
from sqlalchemy import MetaData, Table, inspect, select, text
from sqlalchemy.orm import Session

from icd9_review.store.database.engine import Database
from icd9_review.store.database.migrations import configuration

ENCOUNTER = "e" * 22
NOTE = "0" * 22
VERSION = "a" * 64
HASH = "f" * 64
AT = datetime(2026, 1, 2, 3, 4, 5, 678900, UTC)
SYSTEM = 1
"""The user that the first revision makes."""

_OWN = "alembic_version"
"""The table of Alembic."""

_PARTS = (
    *("columns", "pk_constraint", "foreign_keys", "unique_constraints"),
    *("check_constraints", "indexes"),
)

Row = dict[str, Any]


@dataclass(frozen=True)
class History:
    """Moves between revisions, and stores and reads rows of whatever tables there are."""

    database: Database

    def upgrade(self, revision: str) -> None:
        self._move(command.upgrade, revision)

    def downgrade(self, revision: str) -> None:
        self._move(command.downgrade, revision)

    def there_and_back(self, before: str, after: str) -> None:
        """Down from ``after`` to ``before``, and up again."""
        self.downgrade(before)
        self.upgrade(after)

    def put(self, table: str, **values: object) -> None:
        with self.database.write() as session:
            session.execute(_table(session, table).insert().values(values))

    def run(self, statement: str) -> None:
        with self.database.write() as session:
            session.execute(text(statement))

    def rows(self, table: str, *columns: str) -> list[Row]:
        """All rows, or these columns of them, in the order of the text of what they hold."""
        with self.database.read() as session:
            return _rows(session, _table(session, table), *columns)

    def everything(self) -> dict[str, list[Row]]:
        """Every row of every table but Alembic's own."""
        tables = MetaData()
        with self.database.read() as session:
            tables.reflect(session.connection(), only=lambda name, _: name != _OWN)
            return {name: _rows(session, table) for name, table in tables.tables.items()}

    def put_encounter(self) -> None:
        """An encounter with a note, as the first revision stores them."""
        facts = {"setting": "inpatient", "age": 67, "sex": "female"}
        self.put("encounters", id=ENCOUNTER, number=1, created=AT, created_by=SYSTEM, **facts)
        self.put("heads", stream=ENCOUNTER, sequence=0, hash="0" * 64)
        place = {"encounter_id": ENCOUNTER, "position": 0, "version": 1}
        self.put("notes", id=NOTE, title="Note", text="A note. 😀", sha256=HASH, **place)

    def put_summary(self, **facts: object) -> None:
        """What the worklist knows of the encounter: open, but for what ``facts`` say."""
        open_then = {"status": "open", "open": 1, "decided": 0, "search": "e-00001"}
        made = {"chart_date": AT.date(), "actor": SYSTEM, "at": AT}
        self.put("summaries", **{"encounter_id": ENCOUNTER, **open_then, **made, **facts})

    def put_model(self) -> None:
        labels = {"labels": ["428.0"], "kinds": ["diagnosis"], "thresholds": [0.5]}
        self.put("model_versions", version=VERSION, name="tiny", in_use_since=AT, **labels)

    def put_events(self, *told: tuple[str, Row]) -> None:
        """Events of the encounter; the chain is not what these tests are about."""
        for sequence, (kind, payload) in enumerate(told, start=1):
            self.put(
                "events",
                stream=ENCOUNTER,
                sequence=sequence,
                kind=kind,
                schema=1,
                payload=json.dumps(payload).encode(),
                actor=SYSTEM,
                at="2026-01-02T03:04:05.678900Z",
                key=f"key-{sequence}",
                previous=HASH,
                hash=HASH,
            )
        with self.database.write() as session:
            heads = _table(session, "heads")
            mine = heads.c.stream == ENCOUNTER
            session.execute(heads.update().where(mine).values(sequence=len(told)))

    def schema(self) -> dict[str, Any]:
        """Columns, keys, checks and indexes of all tables, and what guards the ledger."""
        inspector = inspect(self.database.engine)
        return {"guards": self._guards()} | {
            part: {
                table: _sorted(found)
                for (_, table), found in getattr(inspector, f"get_multi_{part}")().items()
                if table != _OWN
            }
            for part in _PARTS
        }

    def _guards(self) -> list[str]:
        sqlite = self.database.engine.dialect.name == "sqlite"
        query = (
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1"
            if sqlite
            else "SELECT tgname || prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE NOT tgisinternal ORDER BY 1"
        )
        with self.database.read() as session:
            return list(session.scalars(text(query)))

    def _move(self, way: Any, revision: str) -> None:
        config = configuration()
        with self.database.write() as session:
            config.attributes["connection"] = session.connection()
            way(config, revision)


def _table(session: Session, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=session.connection(), resolve_fks=False)


def _rows(session: Session, table: Table, *columns: str) -> list[Row]:
    query = select(*(table.c[name] for name in columns)) if columns else select(table)
    rows = [_plain(dict(row)) for row in session.execute(query).mappings()]
    return sorted(rows, key=repr)


def _plain(row: Row) -> Row:
    """The same in both databases: times without a zone are in UTC."""
    return {
        name: value.replace(tzinfo=UTC)
        if isinstance(value, datetime) and value.tzinfo is None
        else value
        for name, value in row.items()
    }


def _sorted(found: Any) -> list[str]:
    """What is found of one table, as text; the order in which it is found means nothing."""
    told = map(repr, found.items() if isinstance(found, dict) else found)
    return sorted(re.sub(" at 0x[0-9a-f]+", "", each) for each in told)  # a condition's address
