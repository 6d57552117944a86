"""What somebody may do is what the last event about them left."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import UserRow
from icd9_review.store.ledger.people import person_payload
from icd9_review.store.ledger.verification import verify
from icd9_review.store.users import ensure_development_users, system_actor
from icd9_review.values import EventKind, Finding, Role
from tests.encounters import coders
from tests.store.ledger.tampering import findings_after

_NEW = "INSERT INTO users (id, name, role, active) VALUES (:id, :name, 'administrator', :yes)"


def _add(database: Database, name: str, role: Role) -> int:
    with database.write() as session:
        row = UserRow(name=name, role=role, active=True)
        session.add(row)
        session.flush()
        payload = person_payload(row.id, role, active=True)
        kind, actor = EventKind.PERSON_ADDED, system_actor(session)
        ledger.append(session, ledger.SYSTEM, kind, payload, actor, f"person/{row.id}")
        return row.id


def _change(database: Database, number: int, role: Role, *, active: bool, key: str) -> None:
    with database.write() as session:
        row = session.get_one(UserRow, number)
        row.role, row.active = role, active
        payload = person_payload(number, role, active=active)
        kind, actor = EventKind.PERSON_CHANGED, system_actor(session)
        ledger.append(session, ledger.SYSTEM, kind, payload, actor, key)


def test_people_who_are_what_the_events_left_verify(database: Database) -> None:
    number = _add(database, "Ana Ortiz", Role.CODER)
    _change(database, number, Role.AUDITOR, active=True, key="one")
    _change(database, number, Role.AUDITOR, active=False, key="two")
    assert verify(database) == []


@pytest.mark.parametrize(
    ("damage", "sequence", "problem"),
    [
        ("role = 'administrator'", 2, "person {} has another role than this left"),
        ("role = 'coder'", 2, "person {} has another role than this left"),
        ("active = NOT active", 2, "person {} is inactive and this left them otherwise"),
    ],
)
def test_a_role_that_was_changed_around_the_program_is_found(
    database: Database, damage: str, sequence: int, problem: str
) -> None:
    number = _add(database, "Ana Ortiz", Role.CODER)
    _change(database, number, Role.AUDITOR, active=True, key="one")
    changed = f"UPDATE users SET {damage} WHERE id = :id"  # noqa: S608
    assert findings_after(database, changed, id=number) == [
        Finding(ledger.SYSTEM, sequence, problem.format(number))
    ]


def test_a_role_that_is_none_of_ours_is_found(sqlite: Database) -> None:
    number = _add(sqlite, "Ana Ortiz", Role.CODER)
    changed = "UPDATE users SET role = 'root' WHERE id = :id"
    unchecked = "PRAGMA ignore_check_constraints = ON"
    (finding,) = findings_after(sqlite, unchecked, changed, id=number)
    assert finding.problem == f"person {number} has another role than this left"


def test_a_person_who_is_gone_is_found(database: Database) -> None:
    number = _add(database, "Ana Ortiz", Role.CODER)
    (finding,) = findings_after(database, "DELETE FROM users WHERE id = :id", id=number)
    assert finding == Finding(ledger.SYSTEM, 1, f"person {number} is missing")


def test_people_from_before_are_taken_as_they_are_until_the_first_event(
    database: Database,
) -> None:
    old = coders(database)[0].id
    promoted = "UPDATE users SET role = 'administrator' WHERE id = :id"
    _add(database, "Ana Ortiz", Role.CODER)
    assert findings_after(database, promoted, id=old) == []
    _change(database, old, Role.CLINICIAN, active=True, key="one")
    (finding,) = findings_after(database, promoted, id=old)
    assert finding.problem == f"person {old} has another role than this left"


def test_a_person_whom_no_event_added_is_found_once_people_are_added_by_events(
    database: Database,
) -> None:
    given = {"id": 99, "name": "Somebody", "yes": True}
    assert findings_after(database, _NEW, **given) == []
    _add(database, "Ana Ortiz", Role.CODER)
    assert findings_after(database, _NEW, **given) == [
        Finding(ledger.SYSTEM, None, "person 99 was added and no event tells of it")
    ]


def test_development_users_who_come_later_are_told_as_well(sqlite: Database) -> None:
    with sqlite.write() as session:
        session.execute(text("DELETE FROM users WHERE role = 'auditor'"))
    _add(sqlite, "Ana Ortiz", Role.CODER)
    ensure_development_users(sqlite)
    assert verify(sqlite) == []
    assert [event.kind for event in ledger.events(sqlite, ledger.SYSTEM)] == [
        EventKind.PERSON_ADDED,
        EventKind.PERSON_ADDED,
    ]


def test_no_name_is_in_an_event(database: Database) -> None:
    _add(database, "Ana Ortiz", Role.CODER)
    (event,) = ledger.events(database, ledger.SYSTEM)
    assert set(event.payload) == {"user", "role", "active"}
    assert "Ana" not in repr(event.payload)
