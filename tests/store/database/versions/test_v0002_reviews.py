"""From the first tables to reviews: the records of codes are those of the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import configuration, upgrade
from icd9_review.store.projections import summaries
from icd9_review.store.projections.code_records import CodeRecord, code_records
from icd9_review.store.worklist.page import status
from icd9_review.values import EncounterStatus, Kind
from tests.databases import Server

ENCOUNTER = "0" * 22
TOLD = (
    ("encounter_created", "", None),
    ("accepted", "428.0", None),
    ("rejected", "427.31", "negated"),
    ("accepted", "486", None),
    ("undone", "486", None),
    ("accepted", "250.00", None),
    ("rejected", "250.00", "history"),
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def first_tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of the first version of the program with one encounter."""
    address = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgresql_server")
        server.execute("CREATE DATABASE old_reviews")
        address = server.address("old_reviews")
    database = open_database(address)
    _fill(database)
    yield database
    database.close()
    if request.param == "postgresql":
        server.execute("DROP DATABASE old_reviews WITH (FORCE)")


def _fill(database: Database) -> None:
    config = configuration()
    at = "2026-01-02T03:04:05.000000Z"
    with database.write() as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0001")
        session.execute(
            text(
                "INSERT INTO encounters (id, number, setting, sex, created, created_by) "
                "VALUES (:id, 1, 'inpatient', 'female', :at, 1)"
            ),
            {"id": ENCOUNTER, "at": "2026-01-02 03:04:05.000000"},
        )
        session.execute(
            text(
                "INSERT INTO notes (id, encounter_id, position, title, text, sha256, version) "
                "VALUES (:id, :id, 0, 'Note', 'A note.', :hash, 1)"
            ),
            {"id": ENCOUNTER, "hash": "f" * 64},
        )
        session.execute(
            text("INSERT INTO heads (stream, sequence, hash) VALUES (:id, :last, :hash)"),
            {"id": ENCOUNTER, "last": len(TOLD), "hash": "f" * 64},
        )
        session.execute(
            text(
                "INSERT INTO summaries (encounter_id, status, open, decided, actor, at, search) "
                "VALUES (:id, 'scoring', 0, 2, 1, :at, 'e-00001')"
            ),
            {"id": ENCOUNTER, "at": "2026-01-02 03:04:05.000000"},
        )
        for sequence, (kind, code, reason) in enumerate(TOLD, start=1):
            payload = {"code": code, "kind": "diagnosis", "reason": reason, "client": "t"}
            session.execute(
                text(
                    "INSERT INTO events (stream, sequence, kind, schema, payload, actor, at, key, "
                    "previous, hash) VALUES (:stream, :sequence, :kind, 1, :payload, 1, :at, "
                    ":key, :hash, :hash)"
                ),
                {
                    "stream": ENCOUNTER,
                    "sequence": sequence,
                    "kind": kind,
                    "payload": json.dumps(payload).encode(),
                    "at": at,
                    "key": f"key-{sequence}",
                    "hash": "f" * 64,
                },
            )


def test_the_records_are_rebuilt_from_the_ledger(first_tables: Database) -> None:
    upgrade(first_tables)
    codes = [(Kind.DIAGNOSIS, code) for code in ("428.0", "427.31", "486", "250.00")]
    found = code_records(first_tables, codes)
    assert [found[key] for key in codes] == [
        CodeRecord(1, 1),
        CodeRecord(1, 0),
        CodeRecord(0, 0),
        CodeRecord(1, 0),
    ]


def test_the_summaries_are_worked_out_anew(first_tables: Database) -> None:
    upgrade(first_tables)
    summaries.refresh_outdated(first_tables)
    assert status(first_tables, ENCOUNTER) is EncounterStatus.SCORING
