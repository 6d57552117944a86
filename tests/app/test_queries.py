"""Asking the physician and answering, as any page over an encounter can have it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.store.querying.queries import physician_queries
from icd9_review.ui.services import Services, services
from icd9_review.ui.words import plain
from icd9_review.values import PhysicianQuery, PhysicianQueryReason, PhysicianQueryStatus
from tests.app.conftest import texts
from tests.encounters import add_encounter

HOSTILE = "<img src=x onerror=alert(1)> :material/home: **b** [x](http://evil.example)"


def page(encounter_id: str, name: str) -> None:
    from icd9_review.store.intake.encounters import encounter
    from icd9_review.store.users import users
    from icd9_review.ui.explanation.queries import show_queries
    from icd9_review.ui.services import services

    database = services().database
    person = next(user for user in users(database) if user.name == name)
    show_queries(database, encounter(database, encounter_id), person)


@pytest.fixture
def encounter_id(started: Callable[[], Services]) -> str:
    return add_encounter(started().database).id


def open_page(encounter_id: str, name: str = "Development coder") -> AppTest:
    return AppTest.from_function(page, args=(encounter_id, name), default_timeout=60).run()


def click(app: AppTest, label: str) -> AppTest:
    return next(each for each in app.button if each.label == label).click().run()


def fill(app: AppTest, quotes: str, options: str, question: str = "") -> None:
    quoted, asked, offered = app.text_area
    quoted.set_value(quotes)
    offered.set_value(options)
    if question:
        asked.set_value(question)


def stored(encounter_id: str) -> tuple[PhysicianQuery, ...]:
    return physician_queries(services().database, encounter_id)


def asked(encounter_id: str, options: str = "Systolic\nDiastolic") -> AppTest:
    app = open_page(encounter_id)
    app.selectbox[0].set_value(PhysicianQueryReason.SPECIFICITY).run()
    fill(app, "Congestive   heart failure", options)
    return click(app, "Ask")


def test_a_coder_asks_and_a_clinician_answers(encounter_id: str) -> None:
    app = asked(encounter_id)
    assert not app.exception
    (query,) = stored(encounter_id)
    assert (query.reason, query.options) == (
        PhysicianQueryReason.SPECIFICITY,
        ("Systolic", "Diastolic"),
    )
    assert "Open: a clinician answers it here." in texts(app.caption)
    assert app.text_area[0].value == ""  # the fields are empty again
    doctor = open_page(encounter_id, "Development clinician")
    offered = ("Systolic", "Diastolic", "Other (please say)", "Unable to determine")
    assert doctor.radio[0].options == [*map(plain, offered)]
    doctor.radio[0].set_value(0).run()
    doctor.text_area[0].set_value(HOSTILE)
    click(doctor, "Answer the query")
    assert not doctor.exception
    (query,) = stored(encounter_id)
    assert query.status is PhysicianQueryStatus.ANSWERED
    assert f"Systolic\n{HOSTILE}" in texts(doctor.text)
    assert "“Congestive heart failure”" in texts(doctor.text)
    assert not doctor.radio


def test_words_that_stand_in_no_note_are_named_and_nothing_is_lost(encounter_id: str) -> None:
    app = open_page(encounter_id)
    fill(app, "Congestive heart failure\nNo such words", "Systolic\nDiastolic")
    click(app, "Ask")
    assert "“No such words” stands in no note" in texts(app.error)
    assert app.text_area[2].value == "Systolic\nDiastolic"
    assert stored(encounter_id) == ()


def test_a_question_that_leads_is_refused_with_the_way_out(encounter_id: str) -> None:
    app = open_page(encounter_id)
    fill(app, "heart failure", "One\nTwo", "Please document systolic heart failure.")
    click(app, "Ask")
    assert "leads (“Please document”)" in texts(app.error)
    assert stored(encounter_id) == ()


def test_an_empty_answer_is_refused(encounter_id: str) -> None:
    asked(encounter_id)
    doctor = open_page(encounter_id, "Development clinician")
    click(doctor, "Answer the query")
    assert "The answer is empty" in texts(doctor.error)
    assert stored(encounter_id)[0].status is PhysicianQueryStatus.OPEN


def test_an_answer_sent_at_once_is_the_one_just_chosen(encounter_id: str) -> None:
    asked(encounter_id)
    doctor = open_page(encounter_id, "Development clinician")
    doctor.radio[0].set_value(1)  # the page has not run again when the button is pressed
    click(doctor, "Answer the query")
    (query,) = stored(encounter_id)
    assert query.answer is not None
    assert query.answer.option == 1


def test_a_coder_withdraws_what_nobody_answered(encounter_id: str) -> None:
    app = asked(encounter_id)
    click(app, "Withdraw")
    assert stored(encounter_id)[0].status is PhysicianQueryStatus.WITHDRAWN
    assert "Withdrawn." in texts(app.caption)


def test_hostile_answers_to_choose_from_are_plain_text(encounter_id: str) -> None:
    asked(encounter_id, f"{HOSTILE}\nDiastolic")
    doctor = open_page(encounter_id, "Development clinician")
    assert doctor.radio[0].options[0] == plain(HOSTILE)


def test_who_neither_asks_nor_is_asked_sees_no_empty_heading(encounter_id: str) -> None:
    app = open_page(encounter_id, "Development clinician")
    assert not app.subheader
