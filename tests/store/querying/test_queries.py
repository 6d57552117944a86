"""Queries to physicians: asked once, answered once, and no word of them in the ledger."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from icd9_review.errors import (
    ConflictError,
    DecisionError,
    InputError,
    NotFound,
    PermissionDenied,
    TextPurged,
)
from icd9_review.review.telling.event_facts import event_facts
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EventRow
from icd9_review.store.deciding.decisions import decide, last_sequence, review_state
from icd9_review.store.ledger import events
from icd9_review.store.ledger.verification import verify
from icd9_review.store.querying.queries import (
    answer_query,
    ask_physician,
    physician_queries,
    withdraw_query,
)
from icd9_review.store.retention.purging import purge
from icd9_review.store.users import users
from icd9_review.store.worklist.page import status
from icd9_review.values import (
    Action,
    Decision,
    Encounter,
    EncounterStatus,
    EventKind,
    HoldReason,
    PhysicianQuery,
    PhysicianQueryDraft,
    PhysicianQueryReason,
    PhysicianQueryStatus,
    PurgeReason,
    Role,
    Span,
    User,
)
from tests.encounters import add_encounter, coders

QUESTION = "In your clinical judgement, which kind of heart failure is it?"
OPTIONS = ("Systolic", "Diastolic")
OPEN = PhysicianQueryStatus.OPEN


def clinician(database: Database) -> User:
    return next(person for person in users(database) if person.role is Role.CLINICIAN)


def draft(encounter: Encounter, **changed: object) -> PhysicianQueryDraft:
    given = {
        "reason": PhysicianQueryReason.SPECIFICITY,
        "question": QUESTION,
        "options": OPTIONS,
        "indicators": (Span(encounter.notes[0].id, 0, 24),),
    }
    return PhysicianQueryDraft(**{**given, **changed})  # type: ignore[arg-type]


def ask(database: Database, encounter: Encounter, key: str = "q1") -> PhysicianQuery:
    who = coders(database)[0]
    return ask_physician(database, encounter.id, draft(encounter), actor=who, key=key)


def test_a_query_stands_open_until_the_physician_answers(database: Database) -> None:
    encounter = add_encounter(database)
    asked = ask(database, encounter)
    assert physician_queries(database, encounter.id) == (asked,)
    assert (asked.question, asked.options, asked.status) == (QUESTION, OPTIONS, OPEN)
    assert asked.actor == coders(database)[0].name
    doctor = clinician(database)
    answered = answer_query(
        database,
        encounter.id,
        asked.sequence,
        option=0,
        words=" EF 25 %\r\n",
        actor=doctor,
        key="a",
    )
    assert answered.status is PhysicianQueryStatus.ANSWERED
    assert answered.answer is not None
    told = answered.answer
    assert (told.option, told.words, told.actor) == (0, "EF 25 %", doctor.name)


def test_an_answer_changes_no_code(database: Database) -> None:
    encounter = add_encounter(database)
    before = review_state(database, encounter.id).codes
    asked = ask(database, encounter)
    answer_query(
        database, encounter.id, asked.sequence, option=1, actor=clinician(database), key="a"
    )
    assert review_state(database, encounter.id).codes == before


def test_the_same_again_is_stored_once(database: Database) -> None:
    encounter = add_encounter(database)
    asked = ask(database, encounter)
    assert ask(database, encounter) == asked
    doctor = clinician(database)
    for _ in range(2):
        answer_query(
            database, encounter.id, asked.sequence, words="Systolic.", actor=doctor, key="a"
        )
    assert len(physician_queries(database, encounter.id)) == 1
    with pytest.raises(ConflictError, match="key"):
        ask_physician(
            database,
            encounter.id,
            draft(encounter, options=("One", "Two")),
            actor=coders(database)[0],
            key="q1",
        )


def test_what_is_settled_is_settled(database: Database) -> None:
    encounter = add_encounter(database)
    asked = ask(database, encounter)
    who = coders(database)[0]
    gone = withdraw_query(database, encounter.id, asked.sequence, actor=who, key="w")
    assert gone.status is PhysicianQueryStatus.WITHDRAWN
    with pytest.raises(ConflictError, match="withdrawn already"):
        answer_query(
            database, encounter.id, asked.sequence, option=0, actor=clinician(database), key="a"
        )
    with pytest.raises(ConflictError, match="withdrawn already"):
        withdraw_query(database, encounter.id, asked.sequence, actor=who, key="v")


@pytest.mark.parametrize(
    ("option", "words", "problem"),
    [
        (None, " ", "empty"),
        (4, "", "no answer 5"),
        (2, "", "Other what"),
        (None, "x" * 2_001, "2,001 characters"),
        (None, "a\x00", "control character"),
    ],
)
def test_what_is_no_answer_is_refused(
    sqlite: Database, option: int | None, words: str, problem: str
) -> None:
    encounter = add_encounter(sqlite)
    asked = ask(sqlite, encounter)
    doctor = clinician(sqlite)
    with pytest.raises(InputError, match=problem):
        answer_query(
            sqlite, encounter.id, asked.sequence, option=option, words=words, actor=doctor, key="a"
        )
    assert physician_queries(sqlite, encounter.id)[0].status is OPEN


def hold(database: Database, encounter: Encounter, query: int) -> None:
    seen = last_sequence(database, encounter.id)
    decision = Decision(
        f"hold-{seen}", Action.HOLD, "", "tab", seen, reason=HoldReason.QUERY, query=query
    )
    decide(database, encounter.id, decision, coders(database)[0])


def test_the_hold_ends_with_the_last_open_query(database: Database) -> None:
    encounter = add_encounter(database)
    first, second = ask(database, encounter), ask(database, encounter, key="q2")
    hold(database, encounter, first.sequence)
    doctor = clinician(database)
    answer_query(database, encounter.id, first.sequence, option=0, actor=doctor, key="a" * 64)
    assert review_state(database, encounter.id).hold is not None
    assert status(database, encounter.id) is EncounterStatus.HELD
    for _ in range(2):
        answer_query(database, encounter.id, second.sequence, option=0, actor=doctor, key="b" * 64)
    assert review_state(database, encounter.id).hold is None
    assert status(database, encounter.id) is not EncounterStatus.HELD
    ended = [each for each in events(database, encounter.id) if each.kind is EventKind.RELEASED]
    assert [(each.actor, each.payload["query"]) for each in ended] == [(doctor.id, first.sequence)]
    assert event_facts(ended[0], {}) == f"for query {first.sequence}"
    assert verify(database) == []


def test_a_hold_waits_for_an_open_query_of_its_encounter_alone(sqlite: Database) -> None:
    encounter = add_encounter(sqlite)
    asked = ask(sqlite, encounter)
    with pytest.raises(DecisionError, match="not open"):
        hold(sqlite, add_encounter(sqlite), asked.sequence)
    withdraw_query(sqlite, encounter.id, asked.sequence, actor=coders(sqlite)[0], key="w")
    with pytest.raises(DecisionError, match="not open"):
        hold(sqlite, encounter, asked.sequence)


def test_a_query_that_leads_or_quotes_nothing_is_not_stored(sqlite: Database) -> None:
    encounter = add_encounter(sqlite)
    who = coders(sqlite)[0]
    for changed, problem in (
        ({"question": "Please document systolic heart failure."}, "leads"),
        ({"indicators": ()}, "cites nothing"),
        ({"indicators": (Span(encounter.notes[0].id, 5, 5_000),)}, "not in the notes"),
        ({"indicators": (Span("0" * 32, 0, 5),)}, "not in the notes"),
    ):
        with pytest.raises(InputError, match=problem):
            ask_physician(sqlite, encounter.id, draft(encounter, **changed), actor=who, key="q")
    assert physician_queries(sqlite, encounter.id) == ()


def test_coders_ask_and_clinicians_answer(sqlite: Database) -> None:
    encounter = add_encounter(sqlite)
    asked = ask(sqlite, encounter)
    with pytest.raises(PermissionDenied):
        ask_physician(sqlite, encounter.id, draft(encounter), actor=clinician(sqlite), key="q2")
    with pytest.raises(PermissionDenied):
        answer_query(
            sqlite, encounter.id, asked.sequence, option=0, actor=coders(sqlite)[0], key="a"
        )
    other = add_encounter(sqlite)
    with pytest.raises(NotFound, match="no such query"):
        answer_query(sqlite, other.id, asked.sequence, option=0, actor=clinician(sqlite), key="a")


def test_the_ledger_has_no_word_of_it_and_a_purge_takes_the_words(database: Database) -> None:
    encounter = add_encounter(database)
    asked = ask(database, encounter)
    answer_query(
        database,
        encounter.id,
        asked.sequence,
        option=0,
        words="Ejection fraction",
        actor=clinician(database),
        key="a",
    )
    kinds = (EventKind.PHYSICIAN_ASKED.value, EventKind.PHYSICIAN_ANSWERED.value)
    with database.read() as session:
        payloads = session.scalars(select(EventRow.payload).where(EventRow.kind.in_(kinds))).all()
    assert len(payloads) == 2
    assert not any(b"heart" in each or b"jection" in each for each in payloads)
    fields = [set(json.loads(each)) for each in payloads]
    assert {"reason", "evidence", "words"} in fields
    assert {"query", "option", "words"} in fields
    assert verify(database) == []
    administrator = next(each for each in users(database) if each.role is Role.ADMINISTRATOR)
    purge(database, encounter.id, PurgeReason.REQUEST, actor=administrator)
    (left,) = physician_queries(database, encounter.id)
    assert (left.question, left.options) == (None, ())
    assert left.answer is not None
    assert (left.answer.option, left.answer.words) == (0, None)
    assert verify(database) == []


def test_nobody_asks_about_a_text_that_is_gone(sqlite: Database) -> None:
    encounter = add_encounter(sqlite)
    asked = ask(sqlite, encounter)
    administrator = next(each for each in users(sqlite) if each.role is Role.ADMINISTRATOR)
    purge(sqlite, encounter.id, PurgeReason.REQUEST, actor=administrator)
    with pytest.raises(TextPurged):
        ask(sqlite, encounter, key="q2")
    with pytest.raises(TextPurged):
        answer_query(
            sqlite, encounter.id, asked.sequence, option=0, actor=clinician(sqlite), key="a"
        )
