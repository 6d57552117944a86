"""From this revision on no event is replaced, and no head goes back or away; rows stay."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from icd9_review.errors import StoreError
from tests.store.database.versions.history import History

BEFORE, AFTER = "0011", "0012"
COLUMNS = "stream, sequence, kind, schema, payload, actor, at, key, previous, hash"


def event(stream: str = "stream", sequence: str = "sequence", key: str = "key") -> str:
    """Other events in place of those that are there, or beside them."""
    others = f"{stream}, {sequence}, kind, schema, x'7b7d', actor, at, {key}, previous, hash"
    return f"events ({COLUMNS}) SELECT {others} FROM events"  # noqa: S608


@pytest.fixture
def told(history: History) -> History:
    """Two events of an encounter, stored before there were such guards."""
    history.put_encounter()
    history.put_events(("encounter_created", {}), ("opened", {}))
    return history


ONLY_SQLITE = pytest.mark.parametrize("history", ["sqlite"], indirect=True)
"""PostgreSQL has no such statement."""


def _elsewhere(history: History) -> sqlite3.Connection:
    """A connection of another program: no foreign keys, no recursive triggers."""
    return sqlite3.connect(history.database.engine.url.database or "")


def test_what_is_stored_stays_on_the_way_up_and_down(told: History) -> None:
    before = told.everything()
    told.upgrade(AFTER)
    told.there_and_back(BEFORE, AFTER)
    assert told.everything() == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE heads SET sequence = 1 WHERE stream <> 'system'",
        "UPDATE heads SET hash = 'other' WHERE stream <> 'system'",
        "UPDATE heads SET stream = 'other' WHERE stream <> 'system'",
        "DELETE FROM heads WHERE stream = 'system'",
        "INSERT INTO heads VALUES ('system', 3, 'other')",
    ],
)
def test_a_head_goes_neither_back_nor_away(told: History, change: str) -> None:
    told.upgrade(AFTER)
    before = told.everything()
    with pytest.raises(StoreError):
        told.run(change)
    assert told.everything() == before
    told.run("UPDATE heads SET sequence = 3, hash = 'next' WHERE stream <> 'system'")


def _replacements() -> Iterator[tuple[str, str]]:
    yield "the same place", event(key="'new' || key")
    yield "the same key", event(sequence="sequence + 9")
    yield (
        "the same hidden number",
        event("'system'", "sequence + 9", "'new' || key")
        .replace("events (", "events (rowid, ", 1)
        .replace("SELECT ", "SELECT rowid, ", 1),
    )
    yield "a head's place", "heads VALUES ('system', 1, 'other')"
    yield "a head's hidden number", "heads (rowid, stream, sequence, hash) VALUES (1, 'x', 1, 'x')"


@pytest.mark.parametrize(
    ("_", "into"), list(_replacements()), ids=[name for name, _ in _replacements()]
)
@pytest.mark.parametrize("how", ["INSERT OR REPLACE", "INSERT OR IGNORE"])
@ONLY_SQLITE
def test_another_program_replaces_nothing_on_sqlite(
    told: History, how: str, _: str, into: str
) -> None:
    told.upgrade(AFTER)
    before = told.everything()
    with closing(_elsewhere(told)) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(f"{how} INTO {into}")
        connection.commit()
    assert told.everything() == before


@ONLY_SQLITE
def test_without_the_guard_another_program_could(told: History) -> None:
    """Or the test above would prove nothing."""
    with closing(_elsewhere(told)) as connection:
        connection.execute(f"INSERT OR REPLACE INTO {event()}")
        connection.commit()
    assert {row["payload"] for row in told.rows("events", "payload")} == {b"{}"}
    with closing(_elsewhere(told)) as connection:
        connection.execute("INSERT OR REPLACE INTO heads VALUES ('system', 1, 'other')")
        connection.commit()
    assert {"stream": "system", "sequence": 1, "hash": "other"} in told.rows("heads")


def test_events_are_still_appended(told: History) -> None:
    told.upgrade(AFTER)
    told.run(
        "INSERT INTO events (stream, sequence, kind, schema, payload, actor, at, key, previous, "
        "hash) SELECT stream, 3, kind, schema, payload, actor, at, 'third', previous, hash "
        "FROM events WHERE sequence = 2"
    )
    told.run("UPDATE heads SET sequence = 3, hash = 'next' WHERE stream <> 'system'")
    assert {row["sequence"] for row in told.rows("events", "sequence")} == {1, 2, 3}
