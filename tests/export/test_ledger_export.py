"""What an auditor filtered, as a file: neutralised, and an event with its hash."""

from __future__ import annotations

import csv
import io
import json
from hashlib import sha256

import pytest

from icd9_review.errors import PermissionDenied
from icd9_review.export.ledger_export import LEDGER_COLUMNS, ledger_column_names, write_ledger
from icd9_review.settings import ROOT
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.comments import add_comment
from icd9_review.store.people.accounts import add_account
from icd9_review.store.users import system_user, users
from icd9_review.values import EventKind, Kind, LedgerQuery, Role, User
from tests.encounters import add_encounter, coders

CANARY = "canary-9a02"


@pytest.fixture
def auditor(database: Database) -> User:
    return next(person for person in users(database) if person.role is Role.AUDITOR)


def test_it_holds_what_is_filtered_newest_first_and_its_hash_is_an_event(
    database: Database, auditor: User
) -> None:
    encounter = add_encounter(database)
    file, query = io.BytesIO(), LedgerQuery(encounter=encounter.id)
    assert write_ledger(database, query, "csv", file, actor=auditor) == 2
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode())))
    assert tuple(rows[0]) == ledger_column_names()
    assert [(row["event"], row["encounter"]) for row in rows] == [
        ("note_added", "E-00001"),
        ("encounter_created", "E-00001"),
    ]
    event = ledger.events(database, ledger.SYSTEM)[-1]
    assert (event.kind, event.actor) == (EventKind.EXPORTED, auditor.id)
    assert event.payload["table"] == "ledger"
    assert event.payload["encounter"] == encounter.id
    assert event.payload["rows"] == 2
    assert event.payload["sha256"] == sha256(file.getvalue()).hexdigest()


def test_it_runs_no_formula_and_has_nobodys_words(sqlite: Database) -> None:
    by = system_user(sqlite)
    name = "=cmd|' /C calc'!A0"
    person = add_account(sqlite, name, Role.CODER, by=by)
    encounter = add_encounter(sqlite, actor=person, text=f"A note. {CANARY}", titles=[CANARY])
    kind = Kind.DIAGNOSIS
    add_comment(sqlite, encounter.id, kind, "428.0", CANARY, actor=person, key="comment")
    file = io.BytesIO()
    write_ledger(sqlite, LedgerQuery(), "csv", file, actor=by)
    assert CANARY not in file.getvalue().decode()
    people = {row["actor"] for row in csv.DictReader(io.StringIO(file.getvalue().decode()))}
    assert people == {f"'{name}", "System"}
    file = io.BytesIO()
    write_ledger(sqlite, LedgerQuery(), "jsonl", file, actor=by)
    assert CANARY not in file.getvalue().decode()
    assert name in {json.loads(line)["actor"] for line in file.getvalue().splitlines()}


def test_coders_do_not_download_it(sqlite: Database) -> None:
    with pytest.raises(PermissionDenied):
        write_ledger(sqlite, LedgerQuery(), "csv", io.BytesIO(), actor=coders(sqlite)[0])


def test_the_documentation_has_every_column() -> None:
    page = (ROOT / "docs" / "ledger.md").read_text("utf-8")
    for column in LEDGER_COLUMNS:
        assert f"| `{column.name}` | {column.meaning} |" in page
