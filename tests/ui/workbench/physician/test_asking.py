"""What a coder asks the physician on the workbench: stored once, and what is refused is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given

from icd9_review.errors import StoreError
from icd9_review.review.reasons import reason_words
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, last_sequence, review_state
from icd9_review.store.querying.queries import answer_query, physician_queries
from icd9_review.store.users import users
from icd9_review.ui.encounter.visit import Visit
from icd9_review.ui.reference import References
from icd9_review.ui.services import Services
from icd9_review.ui.workbench.matters.own_chart import OwnChart
from icd9_review.ui.workbench.physician.asking import Asking, read_asking
from icd9_review.ui.workbench.physician.view import QueriesView, ReceivedView
from icd9_review.ui.workbench.session import Receipt, Session
from icd9_review.values import (
    Action,
    Decision,
    Encounter,
    HoldReason,
    Kind,
    PhysicianQueryStatus,
    Role,
    User,
    WorklistQuery,
)
from tests.encounters import add_encounter, coders
from tests.hostile import anything, damaged, shortly

WISH: dict[str, Any] = {
    "id": "w1",
    "encounter": "e1",
    "user": 1,
    "reason": "specificity",
    "question": "In your clinical judgement, which kind is it?",
    "options": ["Systolic", "Diastolic"],
    "evidence": [],
    "hold": True,
}


@pytest.fixture
def found(sqlite: Database) -> Encounter:
    return add_encounter(sqlite)


def person(database: Database, role: Role) -> User:
    return next(each for each in users(database) if each.role is role)


def open_session(database: Database, found: Encounter, user: User | None = None) -> Session:
    services = Services(database, References(database), None)
    visit = Visit(services, found, user or coders(database)[0])
    return Session(services, visit, OwnChart(services, visit, WorklistQuery()))


def wish(session: Session, **changed: object) -> dict[str, Any]:
    visit = session.visit
    whose = {"encounter": visit.encounter.id, "user": visit.user.id}
    words = [[visit.encounter.notes[0].id, 0, 24]]
    return {**WISH, **whose, "evidence": words, **changed}


def ask(session: Session, **changed: object) -> ReceivedView:
    session.query_physician(wish(session, **changed))
    received: ReceivedView | None = look(session).answer.received
    assert received is not None
    return received


def look(session: Session) -> Any:
    return session.view(focus=None, query=None, receipt=Receipt())


def queries(session: Session) -> QueriesView:
    view: QueriesView = look(session).review.queries
    return view


def test_a_query_is_asked_once_and_the_chart_waits_for_it(
    sqlite: Database, found: Encounter
) -> None:
    session = open_session(sqlite, found)
    assert ask(session) == ReceivedView("w1")
    ask(session)
    other = open_session(sqlite, found)  # the tab was loaded anew and sends it again
    assert ask(other) == ReceivedView("w1")
    (asked,) = physician_queries(sqlite, found.id)
    hold = review_state(sqlite, found.id).hold
    assert hold is not None
    assert hold.query == asked.sequence
    told = queries(session)
    assert told.waits == asked.sequence
    assert [(each.status, each.quotes) for each in told.asked] == [
        (PhysicianQueryStatus.OPEN, (found.notes[0].text[:24],))
    ]


def test_the_answer_takes_the_chart_off_hold_and_is_read_on_the_workbench(
    sqlite: Database, found: Encounter
) -> None:
    session = open_session(sqlite, found)
    ask(session)
    (asked,) = physician_queries(sqlite, found.id)
    doctor = person(sqlite, Role.CLINICIAN)
    answer_query(sqlite, found.id, asked.sequence, option=0, words="EF 25 %", actor=doctor, key="a")
    assert review_state(sqlite, found.id).hold is None
    view = look(session)
    (told,) = view.review.queries.asked
    assert (told.status, told.answer) == (PhysicianQueryStatus.ANSWERED, "Systolic\nEF 25 %")
    assert told.answered.startswith(doctor.name)
    assert view.review.queries.waits == 0
    assert f"{doctor.name} answered" in view.review.notices[0]


def test_without_a_hold_the_chart_goes_on(sqlite: Database, found: Encounter) -> None:
    ask(open_session(sqlite, found), hold=False)
    assert review_state(sqlite, found.id).hold is None


def test_a_query_that_cannot_be_asked_says_why_and_holds_nothing(
    sqlite: Database, found: Encounter
) -> None:
    received = ask(open_session(sqlite, found), question="Please document sepsis.")
    assert "leads" in received.problem
    assert physician_queries(sqlite, found.id) == ()
    assert review_state(sqlite, found.id).hold is None


def test_a_query_is_kept_although_the_chart_cannot_be_held(
    sqlite: Database, found: Encounter
) -> None:
    session = open_session(sqlite, found)
    ask(session)
    received = ask(session, id="w2")
    assert received.problem == ""
    assert "already on hold" in received.remark
    assert len(physician_queries(sqlite, found.id)) == 2


def test_a_query_is_withdrawn_and_the_hold_ends_with_it(sqlite: Database, found: Encounter) -> None:
    session = open_session(sqlite, found)
    ask(session)
    (asked,) = physician_queries(sqlite, found.id)
    ask(session, id="w2", withdraw=asked.sequence)
    (gone,) = physician_queries(sqlite, found.id)
    assert gone.status is PhysicianQueryStatus.WITHDRAWN
    assert review_state(sqlite, found.id).hold is None


def test_an_auditor_asks_and_holds_nothing(sqlite: Database, found: Encounter) -> None:
    received = ask(open_session(sqlite, found, person(sqlite, Role.AUDITOR)))
    assert "does not decide on codes" in received.remark
    assert len(physician_queries(sqlite, found.id)) == 1


def test_what_another_user_of_the_browser_wrote_is_not_asked(
    sqlite: Database, found: Encounter
) -> None:
    session = open_session(sqlite, found)
    assert "another user" in ask(session, user=session.visit.user.id + 1).problem
    assert physician_queries(sqlite, found.id) == ()


def test_while_the_database_is_away_nothing_is_answered(sqlite: Database, found: Encounter) -> None:
    session = open_session(sqlite, found)

    def away(_: object) -> None:
        raise StoreError("The database does not answer.")

    asking = Asking(sqlite, session.visit, away)
    asking.take(wish(session))
    assert asking.answered is None
    Asking(sqlite, session.visit, session._decide).take(wish(session))
    assert len(physician_queries(sqlite, found.id)) == 1
    assert review_state(sqlite, found.id).hold is not None


def test_the_forms_have_a_digit_each(sqlite: Database, found: Encounter) -> None:
    forms = queries(open_session(sqlite, found)).forms
    assert [form.key for form in forms] == ["1", "2", "3", "4", "5", "6"]


def test_a_hold_by_hand_waits_for_a_query_that_is_open_alone(
    sqlite: Database, found: Encounter
) -> None:
    session = open_session(sqlite, found)
    entry = {
        "id": "h1",
        "encounter": found.id,
        "user": session.visit.user.id,
        "action": "hold",
        "code": "",
        "kind": Kind.DIAGNOSIS.value,
        "reason": "query",
        "query": 77,
        "seen": last_sequence(sqlite, found.id),
        "client": "tab",
    }
    (refused,) = session.store([entry]).refused
    assert "not open" in refused.message
    assert reason_words(Action.HOLD, "query") == "waits for a physician's answer"


def test_a_hold_that_names_no_query_is_ended_by_whoever_placed_it(
    sqlite: Database, found: Encounter
) -> None:
    session = open_session(sqlite, found)
    ask(session, hold=False)
    seen = last_sequence(sqlite, found.id)
    hold = Decision("h", Action.HOLD, "", "t", seen, reason=HoldReason.DOCUMENT)
    decide(sqlite, found.id, hold, coders(sqlite)[0])
    (asked,) = physician_queries(sqlite, found.id)
    doctor = person(sqlite, Role.CLINICIAN)
    answer_query(sqlite, found.id, asked.sequence, option=0, actor=doctor, key="a")
    assert review_state(sqlite, found.id).hold is not None


@shortly(60)
@given(anything | damaged(WISH) | damaged({**WISH, "withdraw": 4}))
def test_what_is_sent_is_a_wish_of_this_encounter_or_nothing(raw: Any) -> None:
    read = read_asking(raw, "e1")
    if read is None:
        return
    assert isinstance(raw, Mapping)
    assert (read.id, read.user) == (raw["id"], raw["user"])
    assert read.draft is not None or read.withdraws == raw["withdraw"]
    if read.draft is not None:
        assert read.draft.question == raw["question"][:5_000]


def test_a_whole_wish_is_read() -> None:
    read = read_asking(WISH, "e1")
    assert read is not None
    assert read.draft is not None
    assert read.draft.options == ("Systolic", "Diastolic")
    assert read.holds
