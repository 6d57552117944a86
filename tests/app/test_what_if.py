from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger import events
from icd9_review.store.users import users
from icd9_review.ui.services import services
from icd9_review.values import Event, EventKind
from tests.app.conftest import become, components, texts, wait_until_read
from tests.encounters import add_encounter
from tests.tiny import NOTE

PAGE = "pages/clinical/what_if.py"
WORKBENCH = "pages/coding/workbench.py"


@pytest.fixture
def encounter_id(app: AppTest) -> str:
    found = add_encounter(services().database, text=NOTE, version=services().model_version)
    services().wake_worker()
    wait_until_read()
    app.query_params["encounter"] = found.id
    return found.id


def data(app: AppTest) -> dict[str, Any]:
    """What the page hands to its component."""
    (component,) = components(app)
    found: dict[str, Any] = json.loads(component.proto.json)
    return found


def what_people_did(encounter_id: str) -> list[Event]:
    """The events of the encounter but for explanations, which the worker stores meanwhile."""
    stored = events(services().database, encounter_id)
    return [event for event in stored if event.kind is not EventKind.EXPLAINED]


def test_a_clinician_may_try_out_a_copy_and_goes_back_to_the_worklist(
    app: AppTest, encounter_id: str
) -> None:
    become(app.run(), "Development clinician")
    app.switch_page(PAGE).run()
    assert not app.exception
    assert data(app)["back"] == "Worklist"


def test_a_copy_is_read_and_nothing_of_it_is_stored(app: AppTest, encounter_id: str) -> None:
    app.run()
    before = what_people_did(encounter_id)
    (note,) = encounter(services().database, encounter_id).notes
    person = users(services().database)[0]
    copy = {"name": "first", "notes": {note.id: {"text": None, "struck": [1]}}}
    app.switch_page(PAGE).run()
    app.session_state[f"what-if-{encounter_id}-{person.id}"] = {"copy": copy}
    app.run()
    assert not app.exception
    shown = data(app)
    assert shown["name"] == "first"
    (gone,) = [row for row in shown["outcome"]["rows"] if row["crossing"]]
    assert (gone["code"], gone["crossing"]) == ("428.0", "disappears")
    assert gone["title"] == "Congestive heart failure, unspecified"
    *stored, viewed, inspected = what_people_did(encounter_id)
    assert stored == before
    assert (viewed.kind, viewed.payload) == (EventKind.VIEWED, {"page": "what_if"})
    assert inspected.kind is EventKind.INSPECTED
    assert encounter(services().database, encounter_id).notes == (note,)


def test_an_opening_is_in_the_ledger_once_and_nothing_of_the_copy(
    app: AppTest, encounter_id: str
) -> None:
    become(app.run(), "Development clinician")
    app.switch_page(PAGE).run()
    app.run()
    (opened,) = [
        event
        for event in events(services().database, encounter_id)
        if event.kind is EventKind.INSPECTED
    ]
    assert opened.payload == {
        "page": "what_if",
        "model_version": services().model_version,
        "codes": [],
        "explanations": False,
    }


def test_trying_out_belongs_to_the_visit_of_the_encounter(app: AppTest, encounter_id: str) -> None:
    app.run().switch_page(WORKBENCH).run()
    app.switch_page(PAGE).run()
    app.switch_page(WORKBENCH).run()
    kinds = [event.kind for event in events(services().database, encounter_id)]
    assert kinds.count(EventKind.OPENED) == 1
    assert EventKind.CLOSED not in kinds


def test_another_encounter_closes_the_visit(app: AppTest, encounter_id: str) -> None:
    other = add_encounter(services().database, text=NOTE, version=services().model_version)
    services().wake_worker()
    wait_until_read()
    app.run().switch_page(WORKBENCH).run()
    app.query_params["encounter"] = other.id
    app.switch_page(PAGE).run()
    kinds = [event.kind for event in events(services().database, encounter_id)]
    assert EventKind.CLOSED in kinds


def test_an_encounter_that_is_not_read_yet_has_nothing_to_compare_with(app: AppTest) -> None:
    model = services().model
    assert model is not None
    model.worker.stop()
    waiting = add_encounter(services().database, text=NOTE, version=None)
    app.query_params["encounter"] = waiting.id
    app.run().switch_page(PAGE).run()
    assert "nothing to compare" in texts(app.warning)


@pytest.mark.parametrize("address", ["", "\x00"])
def test_an_address_that_names_no_encounter_leads_back(app: AppTest, address: str) -> None:
    app.query_params["encounter"] = address
    app.run().switch_page(PAGE).run()
    assert not app.exception
    assert "names no encounter" in texts(app.warning)
