from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from icd9_review.errors import StoreError
from icd9_review.notes import demonstration_encounters
from icd9_review.settings import ROOT
from icd9_review.store import ledger
from icd9_review.store.intake.encounters import create_encounter
from icd9_review.store.preferences import save_preference
from icd9_review.store.users import users
from icd9_review.store.worklist.page import worklist
from icd9_review.ui.services import Services, forget_services, services
from icd9_review.ui.worklist.choices import Whose
from icd9_review.ui.worklist.table import asked_assignment, take_chosen
from icd9_review.values import (
    CareSetting,
    Encounter,
    EventKind,
    NewEncounter,
    NewNote,
    User,
    WorklistQuery,
    WorklistSort,
)
from tests.app.conftest import become, choose, texts, wait_until_read


def test_an_empty_worklist_says_what_to_do(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert "No encounters yet" in texts(app.info)


def test_the_first_start_loads_the_demonstration_once(
    started: Callable[[], Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_DEMONSTRATION", "true")
    expected = len(demonstration_encounters())
    for _ in range(2):
        assert worklist(started().database, WorklistQuery()).total == expected
        started().stop()
        forget_services()


def test_a_search_without_a_hit_says_so(app: AppTest) -> None:
    app.run()
    app.text_input[0].set_value("E-99999").run()
    assert "No encounter matches" in texts(app.info)


@pytest.mark.parametrize("name", ["Development clinician", "Development auditor"])
def test_who_does_not_code_takes_in_and_takes_on_no_encounters(app: AppTest, name: str) -> None:
    become(app.run(), name)
    labels = [button.label for button in app.button]
    assert "New encounter" not in labels
    assert "Take next" not in labels
    assert "Me" not in app.selectbox(key=f"worklist_whose_{_person(name).id}").options


def _person(name: str) -> User:
    return next(person for person in users(services().database) if person.name == name)


def _add(number: int, setting: CareSetting = CareSetting.INPATIENT) -> Encounter:
    return create_encounter(
        services().database,
        NewEncounter(setting),
        [NewNote("Congestive heart failure.", "Note")],
        actor=_person("Development coder"),
        key=f"worklist-{number}",
        model_version=services().model_version,
    )


def _key(name: str) -> str:
    return f"worklist_{name}_{_person('Development coder').id}"


def test_the_filters_are_remembered_across_visits(app: AppTest) -> None:
    app.run()
    app.selectbox(key=_key("sort")).set_value(WorklistSort.CHART_AGE).run()
    app.selectbox(key=_key("whose")).set_value(Whose.MINE).run()
    app.selectbox(key=_key("older")).set_value(7).run()
    app.checkbox(key=_key("with_errors")).check().run()
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not again.exception
    assert again.selectbox(key=_key("sort")).value is WorklistSort.CHART_AGE
    assert again.selectbox(key=_key("whose")).value is Whose.MINE
    assert again.selectbox(key=_key("older")).value == 7
    assert again.checkbox(key=_key("with_errors")).value
    become(again, "Second coder")
    second = _person("Second coder").id
    assert again.selectbox(key=f"worklist_sort_{second}").value is WorklistSort.NEWEST


def test_what_was_remembered_and_is_no_longer_there_is_left_out(app: AppTest) -> None:
    stored = {"sort": "by colour", "whose": 99, "older": [7], "status": {}, "setting": "inpatient"}
    coder = _person("Development coder")
    save_preference(services().database, coder, "worklist", stored)
    app.run()
    assert not app.exception
    assert app.selectbox(key=_key("sort")).value is WorklistSort.NEWEST
    assert app.selectbox(key=_key("setting")).value is CareSetting.INPATIENT


def test_an_empty_list_gives_the_way_out_of_its_filters(app: AppTest) -> None:
    _add(1)
    app.run()
    app.selectbox(key=_key("setting")).set_value(CareSetting.OUTPATIENT).run()
    assert "No encounter matches" in texts(app.info)
    (way_out,) = (button for button in app.button if button.label == "Show all encounters")
    way_out.click().run()
    assert not app.info
    assert app.selectbox(key=_key("setting")).value is None


def test_a_chosen_encounter_opens_although_the_run_that_was_told_of_it_did_not_end(
    app: AppTest,
) -> None:
    encounter = _add(1)
    wait_until_read()
    app.run()
    # What is left of such a run: Streamlit has called the callback, and nothing after it.
    app.session_state["worklist_table_chosen"] = encounter.id
    app.run()
    assert not app.exception
    assert app.query_params["encounter"] == encounter.id
    assert "worklist_table_chosen" not in app.session_state


def test_an_encounter_that_was_searched_for_is_opened_with_a_word_in_the_ledger(
    app: AppTest,
) -> None:
    encounter = _add(1)
    wait_until_read()
    app.run()
    app.text_input[0].set_value("e-1 note").run()
    app.session_state["worklist_table_chosen"] = encounter.id
    app.run()
    stored = ledger.events(services().database, encounter.id)
    (searched,) = (event for event in stored if event.kind is EventKind.SEARCHED)
    assert searched.payload == {"terms": 2}
    assert searched.actor == _person("Development coder").id


@pytest.mark.parametrize("sent", [{}, {"opened": None}, {"opened": ["a"]}])
def test_what_is_not_an_encounter_opens_nothing(
    monkeypatch: pytest.MonkeyPatch, sent: dict[str, object]
) -> None:
    monkeypatch.setattr(st, "session_state", {"table": sent, "table_chosen": sent.get("opened")})
    assert take_chosen("table") is None


def test_taking_the_next_opens_it_assigned_and_claimed(app: AppTest) -> None:
    _add(1)
    wait_until_read()
    app.run()
    (take,) = (button for button in app.button if button.label == "Take next")
    take.click().run()
    assert not app.exception
    (row,) = worklist(services().database, WorklistQuery()).rows
    coder = _person("Development coder")
    assert row.assignee == coder
    assert row.claim is not None
    assert row.claim.user == coder


def test_where_nothing_is_left_to_take_it_says_so(app: AppTest) -> None:
    app.run()
    (take,) = (button for button in app.button if button.label == "Take next")
    take.click().run()
    assert "nothing left to take" in texts(app.info)


def test_only_the_person_who_did_it_sees_the_progress_of_the_day(app: AppTest) -> None:
    encounter, coder = _add(1), _person("Development coder")
    payload = {"code": "428.0", "kind": "diagnosis", "reason": None}
    with services().database.write() as session:
        ledger.append(session, encounter.id, EventKind.ACCEPTED, payload, coder, "accepted")
    app.run()
    assert "Your day: 0 finalised, 1 code decided" in texts(app.caption)
    become(app, "Second coder")
    assert "Your day" not in texts(app.caption)


@pytest.mark.parametrize(
    "asked",
    [
        "assign",
        {},
        {"ids": "abc", "to": None},
        {"ids": [], "to": None},
        {"ids": [1], "to": None},
        {"ids": ["a"] * 501, "to": None},
        {"ids": ["a"], "to": "1"},
        {"ids": ["a"], "to": True},
    ],
)
def test_what_is_not_an_assignment_is_none(monkeypatch: pytest.MonkeyPatch, asked: object) -> None:
    monkeypatch.setattr(st, "session_state", {"table": {"assign": asked}})
    assert asked_assignment("table") is None


def test_without_a_model_the_worklist_still_opens_and_says_why(
    started: Callable[[], Services], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(tmp_path / "nothing"))
    started()
    choose("Development coder")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert "There is no model" in texts(app.warning)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_with_a_model_that_was_cut_short_everything_else_works_and_says_why(
    started: Callable[[], Services],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    tiny_model_folder: Path,
    name: str,
) -> None:
    damaged = shutil.copytree(tiny_model_folder, tmp_path / "damaged")
    os.truncate(damaged / name, (damaged / name).stat().st_size // 2)
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(damaged))
    assert name in started().problem
    choose("Development coder")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert "There is no model" in texts(app.warning)


def test_the_list_is_there_although_the_order_cannot_be_remembered(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreError("The database cannot be written.")

    monkeypatch.setattr("icd9_review.ui.worklist.filters.save_preference", refuse)
    app.run()
    app.selectbox(key=f"worklist_sort_{users(services().database)[0].id}").select_index(1).run()
    assert not app.error
    assert "No encounters yet" in texts(app.info)


def test_no_browser_has_the_services_built_again(started: Callable[[], Services]) -> None:
    first = started().models
    st.cache_resource.clear()  # what Streamlit does where a browser asks for it
    assert started().models is first
