"""Assignment: who may give which encounter to whom, and what the ledger keeps of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from icd9_review.errors import InputError, NotFound, PermissionDenied
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.ledger.verification import verify
from icd9_review.store.users import coding_users, users
from icd9_review.store.worklist.assignments import LARGEST, assign
from icd9_review.store.worklist.page import worklist
from icd9_review.values import Encounter, EventKind, Role, User, WorklistQuery
from tests.encounters import add_encounter, coders


def _person(database: Database, role: Role) -> User:
    return next(person for person in users(database) if person.role is role)


def _assignee(database: Database, encounter: Encounter) -> User | None:
    return next(
        row.assignee for row in worklist(database, WorklistQuery()).rows if row.id == encounter.id
    )


def test_a_coder_takes_an_encounter_and_gives_it_back(database: Database) -> None:
    encounter, (first, _) = add_encounter(database), coders(database)
    assert _assignee(database, encounter) is None
    assert assign(database, [encounter.id], first.id, first) == 1
    assert _assignee(database, encounter) == first
    assert assign(database, [encounter.id], None, first) == 1
    assert _assignee(database, encounter) is None
    told = [
        (event.actor, event.payload)
        for event in ledger.events(database, encounter.id)
        if event.kind is EventKind.ASSIGNED
    ]
    assert told == [
        (first.id, {"from": None, "to": first.id}),
        (first.id, {"from": first.id, "to": None}),
    ]
    assert verify(database) == []


def test_what_changes_nothing_leaves_no_event(database: Database) -> None:
    one, other, (first, _) = add_encounter(database), add_encounter(database), coders(database)
    assign(database, [one.id], first.id, first)
    before = len(ledger.events(database, one.id))
    assert assign(database, [one.id, other.id, other.id], first.id, first) == 1
    assert assign(database, [], first.id, first) == 0
    assert len(ledger.events(database, one.id)) == before


def test_a_coder_neither_takes_from_others_nor_sends_to_them(database: Database) -> None:
    theirs, free, (first, second) = (
        add_encounter(database),
        add_encounter(database),
        coders(database),
    )
    assign(database, [theirs.id], second.id, second)
    for wanted in (first.id, None):
        with pytest.raises(PermissionDenied, match="E-00001 is assigned to Second coder"):
            assign(database, [free.id, theirs.id], wanted, first)
    with pytest.raises(PermissionDenied, match="ask an administrator"):
        assign(database, [free.id], second.id, first)
    assert _assignee(database, theirs) == second
    assert _assignee(database, free) is None


def test_an_administrator_assigns_anything_to_everybody_who_codes(database: Database) -> None:
    encounters, (first, second) = [add_encounter(database) for _ in range(3)], coders(database)
    chief = _person(database, Role.ADMINISTRATOR)
    assign(database, [encounters[0].id], first.id, first)
    assert assign(database, [each.id for each in encounters], second.id, chief) == 3
    assert [_assignee(database, each) for each in encounters] == [second] * 3
    assert set(coding_users(database)) == {first, second, chief}
    for wanted in (_person(database, Role.CLINICIAN).id, 0, 10_000):
        with pytest.raises(InputError, match="coder or an administrator"):
            assign(database, [encounters[0].id], wanted, chief)


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.AUDITOR])
def test_who_does_not_code_assigns_nothing(database: Database, role: Role) -> None:
    encounter, person = add_encounter(database), _person(database, role)
    with pytest.raises(PermissionDenied, match=role.value):
        assign(database, [encounter.id], coders(database)[0].id, person)


def test_one_unknown_encounter_and_none_is_assigned(database: Database) -> None:
    encounter, (first, _) = add_encounter(database), coders(database)
    for unknown in ("0" * 22, "x", "\x00"):
        with pytest.raises(NotFound):
            assign(database, [encounter.id, unknown], first.id, first)
    assert _assignee(database, encounter) is None


def test_too_many_at_once_are_refused_with_the_limit(sqlite: Database) -> None:
    many = [f"{number:022x}" for number in range(LARGEST + 1)]
    with pytest.raises(InputError, match=r"501 encounters are too many.*500"):
        assign(sqlite, many, None, coders(sqlite)[0])


def test_of_two_who_take_the_same_encounters_at_once_one_gets_them_all(
    database: Database,
) -> None:
    encounters = [add_encounter(database).id for _ in range(6)]
    people = coders(database)

    def take(number: int) -> bool:
        wanted = encounters if number % 2 else encounters[::-1]
        try:
            assign(database, wanted, people[number].id, people[number])
        except PermissionDenied:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, range(2))) == [False, True]
    owners = {row.assignee for row in worklist(database, WorklistQuery()).rows}
    assert len(owners) == 1
    assert None not in owners
