"""A database says in what condition it is."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from icd9_review.store.condition import examine
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import newest_revision
from icd9_review.store.deciding.decisions import decide
from icd9_review.values import Action, Decision
from tests.encounters import add_scored_encounter, coders


def wrong(database: Database) -> dict[str, str]:
    """What is not as it must be, in words."""
    return {each.name: each.words for each in examine(database) if not each.good}


def execute(database: Database, *statements: str) -> None:
    with database.write() as session:
        for statement in statements:
            session.execute(text(statement))


def execute_unchecked(database: Database, statement: str) -> None:
    """As somebody with the database in their hands: no foreign key, no trigger is in the way."""
    if database.engine.dialect.name == "postgresql":
        execute(database, "SET LOCAL session_replication_role = replica", statement)
        return
    with closing(sqlite3.connect(str(database.engine.url.database))) as raw, raw:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in raw.execute(triggers).fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute(statement)


def test_a_database_in_use_is_in_good_condition(database: Database) -> None:
    encounter = add_scored_encounter(database)
    decision = Decision("key-1", Action.ACCEPT, "428.0", "tab-1", 0)
    decide(database, encounter.id, decision, coders(database)[0])
    found = list(examine(database))
    assert [each.name for each in found] == ["integrity", "revision", "foreign keys", "ledger"]
    assert all(each.good for each in found)
    assert found[1].words == f"{newest_revision()}, the program's own"


def test_a_row_that_belongs_to_nothing_is_found(database: Database) -> None:
    columns = "(user_id, name, value) VALUES (999, 'worklist', '{}')"
    execute_unchecked(database, f"INSERT INTO preferences {columns}")
    assert wrong(database) == {"foreign keys": "1 rows of preferences (user_id) belong to nothing"}


def test_a_changed_event_is_found(database: Database) -> None:
    encounter = add_scored_encounter(database)
    changed = f"UPDATE events SET kind = 'closed' WHERE stream = '{encounter.id}' AND sequence = 2"  # noqa: S608
    execute_unchecked(database, changed)
    found = wrong(database)
    assert list(found) == ["ledger"]
    assert re.match(r"\d+ streams do not verify; `ledger verify` names each place", found["ledger"])


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", "0001, while the program works with"),
        ("DROP TABLE alembic_version", "there is no database of this program"),
    ],
)
def test_another_revision_is_said_and_nothing_looked_at_that_may_not_be_there(
    database: Database, statement: str, words: str
) -> None:
    execute(database, statement)
    found = wrong(database)
    assert words in found["revision"]
    assert found["ledger"].startswith("not looked at")


def test_a_server_that_is_away_is_said_in_every_line() -> None:
    away = open_database("postgresql://coder:secret@127.0.0.1:1/none")
    found = wrong(away)
    assert set(found) == {"integrity", "revision", "foreign keys", "ledger"}
    assert "does not answer" in found["integrity"]
    assert "secret" not in str(found)
