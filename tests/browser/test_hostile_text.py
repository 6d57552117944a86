"""All classes of hostile text at once, in every place that keeps text, on every page and export.

No script of it runs, no link or picture of it is made, no page grows wider than the window, and
no cell of an export is a formula.
"""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from icd9_review.export.formats import EXPORT_FORMATS
from icd9_review.export.ledger_export import ledger_column_names, write_ledger
from icd9_review.export.omop_tables import OMOP_TABLES
from icd9_review.export.tables import TABLES
from icd9_review.export.writing import ExportRequest, column_names, write_export
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.exporting.decision_rows import decision_rows
from icd9_review.store.people.sessions import begin_session
from icd9_review.store.users import system_user
from icd9_review.store.worklist.page import worklist
from icd9_review.ui.serving.sign_in.cookie import COOKIE, kept
from icd9_review.values import EncounterStatus, ExportFilter, LedgerQuery, Role, WorklistQuery
from tests.browser.conftest import Server
from tests.browser.hostile_database import HostileDatabase, begin_sessions, fill
from tests.browser.hostile_quality import HostileQuality, fill_quality
from tests.browser.workbench import SLOW, wait_until_at_rest
from tests.export.reading import read_back, read_cells, read_names
from tests.hostile import BY_CLASS, CANARY
from tests.ports import free_port

pytestmark = pytest.mark.browser

WIDTHS = (1440, 1024)
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"-\d+(\.\d+)?(e-?\d+)?")
NAMELESS = {"outcomes", *(table.name for table in OMOP_TABLES)}
"""Tables that name no person."""
UNSEEN = " \n\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\ufeff"
"""What some spreadsheets take away before they look for a formula."""
HARMLESS = """() => ({
    ran: window.ran ?? null,
    made: document.querySelectorAll(
        "a[href*=evil], a[href^=javascript], img[src*=evil], img[src=x], svg[onload], [onerror], "
        + "[onmouseover], .katex, section script, iframe").length,
    wider: document.documentElement.scrollWidth - window.innerWidth,
})"""


@dataclass(frozen=True, slots=True)
class Filled:
    """A server on a database that is full of it."""

    server: Server
    has: HostileDatabase
    quality: HostileQuality

    @property
    def url(self) -> str:
        return self.server.url

    def database(self) -> Database:
        return open_database(f"sqlite:///{self.server.data / 'icd9_review.sqlite3'}")


def serve(data: Path, model: Path, **settings: str) -> Server:
    environment = {
        "ICD9_REVIEW_MODEL": str(model),
        "ICD9_REVIEW_BACKEND": "pytorch",
        "ICD9_REVIEW_RESTRICT": "team",
        "ICD9_REVIEW_DEMONSTRATION": "false",
        **settings,
    }
    return Server(data, free_port(), environment)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, tiny_model_folder: Path) -> Iterator[Filled]:
    """Where people choose who they are, once the model has read every note."""
    data = tmp_path_factory.mktemp("hostile")
    with closing(open_database(f"sqlite:///{data / 'icd9_review.sqlite3'}")) as database:
        has = fill(database)
        quality = fill_quality(database, has)
    server = serve(data, tiny_model_folder, ICD9_REVIEW_CHOOSE_USER="true")
    try:
        server.start()
        found = Filled(server, has, quality)
        wait_until_read(found)
        yield found
    finally:
        server.kill()


@pytest.fixture
def accounts(filled: Filled, tiny_model_folder: Path) -> Iterator[Server]:
    """The same database where people sign in by a password."""
    server = serve(filled.server.data, tiny_model_folder, ICD9_REVIEW_SIGN_IN="accounts")
    try:
        server.start()
        with closing(filled.database()) as database:
            begin_sessions(database, filled.has.people[Role.CODER])
        yield server
    finally:
        server.kill()


def wait_until_read(filled: Filled) -> None:
    """And until words of a suggestion are marked: note_nlp has a row for each such word.

    Of a code that was decided on before they were, they are not told, and some have none.
    """
    deadline = time.monotonic() + SLOW / 1000
    with closing(filled.database()) as database:
        while worklist(database, WorklistQuery()).counts[
            EncounterStatus.SCORING
        ] or not has_marked_words(database):
            assert time.monotonic() < deadline, "the worker did not finish"
            time.sleep(0.1)


def has_marked_words(database: Database) -> bool:
    """Whether the export has words that were marked for a code."""
    with closing(decision_rows(database, actor=system_user(database))) as rows:
        return any(row.shown for row in rows)


@pytest.fixture
def open_as(browser: Browser, filled: Filled) -> Iterator[Callable[[Role], Page]]:
    """Opens a browser of somebody, with the function in it that a script would call."""
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900})

    def begin(role: Role) -> Page:
        with closing(filled.database()) as database:  # now: it lapses while nobody does anything
            cookie = kept(begin_session(database, filled.has.people[role]))
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": "http://127.0.0.1"}])
        page = context.new_page()
        page.add_init_script(f"window.{CANARY} = () => {{ window.ran = location.href; }};")
        return page

    yield begin
    context.close()


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


def unfold(page: Page, heading: str) -> None:
    """Open a part of the page that is folded."""
    page.get_by_text(heading).first.click(timeout=SLOW)
    check_harmless(page)


def test_no_page_and_no_export_is_harmed_by_any_class_of_hostile_text(
    open_as: Callable[[Role], Page], filled: Filled
) -> None:
    coder = open_as(Role.CODER)
    visit(coder, filled.url, "tbody tr")
    coder.get_by_label("Search").fill(f"{BY_CLASS['event']} nowhere")
    expect(coder.get_by_text("No encounter matches")).to_be_visible(timeout=SLOW)
    check_harmless(coder)
    encounter = filled.has.coded
    visit(coder, f"{filled.url}/workbench?encounter={encounter}", ".workbench .row .code")
    coder.keyboard.press("/")
    coder.keyboard.type(BY_CLASS["script"])
    check_harmless(coder)
    coder.keyboard.press("Escape")
    coder.keyboard.press("Shift+Q")
    expect(coder.locator(".workbench .query.answered").first).to_be_visible(timeout=SLOW)
    check_harmless(coder)
    visit(coder, f"{filled.url}/workbench?encounter={filled.has.hidden}", "textarea")
    visit(coder, f"{filled.url}/my-audits", "h1")
    visit(coder, f"{filled.url}/my-audits?audit={filled.quality.rebutted}", "h1")
    expect(coder.get_by_text(BY_CLASS["script"]).first).to_be_visible(timeout=SLOW)
    check_harmless(coder)
    visit(coder, f"{filled.url}/what-if?encounter={encounter}", ".whatif .sentence")
    visit(coder, f"{filled.url}/intake", "input[type=file] + *, [data-testid=stFileUploader]")
    coder.locator("input[type=file]").set_input_files(hostile_files())
    expect(coder.get_by_role("alert").first).to_be_visible(timeout=SLOW)
    check_harmless(coder)
    check_download(coder, filled)


def test_the_pages_of_clinicians_are_harmed_by_none(
    open_as: Callable[[Role], Page], filled: Filled
) -> None:
    clinician = open_as(Role.CLINICIAN)
    place = f"{filled.url}/explanation?encounter={filled.has.coded}&code=428.0"
    visit(clinician, place, ".sheet")
    expect(clinician.get_by_text(BY_CLASS["template"]).first).to_be_attached(timeout=SLOW)
    for value in BY_CLASS.values():
        if value.isprintable() and len(value) < 60:
            clinician.goto(f"{place}&beside={value}")
    expect(clinician.locator(".sheet").first).to_be_visible(timeout=SLOW)
    check_harmless(clinician)


def test_the_pages_of_auditors_are_harmed_by_none(
    open_as: Callable[[Role], Page], filled: Filled
) -> None:
    auditor, ledger = open_as(Role.AUDITOR), f"{filled.url}/ledger"
    visit(auditor, ledger, "table:visible")
    unfold(auditor, "Reviews before")
    for story in ("E-00001", "E-00002", "E-00003", "E-00002&point=9"):
        visit(auditor, f"{ledger}?story={story}", "table:visible")
    expect(auditor.get_by_role("heading", name="After step 9")).to_be_visible(timeout=SLOW)
    check_harmless(auditor)
    for value in (BY_CLASS["event"], BY_CLASS["address"], BY_CLASS["turned"]):
        names = ("by", "encounter", "kind", "from", "to", "older")
        visit(auditor, f"{ledger}?{urlencode(dict.fromkeys(names, value))}", "[role=alert]")
        visit(auditor, f"{ledger}?{urlencode({'story': value})}", "[role=alert]")
    address = f"{filled.url}/workbench?encounter={filled.has.coded}"
    visit(auditor, address, ".workbench .trail .step")
    auditor.keyboard.press("Shift+Y")
    expect(auditor.locator(".workbench .summary .text")).to_be_visible(timeout=SLOW)
    check_harmless(auditor)
    visit(auditor, f"{filled.url}/export", "h1")
    unfold(auditor, "Encounters of another team that were seen")
    expect(auditor.get_by_text("In their words")).to_be_visible(timeout=SLOW)
    check_harmless(auditor)


def test_the_pages_of_second_review_gold_and_figures_are_harmed_by_none(
    open_as: Callable[[Role], Page], filled: Filled
) -> None:
    auditor, review = open_as(Role.AUDITOR), f"{filled.url}/second-review"
    visit(auditor, review, "h1")
    for tab in ("Audits", "To adjudicate", "Figures", "Samples"):
        auditor.get_by_role("tab", name=tab).click(timeout=SLOW)
        wait_until_at_rest(auditor)
        check_harmless(auditor)
    for audit in (filled.quality.rebutted, filled.quality.settled):
        visit(auditor, f"{review}?audit={audit}", "h1")
        expect(auditor.get_by_text(BY_CLASS["script"]).first).to_be_visible(timeout=SLOW)
        wait_until_at_rest(auditor)
        check_harmless(auditor)
    for page in ("gold", "agreement", "outcomes"):
        visit(auditor, f"{filled.url}/{page}", "h1")
        if page != "outcomes":  # there, coders are numbered
            expect(auditor.get_by_text(BY_CLASS["script"]).first).to_be_attached(timeout=SLOW)
        wait_until_at_rest(auditor)
        check_harmless(auditor)


def test_the_pages_of_administrators_are_harmed_by_none(
    open_as: Callable[[Role], Page], filled: Filled
) -> None:
    administrator = open_as(Role.ADMINISTRATOR)
    visit(administrator, f"{filled.url}/people", "table:visible")
    visit(administrator, f"{filled.url}/work", "h1")
    visit(administrator, f"{filled.url}/retention", "table:visible")
    wait_until_at_rest(administrator)
    administrator.get_by_text("Encounters by name").click()
    named = administrator.locator("input[placeholder^=E-]:visible")
    named.fill("E-00001", timeout=SLOW)
    named.press("Enter")
    wait_until_at_rest(administrator)
    administrator.get_by_role("button", name="Show what would go").click()
    expect(administrator.get_by_text("E-00001 is kept.")).to_be_visible(timeout=SLOW)
    check_harmless(administrator)
    administrator.context.clear_cookies()
    visit(administrator, f"{filled.url}/sign-in", "form.people")


def test_what_browsers_call_themselves_harms_no_page_about_sessions(
    open_as: Callable[[Role], Page], accounts: Server
) -> None:
    coder = open_as(Role.CODER)
    visit(coder, f"{accounts.url}/account", "h1")
    expect(coder.get_by_text(BY_CLASS["script"]).first).to_be_visible(timeout=SLOW)
    check_harmless(coder)
    visit(open_as(Role.ADMINISTRATOR), f"{accounts.url}/people", "table:visible")


def hostile_files() -> list[FilePayload]:
    names = [each for each in BY_CLASS.values() if "/" not in each and len(each) < 120]
    return [{"name": f"{name}.txt", "mimeType": "text/plain", "buffer": b" "} for name in names]


def check_download(page: Page, filled: Filled) -> None:
    """The export with all words in it, as it comes to a browser."""
    visit(page, f"{filled.url}/export", "h1")
    page.get_by_text("Words of notes and people").click()
    expect(page.get_by_text("evidence_words")).to_have_count(1, timeout=SLOW)
    page.get_by_text("With open suggestions").click()
    expect(page.get_by_role("cell", name="open", exact=True).first).to_be_visible(timeout=SLOW)
    wait_until_at_rest(page)
    with page.expect_download(timeout=SLOW) as download:
        page.get_by_role("button", name="Download", exact=True).click()
    check_harmless(page)
    with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert len(cells) > 20
    assert [cell for cell in cells if is_formula(cell)] == []


def is_formula(cell: str) -> bool:
    """Figures below zero are none."""
    return cell.lstrip(UNSEEN).startswith(FORMULAS) and NUMBER.fullmatch(cell) is None


def exported(database: Database, table: str, form: str) -> tuple[tuple[str, ...], io.BytesIO]:
    """The names of the columns and the file: every row there is, with all words."""
    file, system = io.BytesIO(), system_user(database)
    if table == "ledger":
        write_ledger(database, LedgerQuery(), form, file, actor=system)
        return ledger_column_names(), file
    request = ExportRequest(table, form, ExportFilter(only_decided=False), words=True)
    write_export(database, request, file, actor=system)
    return column_names(request), file


@pytest.mark.parametrize("form", EXPORT_FORMATS)
@pytest.mark.parametrize("table", [*TABLES, "ledger"])
def test_every_export_is_rows_of_plain_text_in_which_no_cell_is_a_formula(
    filled: Filled, table: str, form: str
) -> None:
    with closing(filled.database()) as database:
        names, file = exported(database, table, form)
    assert read_names(form, file) == names
    if form in ("csv", "jsonl"):  # orders for a terminal
        assert re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", file.getvalue()) is None
    if form in ("csv", "xlsx"):
        _, *rows = read_cells(form, file)
        assert {len(row) for row in rows} == {len(names)}  # no text makes a row of its own
        assert [cell for row in rows for cell in row if is_formula(str(cell or ""))] == []
    texts = {str(value) for row in read_back(form, file) for value in row}
    named = [each for each in texts if each.startswith(f"{BY_CLASS['formula']} coder")]
    assert named or table in NAMELESS, "nobody of this name has done anything"
    if table in ("history", "queries", "audits"):
        assert {BY_CLASS["formula of at"], BY_CLASS["unseen"]} <= texts
