"""All classes of hostile text at once, in every place that keeps text, on every page and export.

No script of it runs, no link or picture of it is made, no page grows wider than the window, and
no cell of an export is a formula.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from icd9_review.errors import ReviewError
from icd9_review.notes import read_note
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.deciding.comments import add_comment
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.intake.encounters import begin_with
from icd9_review.store.people.accounts import add_account
from icd9_review.store.people.sessions import begin_session
from icd9_review.store.users import ensure_development_users, system_user, users
from icd9_review.store.worklist.page import worklist
from icd9_review.ui.serving.sign_in.cookie import COOKIE, kept
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    HoldReason,
    Kind,
    NewEncounter,
    Role,
    User,
    WorklistQuery,
)
from tests.browser.conftest import Server
from tests.browser.workbench import SLOW
from tests.hostile import BY_CLASS, CANARY
from tests.ports import free_port
from tests.tiny import NOTE

pytestmark = pytest.mark.browser

TEXT = f"{NOTE}\n" + "\n".join(BY_CLASS.values())
WORDS = " ".join(each for each in BY_CLASS.values() if each.isprintable() and len(each) < 90)[:900]
WIDTHS = (1440, 1024)
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
HARMLESS = """() => ({
    ran: window.ran ?? null,
    made: document.querySelectorAll(
        "a[href*=evil], a[href^=javascript], img[src*=evil], img[src=x], svg[onload], [onerror], "
        + "[onmouseover], .katex, section script, iframe").length,
    wider: document.documentElement.scrollWidth - window.innerWidth,
})"""


def fill(database: Database) -> tuple[str, dict[Role, str]]:
    """Hostile text wherever text is kept: the id of an encounter, and a cookie for each role."""
    upgrade(database)
    ensure_development_users(database)
    system = system_user(database)
    for name in BY_CLASS.values():
        for role in (Role.CODER, Role.ADMINISTRATOR):
            try:
                add_account(database, f"{name} {role}"[-100:], role, by=system)
            except ReviewError:  # what cannot be a name is refused, which other tests look at
                break
    people = {each.role: each for each in users(database)}
    notes = [read_note(TEXT, title).note for title in BY_CLASS.values()]
    facts = NewEncounter(CareSetting.INPATIENT)
    begin_with(
        database,
        [(facts, notes[:4]), (facts, notes)],
        actor=people[Role.CODER],
        model_version=None,
    )
    one, other = (row.id for row in worklist(database, WorklistQuery()).rows)
    for number, words in enumerate(BY_CLASS.values()):
        try:
            add_comment(
                database,
                one,
                Kind.DIAGNOSIS,
                "428.0",
                words,
                actor=people[Role.CLINICIAN],
                key=f"said-{number}",
            )
        except ReviewError:
            continue
    hold(database, other, people[Role.CODER])
    return one, {role: kept(begin_session(database, each)) for role, each in people.items()}


def hold(database: Database, encounter: str, person: User) -> None:
    decision = Decision(
        key="held",
        action=Action.HOLD,
        code="",
        kind=Kind.DIAGNOSIS,
        client="tab",
        seen=1,
        reason=HoldReason.OTHER,
        words=WORDS,
    )
    decide(database, encounter, decision, person)


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory, tiny_model_folder: Path
) -> Iterator[tuple[Server, str, dict[Role, str]]]:
    """A server on a database that is full of it."""
    data = tmp_path_factory.mktemp("hostile")
    database = open_database(f"sqlite:///{data / 'icd9_review.sqlite3'}")
    encounter, cookies = fill(database)
    database.close()
    environment = {
        "ICD9_REVIEW_MODEL": str(tiny_model_folder),
        "ICD9_REVIEW_BACKEND": "pytorch",
        "ICD9_REVIEW_CHOOSE_USER": "true",
    }
    server = Server(data, free_port(), environment)
    try:
        server.start()
        yield server, encounter, cookies
    finally:
        server.kill()


def as_role(browser: Browser, cookie: str) -> Page:
    """A browser of somebody, with the function in it that a script would call."""
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900})
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": "http://127.0.0.1"}])
    page = context.new_page()
    page.add_init_script(f"window.{CANARY} = () => {{ window.ran = location.href; }};")
    return page


def check_harmless(page: Page) -> None:
    """At both widths: nothing ran, nothing was made of it, nothing sticks out."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(HARMLESS)
        assert found["ran"] is None
        assert found["made"] == 0, page.url
        assert found["wider"] <= 0, (page.url, width)


def visit(page: Page, address: str, shown: str) -> None:
    page.goto(address)
    expect(page.locator(shown).first).to_be_visible(timeout=SLOW)
    check_harmless(page)


def test_no_page_and_no_export_is_harmed_by_any_class_of_hostile_text(
    browser: Browser, filled: tuple[Server, str, dict[Role, str]]
) -> None:
    server, encounter, cookies = filled
    coder = as_role(browser, cookies[Role.CODER])
    visit(coder, server.url, "tbody tr")
    coder.get_by_label("Search").fill(f"{BY_CLASS['event']} nowhere")
    expect(coder.get_by_text("No encounter matches")).to_be_visible(timeout=SLOW)
    check_harmless(coder)
    visit(coder, f"{server.url}/workbench?encounter={encounter}", ".workbench .row .code")
    coder.keyboard.press("/")
    coder.keyboard.type(BY_CLASS["script"])
    check_harmless(coder)
    visit(coder, f"{server.url}/what-if?encounter={encounter}", ".whatif .sentence")
    visit(coder, f"{server.url}/intake", "input[type=file] + *, [data-testid=stFileUploader]")
    coder.locator("input[type=file]").set_input_files(hostile_files())
    expect(coder.get_by_role("alert").first).to_be_visible(timeout=SLOW)
    check_harmless(coder)
    check_export(coder, server)
    coder.context.close()

    clinician = as_role(browser, cookies[Role.CLINICIAN])
    place = f"{server.url}/explanation?encounter={encounter}&code=428.0"
    visit(clinician, place, ".sheet")
    for value in BY_CLASS.values():
        if value.isprintable() and len(value) < 60:
            clinician.goto(f"{place}&beside={value}")
    expect(clinician.locator(".sheet").first).to_be_visible(timeout=SLOW)
    check_harmless(clinician)
    clinician.context.close()

    administrator = as_role(browser, cookies[Role.ADMINISTRATOR])
    visit(administrator, f"{server.url}/people", "table")
    visit(administrator, f"{server.url}/work", "h1")
    administrator.context.clear_cookies()
    visit(administrator, f"{server.url}/sign-in", "form.people")
    administrator.context.close()


def hostile_files() -> list[FilePayload]:
    names = [each for each in BY_CLASS.values() if "/" not in each and len(each) < 120]
    return [{"name": f"{name}.txt", "mimeType": "text/plain", "buffer": b" "} for name in names]


def check_export(page: Page, server: Server) -> None:
    """The export with all words in it: no cell begins as a formula does."""
    visit(page, f"{server.url}/export", "h1")
    page.get_by_text("Words of notes and people").click()
    page.get_by_text("Every event").or_(page.get_by_text("With open suggestions")).first.click()
    with page.expect_download(timeout=SLOW) as download:
        page.get_by_role("button", name="Download", exact=True).click()
    check_harmless(page)
    with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert len(cells) > 20
    assert [cell for cell in cells if cell.lstrip().startswith(FORMULAS)] == []
