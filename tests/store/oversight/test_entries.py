"""The whole ledger, newest first: filtered, paged by places, and looked into on the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from icd9_review.errors import NotFound, PermissionDenied
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.deciding.views import record_view
from icd9_review.store.ledger.heads import read_heads
from icd9_review.store.oversight.entries import (
    ledger_entries,
    ledger_page,
    named_encounter,
    record_ledger_read,
)
from icd9_review.store.users import system_user, users
from icd9_review.values import (
    Action,
    Decision,
    Encounter,
    Event,
    EventKind,
    LedgerQuery,
    Role,
    User,
)
from tests.encounters import add_encounter, add_scored_encounter, coders

EVERYTHING = LedgerQuery()


@pytest.fixture
def auditor(database: Database) -> User:
    return next(person for person in users(database) if person.role is Role.AUDITOR)


@pytest.fixture
def encounter(database: Database) -> Encounter:
    """One that two people worked on, beside one that nobody has opened."""
    found = add_scored_encounter(database)
    add_encounter(database)
    first, second = coders(database)
    record_view(database, found.id, EventKind.OPENED, first, "opened", {})
    decide(database, found.id, Decision("d", Action.ACCEPT, "428.0", "tab", 0), first)
    record_view(database, found.id, EventKind.OPENED, second, "again", {})
    return found


def stored(database: Database) -> list[Event]:
    """Every event of every stream, newest first."""
    names = [head.stream for head in read_heads(database)]
    with database.read() as session:
        streams = ledger.read_many(session, names, ())
    told = [event for events in streams.values() for event in events]
    return sorted(told, key=lambda each: (each.at, each.stream, each.sequence), reverse=True)


def pages(
    database: Database, auditor: User, query: LedgerQuery, size: int
) -> Iterator[list[Event]]:
    older = None
    while True:
        page = ledger_page(database, query, older, actor=auditor, limit=size)
        yield [entry.event for entry in page.entries]
        if (older := page.older) is None:
            return


@pytest.mark.parametrize("size", [1, 3, 100])
def test_pages_give_every_event_once_newest_first(
    database: Database, encounter: Encounter, auditor: User, size: int
) -> None:
    found = list(pages(database, auditor, EVERYTHING, size))
    assert [event for page in found for event in page] == stored(database)
    assert all(len(page) == size for page in found[:-1])


def test_what_comes_in_meanwhile_moves_no_page(
    database: Database, encounter: Encounter, auditor: User
) -> None:
    before = stored(database)
    first = ledger_page(database, EVERYTHING, actor=auditor, limit=3)
    record_ledger_read(database, EVERYTHING, actor=auditor, key="read")
    second = ledger_page(database, EVERYTHING, first.older, actor=auditor, limit=3)
    assert [entry.event for entry in (*first.entries, *second.entries)] == before[:6]


def test_each_filter_and_all_together_leave_what_they_name(
    database: Database, encounter: Encounter, auditor: User
) -> None:
    first, second = coders(database)
    told = stored(database)
    middle = told[len(told) // 2].at
    kinds = (EventKind.OPENED, EventKind.ACCEPTED)
    cases: list[tuple[LedgerQuery, Callable[[Event], bool]]] = [
        (LedgerQuery(people=(first.id,)), lambda e: e.actor == first.id),
        (LedgerQuery(people=(first.id, second.id)), lambda e: e.actor in (first.id, second.id)),
        (LedgerQuery(people=tuple(range(60))), lambda e: e.actor < 60),
        (LedgerQuery(encounter=encounter.id), lambda e: e.stream == encounter.id),
        (LedgerQuery(kinds=kinds), lambda e: e.kind in kinds),
        (LedgerQuery(since=middle), lambda e: e.at >= middle),
        (LedgerQuery(before=middle), lambda e: e.at < middle),
        (
            LedgerQuery((second.id,), encounter.id, kinds, middle, middle + timedelta(days=1)),
            lambda e: e.actor == second.id and e.kind in kinds and e.at >= middle,
        ),
        (
            LedgerQuery(people=(first.id,), kinds=kinds),
            lambda e: e.actor == first.id and e.kind in kinds,
        ),
    ]
    for query, wanted in cases:
        page = ledger_page(database, query, actor=auditor)
        expected = [event for event in told if wanted(event)]
        assert [entry.event for entry in page.entries] == expected, query
        assert page.total == len(expected)
        assert [e.event for e in ledger_entries(database, query, actor=auditor)] == expected


def test_an_entry_names_person_and_encounter(
    database: Database, encounter: Encounter, auditor: User
) -> None:
    query = LedgerQuery(kinds=(EventKind.ACCEPTED,))
    (entry,) = ledger_page(database, query, actor=auditor).entries
    assert (entry.actor, entry.encounter) == ("Development coder", encounter.label)
    query = LedgerQuery(kinds=(EventKind.MODEL_CHANGED,))
    (entry,) = ledger_page(database, query, actor=auditor).entries
    assert (entry.actor, entry.encounter) == ("System", "")


def test_counting_ends_somewhere(
    database: Database, encounter: Encounter, auditor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("icd9_review.store.oversight.entries.COUNTED", 3)
    assert ledger_page(database, EVERYTHING, actor=auditor).total == 4


@pytest.mark.parametrize("given", ["E-00001", "e-1", "1", " E1 "])
def test_an_encounter_is_found_as_people_call_it(
    database: Database, encounter: Encounter, given: str
) -> None:
    assert named_encounter(database, given, actor=system_user(database)) == encounter.id
    assert named_encounter(database, encounter.id, actor=system_user(database)) == encounter.id


@pytest.mark.parametrize("given", ["E-00099", "system", "x", "' OR 1=1", "9" * 30])
def test_what_is_no_encounter_is_named(database: Database, given: str) -> None:
    with pytest.raises(NotFound, match="give one like E-00042"):
        named_encounter(database, given, actor=system_user(database))


def test_looking_into_it_is_an_event_once_for_each_key(
    database: Database, encounter: Encounter, auditor: User
) -> None:
    query = LedgerQuery((2,), encounter.id, (EventKind.OPENED,))
    for _ in range(2):
        record_ledger_read(database, query, actor=auditor, key="looked")
    (event,) = [each for each in stored(database) if each.kind is EventKind.LEDGER_READ]
    assert event.actor == auditor.id
    assert event.payload == {
        "people": [2],
        "encounter": encounter.id,
        "kinds": ["opened"],
        "since": None,
        "before": None,
    }


def test_coders_and_clinicians_do_not_look_into_it(database: Database) -> None:
    for person in users(database):
        if person.role in (Role.CODER, Role.CLINICIAN):
            with pytest.raises(PermissionDenied, match="ask an auditor"):
                ledger_page(database, EVERYTHING, actor=person)
            with pytest.raises(PermissionDenied):
                next(ledger_entries(database, EVERYTHING, actor=person))
