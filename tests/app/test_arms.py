"""What pages hand to a browser of a chart that is coded with less than all suggestions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.store.deciding.decisions import decide, last_sequence
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger import events
from icd9_review.store.users import users
from icd9_review.ui.services import services
from icd9_review.values import Action, Arm, CareSetting, Decision, EventKind, Role, Span
from tests.app.conftest import components, texts, wait_until_read
from tests.encounters import add_encounter
from tests.tiny import NOTE

WORKBENCH = "pages/coding/workbench.py"
WHAT_IF = "pages/clinical/what_if.py"
EXPLANATION = "pages/clinical/explanation.py"
WORKLIST = "pages/coding/worklist.py"
CANARIES = ("428.0", "427.31", "V58.61")
"""What the tiny model suggests for NOTE."""

Take = Callable[[Arm], str]


@pytest.fixture
def take(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> Take:
    """Takes in an encounter of an arm, has it read, and opens its address; its id."""

    def take_in(arm: Arm) -> str:
        module = "icd9_review.store.intake.encounters"
        monkeypatch.setattr(f"{module}.draw_arm", lambda *_: arm)
        version, setting = services().model_version, CareSetting.OUTPATIENT
        found = add_encounter(services().database, text=NOTE, version=version, setting=setting)
        services().wake_worker()
        wait_until_read()
        app.query_params["encounter"] = found.id
        return found.id

    return take_in


def sent(app: AppTest) -> dict[str, Any]:
    """What the page hands to its component."""
    (component,) = components(app)
    found: dict[str, Any] = json.loads(component.proto.json)
    return found


def everything(app: AppTest) -> str:
    """All that a page hands to the browser, as text."""
    return "\n".join(str(each.proto) for each in app.main if hasattr(each, "proto")) + "\n".join(
        str(each.proto.json) for each in components(app)
    )


def act(encounter_id: str, action: Action, code: str = "") -> None:
    database = services().database
    coder = next(user for user in users(database) if user.role is Role.CODER)
    seen = last_sequence(database, encounter_id)
    decision = Decision(f"{action}-{code}-{seen}", action, code, "tab", seen)
    decide(database, encounter_id, decision, coder, lists=built_in_lists())


def shown(encounter_id: str) -> list[dict[str, Any]]:
    stored = events(services().database, encounter_id)
    return [dict(each.payload) for each in stored if each.kind is EventKind.SHOWN]


def test_a_blind_chart_comes_to_the_workbench_without_a_suggestion(
    app: AppTest, take: Take
) -> None:
    encounter_id = take(Arm.BLIND)
    app.run().switch_page(WORKBENCH).run()
    assert not app.exception
    page = sent(app)
    assert not any(code in json.dumps(page) for code in CANARIES)
    assert page["veil"]["arm"] == "blind"
    assert "without suggestions until it is signed" in page["veil"]["notice"]
    assert "this chart is coded without them" in " ".join(page["looked"]["past"])
    assert [each["codes"] for each in shown(encounter_id)] == [[]]
    assert [(each["arm"], each["explanations"]) for each in shown(encounter_id)] == [
        ("blind", False)
    ]


def test_a_code_that_a_coder_adds_to_a_blind_chart_comes_alone(app: AppTest, take: Take) -> None:
    encounter_id = take(Arm.BLIND)
    act(encounter_id, Action.ADD, "427.31")
    act(encounter_id, Action.ADD, "401.9")
    act(encounter_id, Action.UNDO, "401.9")
    app.run().switch_page(WORKBENCH).run()
    page = sent(app)
    assert page["chart"]["order"] == ["diagnosis:427.31"]
    assert page["suggestions"] == page["demoted"] == []
    assert page["explanations"] == {}
    assert not any(code in json.dumps(page) for code in ("428.0", "V58.61"))


def test_once_it_is_signed_a_blind_chart_shows_what_was_suggested(app: AppTest, take: Take) -> None:
    encounter_id = take(Arm.BLIND)
    app.run().switch_page(WORKBENCH).run()
    act(encounter_id, Action.ADD, "428.0")
    act(encounter_id, Action.FINALISE)
    app.run()
    page = sent(app)
    assert {each["code"] for each in page["suggestions"]} == {*CANARIES}
    assert page["veil"] == {"arm": "", "notice": ""}
    assert [len(each["codes"]) for each in shown(encounter_id)] == [0, 3]
    assert "arm" not in shown(encounter_id)[1]


def test_a_plain_chart_shows_suggestions_and_no_words_for_them(app: AppTest, take: Take) -> None:
    encounter_id = take(Arm.PLAIN)
    app.run().switch_page(WORKBENCH).run()
    page = sent(app)
    assert {each["code"] for each in page["suggestions"]} == {*CANARIES}
    assert page["explanations"] == page["mentions"] == {}
    assert {(each["mentions"], each["assertion"]) for each in page["suggestions"]} == {(0, "")}
    assert not page["explains"]
    assert [(each["arm"], each["explanations"]) for each in shown(encounter_id)] == [
        ("plain", False)
    ]


def test_nothing_of_a_plain_chart_leads_from_a_code_into_the_note(app: AppTest, take: Take) -> None:
    """Neither before it is decided on nor after: the note, its lines and what checks the chart are
    all that has words of it."""
    encounter_id = take(Arm.PLAIN)
    database = services().database
    place = Span(encounter(database, encounter_id).notes[0].id, 53, 72)
    add = Decision("add", Action.ADD, "401.9", "tab", last_sequence(database, encounter_id))
    coder = next(user for user in users(database) if user.role is Role.CODER)
    app.run().switch_page(WORKBENCH).run()
    assert [each["code"] for each in sent(app)["proposals"]] == ["427.31", "428.0"]
    decide(database, encounter_id, add, coder, lists=built_in_lists(), found=[place])
    app.run()
    page = sent(app)
    assert {(each["reason"], each["section"]) for each in page["proposals"]} == {
        ("proposed; why is told once the chart is signed", "")
    }
    assert page["cited"] == page["mentions"] == page["explanations"] == {}
    (outside,) = page["outside"]
    assert (outside["code"], outside["quote"], outside["spans"]) == ("786.2", "", [])
    assert (outside["mentions"], outside["assertion"]) == (0, "")
    kept = ("notes", "lines", "facts", "titles")
    rest = json.dumps({name: value for name, value in page.items() if name not in kept})
    for words in ("DISCHARGE DIAGNOSES", "final diagnoses", '"cough"', "on Coumadin"):
        assert words not in rest
    act(encounter_id, Action.FINALISE)
    app.run()
    assert "diagnosis:401.9" in sent(app)["cited"]


@pytest.mark.parametrize("page", [EXPLANATION, WHAT_IF])
@pytest.mark.parametrize("arm", [Arm.BLIND, Arm.PLAIN])
def test_no_page_explains_a_chart_before_it_is_signed(
    app: AppTest, take: Take, page: str, arm: Arm
) -> None:
    take(arm)
    app.query_params["code"] = "428.0"
    app.run().switch_page(page).run()
    assert not app.exception
    assert "until it is signed" in texts([*app.info, *app.warning])
    assert "explanation_code" not in [each.key for each in app.selectbox]
    assert "427.31" not in everything(app)


def test_the_worklist_counts_no_suggestions_of_a_blind_chart(app: AppTest, take: Take) -> None:
    take(Arm.BLIND)
    app.run()
    (row,) = sent(app)["rows"]
    assert (row["open"], row["likeliest"], row["explained"]) == ("", "", "")


def test_the_export_page_shows_no_suggestion_of_a_blind_chart(app: AppTest, take: Take) -> None:
    take(Arm.BLIND)
    app.run().switch_page("pages/quality/export.py").run()
    assert not app.exception
    assert not any(code in everything(app) for code in CANARIES[1:])  # 428.0 is its example
