"""That somebody reviewed the ledger, up to when, and what they found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from icd9_review.errors import ConflictError, InputError, PermissionDenied
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.ledger.free_text import forget_texts
from icd9_review.store.ledger.verification import verify
from icd9_review.store.oversight.reviews import (
    events_since,
    ledger_reviews,
    record_ledger_review,
)
from icd9_review.store.people.accounts import add_account
from icd9_review.store.users import system_user, users
from icd9_review.values import EventKind, ReviewOutcome, Role, User
from tests.encounters import add_encounter, coders

NOTHING, FOLLOW_UP = ReviewOutcome.NOTHING, ReviewOutcome.FOLLOW_UP


@pytest.fixture
def auditor(database: Database) -> User:
    return next(person for person in users(database) if person.role is Role.AUDITOR)


def test_it_says_who_up_to_when_and_what_was_found(database: Database, auditor: User) -> None:
    encounter = add_encounter(database)
    last = ledger.events(database, encounter.id)[-1]
    found = "E-1 was opened at night."
    review = record_ledger_review(database, last.at, FOLLOW_UP, found, actor=auditor)
    assert (review.actor, review.up_to, review.outcome) == (auditor.name, last.at, FOLLOW_UP)
    assert (review.words, review.events) == (found, 3)
    assert ledger_reviews(database, actor=auditor) == (review,)
    assert found not in str(ledger.events(database, ledger.SYSTEM))
    assert verify(database) == []


def test_how_much_came_since_is_counted_from_what_was_reviewed(
    database: Database, auditor: User
) -> None:
    encounter = add_encounter(database)
    assert events_since(database, None, 100, actor=system_user(database)) == 3
    up_to = ledger.events(database, encounter.id)[0].at
    review = record_ledger_review(database, up_to, NOTHING, actor=auditor)
    assert review.events == 2
    assert (
        events_since(database, review, 100, actor=system_user(database)) == 2
    )  # the note, and the review itself
    assert events_since(database, review, 1, actor=system_user(database)) == 1


def test_the_next_review_counts_from_the_one_before_and_never_goes_back(
    database: Database, auditor: User
) -> None:
    encounter = add_encounter(database)
    created, added = ledger.events(database, encounter.id)
    record_ledger_review(database, created.at, NOTHING, actor=auditor)
    second = record_ledger_review(database, added.at, NOTHING, actor=auditor)
    assert second.events == 1
    with pytest.raises(ConflictError, match=auditor.name):
        record_ledger_review(database, created.at, NOTHING, actor=auditor)
    assert [each.up_to for each in ledger_reviews(database, actor=auditor)] == [
        added.at,
        created.at,
    ]


def test_a_second_click_stores_nothing_and_another_finding_does(
    database: Database, auditor: User
) -> None:
    up_to = ledger.now()
    first = record_ledger_review(database, up_to, NOTHING, "Looked.", actor=auditor)
    for words in ("Looked.", ""):
        assert record_ledger_review(database, up_to, NOTHING, words, actor=auditor) == first
    record_ledger_review(database, up_to, FOLLOW_UP, "Ask Ana.", actor=auditor)
    assert len(ledger_reviews(database, actor=auditor)) == 2


def test_on_the_command_line_it_names_whose_review_it_is(database: Database, auditor: User) -> None:
    system = system_user(database)
    review = record_ledger_review(database, ledger.now(), NOTHING, actor=system, by=auditor)
    (event,) = ledger.events(database, ledger.SYSTEM)
    assert (review.actor, event.actor) == (auditor.name, system.id)


@pytest.mark.parametrize(
    ("outcome", "words", "said"),
    [
        (FOLLOW_UP, " \n", "Say what is to be followed up"),
        (NOTHING, "x" * 2_001, "shorten it to 2,000"),
        (NOTHING, "a\x00b", "control character"),
    ],
)
def test_what_cannot_be_said_is_refused(
    database: Database, auditor: User, outcome: ReviewOutcome, words: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        record_ledger_review(database, ledger.now(), outcome, words, actor=auditor)
    assert ledger.events(database, ledger.SYSTEM) == ()


def test_nobody_reviews_what_is_still_to_come(database: Database, auditor: User) -> None:
    tomorrow = ledger.now() + timedelta(days=1)
    with pytest.raises(InputError, match="still to come"):
        record_ledger_review(database, tomorrow, NOTHING, actor=auditor)


def test_only_who_looks_into_the_ledger_reviews_it(database: Database, auditor: User) -> None:
    coder, system = coders(database)[0], system_user(database)
    for actor, by in ((coder, None), (system, coder)):
        with pytest.raises(PermissionDenied):
            record_ledger_review(database, ledger.now(), NOTHING, actor=actor, by=by)
    with pytest.raises(PermissionDenied):
        ledger_reviews(database, actor=coder)


def test_only_who_sees_every_encounter_reviews_it(database: Database, auditor: User) -> None:
    by = system_user(database)
    lead = add_account(database, "Lea Brandt", Role.ADMINISTRATOR, by=by)
    restricted = replace(database, restricted=True)
    with pytest.raises(PermissionDenied, match="ask an auditor"):
        record_ledger_review(restricted, ledger.now(), NOTHING, actor=lead)
    assert record_ledger_review(restricted, ledger.now(), NOTHING, actor=auditor)
    assert record_ledger_review(database, ledger.now(), NOTHING, actor=lead)


def test_its_words_can_be_purged(database: Database, auditor: User) -> None:
    record_ledger_review(database, ledger.now(), NOTHING, "See page 2.", actor=auditor)
    (event,) = ledger.events(database, ledger.SYSTEM)
    assert event.kind is EventKind.LEDGER_REVIEWED
    with database.write() as session:
        forget_texts(session, [str(event.payload["words"])])
    (review,) = ledger_reviews(database, actor=auditor)
    assert review.words is None
