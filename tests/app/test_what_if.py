from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.store.ledger import events
from icd9_review.store.users import users
from icd9_review.ui.services import services
from icd9_review.values import EventKind
from tests.app.conftest import become, texts, wait_until_read
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


@pytest.mark.parametrize("name", ["Development coder", "Development clinician"])
def test_coders_and_clinicians_may_try_out_a_copy(
    app: AppTest, encounter_id: str, name: str
) -> None:
    become(app.run(), name)
    app.switch_page(PAGE).run()
    assert not app.exception
    assert not app.warning
    assert not app.error


def test_a_copy_is_read_and_nothing_of_it_is_stored(app: AppTest, encounter_id: str) -> None:
    app.run()
    before = len(events(services().database, encounter_id))
    note = "struck"
    person = users(services().database)[0]
    app.session_state[f"what-if-{encounter_id}-{person.id}"] = {"copy": {"name": note}}
    app.switch_page(PAGE).run()
    assert not app.exception
    assert len(events(services().database, encounter_id)) == before


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
    waiting = add_encounter(services().database, text=NOTE, version=None)
    app.query_params["encounter"] = waiting.id
    app.run().switch_page(PAGE).run()
    assert "nothing to compare" in texts(app.warning)


@pytest.mark.parametrize("address", ["", "nothing", "\x00"])
def test_an_address_that_names_no_encounter_leads_back(app: AppTest, address: str) -> None:
    app.query_params["encounter"] = address
    app.run().switch_page(PAGE).run()
    assert not app.exception
    assert "names no encounter" in texts(app.warning)
