"""The administrator's page of retention, and every page that meets a purged encounter."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.store import ledger
from icd9_review.store.deciding.decisions import decide, last_sequence
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger.verification import verify
from icd9_review.store.retention.legal_holds import legal_hold, place_hold
from icd9_review.store.retention.purging import purge
from icd9_review.store.users import system_user
from icd9_review.ui.services import services
from icd9_review.values import (
    Action,
    Decision,
    Encounter,
    EventKind,
    PurgeReason,
    RejectReason,
    User,
)
from tests.app.conftest import become, components, texts, wait_until_read
from tests.encounters import add_encounter, coders
from tests.store.retention.conftest import administrator
from tests.tiny import NOTE

RETENTION = "pages/admin/retention.py"
WORKBENCH = "pages/coding/workbench.py"
EXPLANATION = "pages/clinical/explanation.py"
WHAT_IF = "pages/clinical/what_if.py"
INTAKE = "pages/coding/intake.py"
SENTENCE = "The text of this encounter was purged on"


@pytest.fixture
def found(app: AppTest) -> Encounter:
    """An encounter that the model has read, with a rejection."""
    database = services().database
    found = add_encounter(database, text=NOTE, version=services().model_version)
    services().wake_worker()
    wait_until_read()
    seen = last_sequence(database, found.id)
    reject = Decision("no", Action.REJECT, "428.0", "tab", seen, reason=RejectReason.NEGATED)
    decide(database, found.id, reject, coders(database)[0])
    app.query_params["encounter"] = found.id
    return found


def boss() -> User:
    return administrator(services().database)


def go(found: Encounter) -> None:
    purge(services().database, found.id, PurgeReason.RETENTION_PERIOD, actor=boss())


def press(page: AppTest, label: str) -> AppTest:
    (button,) = (each for each in page.button if each.label == label)
    return button.click().run()


def open_page(app: AppTest) -> AppTest:
    become(app.run(), "Development administrator")
    return app.switch_page(RETENTION).run()


def look_at(page: AppTest, label: str) -> AppTest:
    page.button_group(key="retention_which").set_value("Encounters by name").run()
    page.text_input(key="retention_labels").input(label).run()
    return press(page, "Show what would go")


def test_a_purge_is_previewed_confirmed_and_told(app: AppTest, found: Encounter) -> None:
    page = look_at(open_page(app), found.label)
    assert not page.exception
    assert [metric.value for metric in page.metric] == ["1", "1", "0"]
    assert found.label in page.table[0].value.to_string()
    (sure,) = (each for each in page.checkbox if "for good" in each.label)
    assert sure.label.startswith("Purge the text of 1 encounter for good.")
    press(page, "Purge")
    assert "confirm the number of encounters first" in texts(page.info)
    assert encounter(services().database, found.id).purged is None
    page.checkbox(key="retention_sure").check()
    page.text_input(key="retention_words").input("Seven years are over.")
    press(page, "Purge")
    assert not page.exception
    assert "Purged the text of 1 encounter." in texts(page.info)
    gone = encounter(services().database, found.id).purged
    assert gone is not None
    assert (gone.actor, gone.reason) == (boss().name, PurgeReason.RETENTION_PERIOD)
    assert verify(services().database) == []


def test_nothing_is_old_enough_yet_and_a_wrong_period_is_said(
    app: AppTest, found: Encounter
) -> None:
    page = press(open_page(app), "Show what would go")
    assert "Nothing would go." in texts(page.markdown)
    page.text_input(key="retention_period").input("soon").run()
    press(page, "Show what would go")
    assert "is not a retention period; write 7y, 18m or 90d" in texts(page.error)


def test_a_hold_is_placed_keeps_the_text_and_is_lifted(app: AppTest, found: Encounter) -> None:
    page = open_page(app)
    assert "No encounter is on legal hold." in texts(page.markdown)
    page.text_input(key="retention_held").input(found.label)
    page.text_input(key="retention_why").input("Court of <b>Kent</b>")
    press(page, "Place")
    assert (
        legal_hold(services().database, found.id, actor=system_user(services().database))
        is not None
    )
    assert "Court of <b>Kent</b>" in page.table[0].value.to_string()
    look_at(page, found.label)
    assert f"{found.label} is kept. On legal hold since" in texts(page.warning)
    assert "Nothing would go." in texts(page.markdown)
    page.text_input(key="retention_lift_why").input("settled")
    press(page, "Lift")
    assert legal_hold(services().database, found.id, actor=system_user(services().database)) is None


def test_what_the_page_cannot_take_is_said(app: AppTest, found: Encounter) -> None:
    page = open_page(app)
    page.text_input(key="retention_held").input("E-99999")
    press(page, "Place")
    assert "names no encounter that is stored here" in texts(page.info)
    page.text_input(key="retention_number").input("17")
    press(page, "Place")
    assert "No encounter came in under this number" in texts(page.info)


@pytest.mark.parametrize("page", [WORKBENCH, EXPLANATION])
def test_a_page_says_that_the_text_is_gone_and_shows_what_was_decided(
    app: AppTest, found: Encounter, page: str
) -> None:
    go(found)
    app.run()
    app.switch_page(page).run()
    assert not app.exception
    said = texts(app.info)
    assert SENTENCE in said
    assert "its retention period is over" in said
    assert "428.0" in app.table[0].value.to_string()
    assert components(app) == []
    kinds = [event.kind for event in ledger.events(services().database, found.id)]
    assert kinds[-1] is EventKind.OPENED


@pytest.mark.parametrize("page", [WHAT_IF, INTAKE])
def test_a_page_that_needs_the_text_says_so_and_stops(
    app: AppTest, found: Encounter, page: str
) -> None:
    go(found)
    app.run()
    app.switch_page(page).run()
    assert not app.exception
    assert SENTENCE in texts(app.warning)


def test_a_workbench_that_is_open_lets_go_of_the_text(app: AppTest, found: Encounter) -> None:
    app.run()
    app.switch_page(WORKBENCH).run()
    assert components(app) != []
    go(found)
    app.run()
    assert not app.exception
    assert SENTENCE in texts(app.info)
    assert "visit" not in app.session_state


def test_the_worklist_says_it_in_the_row(app: AppTest, found: Encounter) -> None:
    go(found)
    app.run()
    assert not app.exception
    (table,) = components(app)
    assert "Text purged 2" in table.proto.json
    assert ": its retention period is over" in table.proto.json


def test_administrators_read_of_a_legal_hold_beside_the_encounter(
    app: AppTest, found: Encounter
) -> None:
    place_hold(services().database, found.id, "Court of Kent, 24-17", actor=boss())
    app.run()
    app.switch_page(WORKBENCH).run()
    assert "Court of Kent" not in components(app)[0].proto.json
    become(app, "Development administrator")
    assert "Court of Kent, 24-17" in components(app)[0].proto.json
    app.switch_page(EXPLANATION).run()
    assert "Court of Kent, 24-17" in texts(app.info)
