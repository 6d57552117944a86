"""The worklist in a real browser: filters, selection by key, assignment, claims, the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import delete

from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.database.tables import PreferenceRow
from icd9_review.store.intake.encounters import create_encounter
from icd9_review.store.users import ensure_development_users, users
from icd9_review.store.worklist.claims import claim
from icd9_review.store.worklist.page import worklist
from icd9_review.values import (
    CareSetting,
    NewEncounter,
    NewNote,
    User,
    WorklistQuery,
    WorklistRow,
    encounter_label,
)
from tests.browser.accessibility import serious_violations
from tests.browser.conftest import Server, chromium_path
from tests.browser.workbench import SLOW, become
from tests.ports import free_port

pytestmark = pytest.mark.browser

NOTE = "DISCHARGE DIAGNOSES: 1. Congestive heart failure. 2. Atrial fibrillation on Coumadin.\n"
MANY = 60
"""More than a page holds."""


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory, tiny_model_folder: Path) -> Iterator[Server]:
    """A server of its own, with encounters nobody has worked on; any model will do for a list."""
    chromium_path()
    data = tmp_path_factory.mktemp("worklist")
    database = _database(data)
    upgrade(database)
    ensure_development_users(database)
    coder = _person(database, "Development coder")
    for number in range(1, MANY + 1):
        setting = CareSetting.OUTPATIENT if number % 20 == 0 else CareSetting.INPATIENT
        create_encounter(
            database,
            NewEncounter(setting, age=number, discharged=date(2014, 1, 1 + number % 28)),
            [NewNote(NOTE, f"Note {number} <b>bold</b>")],
            actor=coder,
            key=f"listed-{number}",
            model_version=None,
        )
    database.close()
    settings = {
        "ICD9_REVIEW_MODEL": str(tiny_model_folder),
        "ICD9_REVIEW_CHOOSE_USER": "true",
        "ICD9_REVIEW_DEMONSTRATION": "false",
    }
    running = Server(data=data, port=free_port(), environment=settings)
    running.start()
    yield running
    running.kill()


@pytest.fixture
def database(listed: Server) -> Iterator[Database]:
    """The database of that server, beside it."""
    opened = _database(listed.data)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _nobody_has_chosen_a_layout(database: Database) -> None:
    """Each test begins with the layout of a first visit, whatever the one before has chosen."""
    with database.write() as session:
        session.execute(delete(PreferenceRow))


def _database(data: Path) -> Database:
    return open_database(f"sqlite:///{data / 'icd9_review.sqlite3'}")


def _person(database: Database, name: str) -> User:
    return next(person for person in users(database) if person.name == name)


def _stored(database: Database, number: int) -> WorklistRow:
    search = WorklistQuery(search=encounter_label(number))
    (row,) = (row for row in worklist(database, search).rows if row.number == number)
    return row


def _open(page: Page, server: Server) -> None:
    page.goto(server.url)
    expect(_rows(page).first).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("Being read")).to_have_count(0, timeout=SLOW)


def _rows(page: Page) -> Locator:
    return page.locator("tbody tr")


def _row(page: Page, number: int) -> Locator:
    return _rows(page).filter(has_text=encounter_label(number))


def test_keys_move_and_select_and_the_selected_are_assigned(
    page: Page, listed: Server, database: Database
) -> None:
    _open(page, listed)
    for key in ("j", "x", "j", "j", "x", "k"):
        page.keyboard.press(key)
    expect(page.locator("tr.selected")).to_have_count(2)
    focused = page.evaluate(
        "[...document.querySelectorAll('*')].map(node => node.shadowRoot?.activeElement)"
        ".find(node => node)?.textContent ?? document.activeElement.textContent"
    )
    assert focused == encounter_label(MANY - 1)
    page.get_by_role("button", name="Assign to me").click()
    for number in (MANY, MANY - 2):
        expect(_row(page, number)).to_contain_text("You", timeout=SLOW)
        assert _stored(database, number).assignee == _person(database, "Development coder")
    expect(page.locator("tr.selected")).to_have_count(0)
    assert _stored(database, MANY - 1).assignee is None

    _row(page, MANY).get_by_role("checkbox").check()
    page.get_by_role("button", name="Give back").click()
    expect(_row(page, MANY)).not_to_contain_text("You", timeout=SLOW)
    assert _stored(database, MANY).assignee is None


def test_an_administrator_assigns_to_others_and_a_coder_cannot_take_it_away(
    page: Page, listed: Server, database: Database
) -> None:
    _open(page, listed)
    become(page, "Development administrator")
    _row(page, 50).get_by_role("checkbox").check()
    page.get_by_label("Assign to", exact=True).select_option("Second coder")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(_row(page, 50)).to_contain_text("Second coder", timeout=SLOW)
    assert _stored(database, 50).assignee == _person(database, "Second coder")

    _open(page, listed)
    become(page, "Development coder")
    _row(page, 50).get_by_role("checkbox").check()
    expect(page.get_by_label("Assign to", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Assign to me").click()
    expect(page.get_by_text("E-00050 is assigned to Second coder")).to_be_visible(timeout=SLOW)
    assert _stored(database, 50).assignee == _person(database, "Second coder")


def test_a_claim_of_another_person_is_seen_and_its_encounter_is_not_the_next(
    page: Page, listed: Server, database: Database
) -> None:
    second = _person(database, "Second coder")
    claim(database, _stored(database, 20).id, second)
    _open(page, listed)
    page.get_by_role("searchbox", name="Search").fill("outpatient")  # no encounter says so
    expect(page.get_by_text("No encounter matches")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Show all encounters").click()
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("", timeout=SLOW)
    _choose(page, "Setting", "Outpatient")
    expect(_rows(page)).to_have_count(3, timeout=SLOW)
    expect(_row(page, 20)).to_contain_text(re.compile(r"Second coder\s*until \d\d:\d\d"))
    page.get_by_label("Order", exact=True).click()
    page.get_by_role("option", name="Oldest first").click()
    expect(_rows(page).first).to_contain_text("E-00020", timeout=SLOW)
    page.locator("h1").click()
    page.keyboard.press("n")
    page.wait_for_url("**/workbench?encounter=*", timeout=SLOW)
    assert page.url.rpartition("=")[2] == _stored(database, 40).id
    assert _stored(database, 40).assignee == _person(database, "Development coder")


def test_a_click_counts_although_the_row_changes_under_it(
    page: Page, listed: Server, database: Database
) -> None:
    encounter = _stored(database, 52).id
    _open(page, listed)
    _row(page, 52).locator("td.claim").hover()
    page.mouse.down()
    claim(database, encounter, _person(database, "Second coder"))
    page.get_by_role("searchbox", name="Search").fill("note")
    expect(_row(page, 52)).to_contain_text("Second coder", timeout=SLOW)
    page.mouse.up()
    page.wait_for_url(f"**/workbench?encounter={encounter}", timeout=SLOW)


def _choose(page: Page, label: str, option: str) -> None:
    """Choose one of the filters behind the button."""
    page.get_by_role("button", name=re.compile("Filters")).click()
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=option).click()
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_label(label, exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Filters (1)")).to_be_visible(timeout=SLOW)


def test_pages_are_turned_and_a_new_question_begins_on_the_first(
    page: Page, listed: Server
) -> None:
    _open(page, listed)
    become(page, "Second coder")
    expect(_row(page, 11)).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Next", exact=True).click()
    expect(_rows(page)).to_have_count(MANY - 50, timeout=SLOW)
    page.get_by_role("searchbox", name="Search").fill("bold")
    expect(_row(page, MANY)).to_be_visible(timeout=SLOW)
    expect(_row(page, MANY)).to_contain_text(f"Note {MANY} <b>bold</b>")


@pytest.mark.parametrize(("theme", "width", "height"), [("light", 1440, 900), ("dark", 1024, 768)])
def test_axe_finds_no_serious_violation_and_nothing_overlaps(
    page: Page, listed: Server, theme: Literal["light", "dark"], width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=theme)
    _open(page, listed)
    _rows(page).first.get_by_role("checkbox").check()
    assert serious_violations(page) == []
    wide = page.locator("table").evaluate("table => table.scrollWidth - table.clientWidth")
    assert wide <= 1
