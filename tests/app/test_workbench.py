from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.store.ledger import events
from icd9_review.store.own_codes import own_codes
from icd9_review.store.users import users
from icd9_review.ui.services import services
from icd9_review.ui.workbench.arranging import shows_open_only
from icd9_review.values import EventKind, Kind, OwnCode, Role
from tests.app.conftest import texts, wait_until_read
from tests.encounters import add_encounter
from tests.tiny import NOTE

PAGE = "pages/coding/workbench.py"


@pytest.fixture
def encounter_id(app: AppTest) -> str:
    found = add_encounter(services().database, text=NOTE, version=services().model_version)
    services().wake_worker()
    wait_until_read()
    app.query_params["encounter"] = found.id
    return found.id


def test_opening_an_encounter_is_in_the_ledger_with_what_was_shown(
    app: AppTest, encounter_id: str
) -> None:
    app.run().switch_page(PAGE).run()
    assert not app.exception
    stored = events(services().database, encounter_id)
    kinds = [event.kind for event in stored]
    assert kinds.count(EventKind.OPENED) == 1
    (shown,) = [event for event in stored if event.kind is EventKind.SHOWN]
    assert isinstance(shown.payload["codes"], list)
    assert {code for _, code, _ in shown.payload["codes"]} == {"428.0", "427.31", "V58.61"}
    assert shown.payload["explanations"] is True


def test_a_rerun_is_not_another_visit(app: AppTest, encounter_id: str) -> None:
    app.run().switch_page(PAGE).run()
    app.run().run()
    kinds = [event.kind for event in events(services().database, encounter_id)]
    assert kinds.count(EventKind.OPENED) == 1
    assert kinds.count(EventKind.SHOWN) == 1


@pytest.mark.parametrize("address", ["", "nothing", "../../etc/passwd", "x" * 5000, "\x00"])
def test_an_address_that_names_no_encounter_leads_back(app: AppTest, address: str) -> None:
    app.query_params["encounter"] = address
    app.run().switch_page(PAGE).run()
    assert not app.exception
    assert "names no encounter" in texts(app.warning)


def test_what_a_person_wants_of_the_page_is_kept_for_them_alone(
    app: AppTest, encounter_id: str
) -> None:
    database = services().database
    coder, other = (user for user in users(database) if user.role is Role.CODER)
    mark = {"id": "a", "encounter": encounter_id, "key": "diagnosis:428.20"}
    sent = {"mark": mark | {"favourite": True, "words": "chf ef low"}, "open_only": "on"}
    app.session_state[f"workbench-{encounter_id}-{coder.id}"] = sent
    app.run().switch_page(PAGE).run()
    assert not app.exception
    assert own_codes(database, coder) == (OwnCode(Kind.DIAGNOSIS, "428.20", True, "chf ef low"),)
    assert shows_open_only(database, coder)
    assert own_codes(database, other) == ()
    assert not shows_open_only(database, other)
