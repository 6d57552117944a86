"""What the ledger hears of a visit, and how it ends."""

from __future__ import annotations

import pytest

from icd9_review.review.event_words import describe_event
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import last_sequence
from icd9_review.store.deciding.views import inspected
from icd9_review.store.ledger import events
from icd9_review.store.users import users
from icd9_review.store.worklist.claims import claim_of
from icd9_review.ui.encounter.visit import Visit
from icd9_review.ui.reference import References
from icd9_review.ui.services import Services
from icd9_review.values import Encounter, EventKind, Role, User
from tests.encounters import add_scored_encounter, coders


@pytest.fixture
def services(sqlite: Database) -> Services:
    return Services(sqlite, References(sqlite), None)


@pytest.fixture
def encounter(services: Services) -> Encounter:
    return add_scored_encounter(services.database)


@pytest.fixture
def coder(services: Services) -> User:
    return coders(services.database)[0]


def kinds(services: Services, encounter: Encounter) -> list[EventKind]:
    return [event.kind for event in events(services.database, encounter.id)]


def test_opening_and_closing_are_recorded_once_a_visit(
    services: Services, encounter: Encounter, coder: User
) -> None:
    visit = Visit(services, encounter, coder)
    for _ in range(2):
        visit.open()
        visit.close()
    Visit(services, encounter, coder).open()
    assert kinds(services, encounter).count(EventKind.OPENED) == 2
    assert kinds(services, encounter).count(EventKind.CLOSED) == 1


def test_who_does_not_code_has_looked_at_it_and_visited_nothing(
    services: Services, encounter: Encounter
) -> None:
    auditor = next(each for each in users(services.database) if each.role is Role.AUDITOR)
    visit = Visit(services, encounter, auditor)
    visit.open()
    visit.close()
    told = [each for each in events(services.database, encounter.id) if each.actor == auditor.id]
    assert [(each.kind, each.payload) for each in told] == [
        (EventKind.VIEWED, {"page": "workbench"})
    ]
    assert describe_event(told[0]) == "looked at the encounter on the workbench"


def test_each_part_is_recorded_once_with_the_longest_of_codes(
    services: Services, encounter: Encounter, coder: User
) -> None:
    visit = Visit(services, encounter, coder)
    payload = inspected("explanation", "0" * 64)
    for part in ("off-procedure-99.99", "on-procedure-99.99", "on-procedure-99.99"):
        visit.record(EventKind.INSPECTED, payload, part)
    assert kinds(services, encounter).count(EventKind.INSPECTED) == 2


def test_a_visit_begins_where_the_person_last_looked(
    services: Services, encounter: Encounter, coder: User
) -> None:
    newcomer = coders(services.database)[1]
    first = Visit(services, encounter, newcomer)
    assert first.since == last_sequence(services.database, encounter.id)
    first.open()
    first.close()
    seen = last_sequence(services.database, encounter.id)
    Visit(services, encounter, coder).open()
    assert Visit(services, encounter, newcomer).since == seen


def test_an_encounter_is_claimed_from_the_first_decision_until_it_is_put_away(
    services: Services, encounter: Encounter, coder: User
) -> None:
    visit = Visit(services, encounter, coder)
    assert claim_of(services.database, encounter.id) is None
    visit.open()
    assert claim_of(services.database, encounter.id) is None
    visit.claim()
    claim = claim_of(services.database, encounter.id)
    assert claim is not None
    assert claim.user == coder
    visit.close()
    assert claim_of(services.database, encounter.id) is None


def test_looking_in_claims_nothing(services: Services, encounter: Encounter, coder: User) -> None:
    Visit(services, encounter, coder).record(EventKind.INSPECTED, inspected("what_if", "0" * 64))
    assert claim_of(services.database, encounter.id) is None
    assert EventKind.OPENED not in kinds(services, encounter)
