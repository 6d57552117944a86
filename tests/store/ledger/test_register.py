"""The register: an encounter that vanishes is missed, whatever went with it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EventRow
from icd9_review.store.ledger import register
from icd9_review.store.ledger.verification import verify
from icd9_review.values import EventKind, Finding
from tests.encounters import add_encounter, coders
from tests.store.ledger.tampering import findings_after, rechain, remove_encounter, tamper

GONE = "the encounter is gone with all its events"
MISSING = "the encounter is missing"
UNREGISTERED = "the register does not have the encounter"


def _forget(encounter_id: str) -> Callable[[Session], None]:
    """Take an encounter out of the register, and chain the system stream anew."""

    def work(session: Session) -> None:
        key = EventRow.key == f"registered/{encounter_id}"
        session.delete(session.scalars(select(EventRow).where(key)).one())
        session.flush()
        rechain(ledger.SYSTEM)(session)

    return work


def _as_before(encounter_id: str) -> Callable[[Session], None]:
    """An encounter from before there was a register."""

    def work(session: Session) -> None:
        created = (EventRow.stream == encounter_id) & (EventRow.sequence == 1)
        payload = json.loads(session.scalars(select(EventRow.payload).where(created)).one())
        del payload["register"]
        session.execute(update(EventRow).where(created).values(payload=ledger.encode(payload)))
        session.expire_all()
        rechain(encounter_id)(session)
        _forget(encounter_id)(session)

    return work


def test_every_encounter_is_registered_before_it_comes_in(database: Database) -> None:
    encounters = [add_encounter(database) for _ in range(2)]
    entries = ledger.events(database, ledger.SYSTEM)
    assert {each.kind for each in entries} == {EventKind.ENCOUNTER_REGISTERED}
    assert [each.payload for each in entries] == [
        {"encounter": each.id, "number": each.number} for each in encounters
    ]
    for entry, encounter in zip(entries, encounters, strict=True):
        first = ledger.events(database, encounter.id)[0]
        assert first.payload["register"] == entry.hash
        assert first.actor == entry.actor
    assert verify(database) == []


@pytest.mark.parametrize("which", [0, 1, 2])
def test_an_encounter_that_vanished_with_all_its_events_and_head_is_found(
    database: Database, which: int
) -> None:
    gone = [add_encounter(database) for _ in range(3)][which]
    assert findings_after(database, remove_encounter(gone.id)) == [Finding(gone.id, None, GONE)]


def test_one_that_is_taken_out_of_the_register_too_is_told_by_those_that_came_in_later(
    database: Database,
) -> None:
    first, gone, last = (add_encounter(database) for _ in range(3))
    found = findings_after(database, remove_encounter(gone.id), _forget(gone.id))
    assert found == [Finding(last.id, 1, UNREGISTERED), Finding("E-00002", None, MISSING)]
    assert first.id not in {each.stream for each in found}


def test_what_the_system_stream_held_before_an_encounter_cannot_change_unseen(
    database: Database,
) -> None:
    with database.write() as session:
        coder = coders(database)[0]
        ledger.append(session, ledger.SYSTEM, EventKind.SIGNED_IN, {}, coder, "in")
    encounter = add_encounter(database)
    other = update(EventRow).where(EventRow.key == "in").values(actor=coders(database)[1].id)
    found = findings_after(database, other, rechain(ledger.SYSTEM))
    assert found == [Finding(encounter.id, 1, UNREGISTERED)]


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE encounters SET number = 2", "the encounter is not the one that came in"),
        (
            "UPDATE encounters SET setting = 'outpatient'",
            "the encounter is not the one that came in",
        ),
    ],
)
def test_another_encounter_in_its_place_is_found(
    database: Database, damage: str, problem: str
) -> None:
    encounter = add_encounter(database)
    assert findings_after(database, damage) == [Finding(encounter.id, 1, problem)]


def test_events_without_their_encounter_are_found(database: Database) -> None:
    encounter = add_encounter(database)
    rows = [
        f"DELETE FROM {table} WHERE {key} = :id"  # noqa: S608
        for table, key in (
            ("summaries", "encounter_id"),
            ("notes", "encounter_id"),
            ("encounters", "id"),
        )
    ]
    found = findings_after(database, *rows, id=encounter.id)
    assert Finding(encounter.id, None, MISSING) in found


def test_encounters_from_before_the_register_verify_and_gaps_between_them_do_not(
    database: Database,
) -> None:
    encounters = [add_encounter(database) for _ in range(4)]
    before = [_as_before(each.id) for each in encounters]
    with database.write() as session:
        tamper(session, *before)
    assert verify(database) == []
    last = add_encounter(database)
    assert verify(database) == []
    removed = [remove_encounter(each.id) for each in (encounters[0], *encounters[2:])]
    assert findings_after(database, *removed) == [
        Finding("E-00001", None, MISSING),
        Finding("E-00003 to E-00004", None, MISSING),
    ]
    assert last.number == 5


@given(st.sets(st.integers(1, 60)))
def test_numbers_and_gaps_are_all_numbers_there_are(numbers: set[int]) -> None:
    gaps = list(register._gaps(sorted(numbers)))
    inside = {number for first, last in gaps for number in range(first, last + 1)}
    assert inside | numbers == set(range(1, max(numbers, default=0) + 1))
    assert not inside & numbers
    assert all(first <= last for first, last in gaps)
