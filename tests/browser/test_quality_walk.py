"""One chart from its coding through query, audit, rebuttal and adjudication to every export."""

from __future__ import annotations

import io
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import hl7  # type: ignore[import-untyped]
import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.encounter import Encounter
from playwright.sync_api import Page, expect

from icd9_review.export.tables import TABLES
from icd9_review.export.writing import ExportRequest, write_export
from icd9_review.store.database.engine import open_database
from icd9_review.store.users import users
from tests.browser.accessibility import serious_violations
from tests.browser.conftest import Server
from tests.browser.workbench import (
    SLOW,
    Facts,
    become,
    open_encounter,
    take_in,
    wait_until_at_rest,
    wait_until_saved,
)
from tests.export.reading import read_back, read_names

pytestmark = pytest.mark.browser
NOTE = (Path(__file__).parent / "charts" / "heart-failure.txt").read_text("utf-8")
ADDED = "486"


def test_a_chart_goes_from_coding_through_audit_and_rebuttal_to_every_export(
    page: Page, server: Server
) -> None:
    facts = Facts("Outpatient", age=74, sex="Female")
    encounter = take_in(page, server.url, f"{NOTE}\nThe walk.", facts)
    label = page.get_by_role("heading", level=1).inner_text()
    ask(page)
    answer(page, server, encounter)
    signed = sign(page, server, encounter)
    audit = send_back(page, server, label, signed[1])
    rebut(page, server, audit)
    settle(page, server, audit)

    page.goto(f"{server.url}/export")
    said = {table: exported(server, *table) for table in CODES_AND_FIGURES}
    said |= {table: download(page, *table) for table in TAKEN_BY_A_BROWSER}
    check_tables(said, label, signed)
    check_charts(page, server, encounter, label, signed)


def button(page: Page, name: str) -> None:
    """Press a button once the page is whole."""
    wait_until_at_rest(page)
    page.get_by_role("button", name=name, exact=True).click(timeout=SLOW)
    wait_until_at_rest(page)


def press_at_once(page: Page, server: Server, *names: str) -> None:
    """Press buttons while the server is too busy to answer: it hears of all of them together."""
    with server.paused():
        for name in names:
            page.get_by_role("button", name=name, exact=True).click(timeout=SLOW)


def ask(page: Page) -> None:
    """The coder asks the physician about words of the note, and the chart waits."""
    page.keyboard.press("w")
    page.keyboard.type("furosemide")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Q")
    page.keyboard.press("2")
    expect(page.get_by_label("Answers to choose from, one a line")).to_be_focused()
    page.keyboard.type("Acute\nChronic")
    page.locator(".workbench .ask-question").fill("Which acuity does this treatment stand for?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".workbench .notice.hold")).to_be_visible(timeout=SLOW)


def answer(page: Page, server: Server, encounter: str) -> None:
    """A clinician answers on the page Explanation."""
    become(page, "Development clinician")
    page.goto(f"{server.url}/explanation?encounter={encounter}")
    acute = page.get_by_role("radio", name="Acute")
    expect(acute).to_be_attached(timeout=SLOW)
    wait_until_at_rest(page)
    page.get_by_text("Acute", exact=True).click()
    expect(acute).to_be_checked()
    button(page, "Answer the query")
    expect(page.get_by_text("Development clinician answered")).to_be_visible(timeout=SLOW)


def sign(page: Page, server: Server, encounter: str) -> list[str]:
    """The coder reads the answer, accepts two codes and signs; these codes."""
    become(page, "Development coder")
    open_encounter(page, server.url, encounter)
    expect(page.locator(".workbench .queries-opener")).to_contain_text("1 query answered")
    expect(page.locator(".workbench .notice.hold")).to_have_count(0)
    page.keyboard.press("a")
    page.keyboard.press("a")
    wait_until_saved(page)
    codes = page.locator(".workbench .mine .code").all_inner_texts()
    assert len(codes) == 2
    page.keyboard.press("f")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: encounter not in url, timeout=SLOW)
    return codes


def send_back(page: Page, server: Server, label: str, deleted: str) -> str:
    """An auditor finds one code too many and one too few; the audit."""
    become(page, "Development auditor")
    page.goto(f"{server.url}/second-review")
    page.get_by_role("tab", name="Audits").click(timeout=SLOW)
    page.get_by_text("Audit an encounter of your choice").click()
    page.get_by_role("textbox", name="Number").fill(label)
    page.get_by_role("textbox", name="Number").press("Enter")
    button(page, "Audit it")
    expect(page.get_by_text("signed by a coder who is not named")).to_be_visible(timeout=SLOW)
    page.locator("[class*='st-key-away']").last.get_by_role("button").click()
    expect(page.get_by_text(f"{deleted} deleted").first).to_be_visible(timeout=SLOW)
    add_on_the_workbench(page, deleted)
    expect(page.get_by_text(f"{ADDED} added").first).to_be_visible(timeout=SLOW)
    wait_until_at_rest(page)
    assert serious_violations(page) == []
    causes = page.locator("[class*='st-key-cause']")
    expect(causes).to_have_count(2)
    for cause in causes.all():
        cause.get_by_role("combobox").click()
        cause.get_by_role("combobox").press("ArrowDown")
        cause.get_by_role("combobox").press("Enter")
        expect(cause).not_to_contain_text("Cause …")
        wait_until_at_rest(page)
    wait_until_at_rest(page)
    press_at_once(page, server, "Keep", "Return to coder")
    expect(page.get_by_text("with the coder")).to_be_visible(timeout=SLOW)
    return page.url.rpartition("=")[2]


def add_on_the_workbench(page: Page, deleted: str) -> None:
    """The auditor adds a code by keys, beside what was signed, and comes back by one."""
    page.get_by_role("link", name="Change the codes on the workbench").click()
    signed = page.locator(".workbench .signed-code")
    expect(signed.filter(has_text=deleted)).to_contain_text("deleted", timeout=SLOW)
    page.keyboard.press("/")
    page.keyboard.type(ADDED)
    expect(page.locator(".workbench .palette .code").first).to_have_text(ADDED, timeout=SLOW)
    page.keyboard.press("Enter")
    wait_until_saved(page)
    expect(page.locator(".workbench .mine.differs")).to_contain_text("added", timeout=SLOW)
    assert serious_violations(page) == []
    page.keyboard.press("f")
    expect(page).to_have_url(re.compile("/second-review\\?audit="), timeout=SLOW)
    expect(page.get_by_role("button", name="Return to coder")).to_be_visible(timeout=SLOW)
    wait_until_at_rest(page)


def rebut(page: Page, server: Server, audit: str) -> None:
    """The coder does not agree, and says why."""
    become(page, "Development coder")
    page.goto(f"{server.url}/my-audits?audit={audit}")
    page.get_by_role("textbox", name="Why you do not agree").fill("It is charted twice.")
    page.get_by_role("textbox", name="Why you do not agree").press("Control+Enter")
    button(page, "Rebut")
    expect(page.get_by_text("The coder does not agree:")).to_be_visible(timeout=SLOW)


def settle(page: Page, server: Server, audit: str) -> None:
    """Somebody else adjudicates and closes the audit."""
    become(page, "Development administrator")
    page.goto(f"{server.url}/second-review?audit={audit}")
    button(page, "Settle")
    button(page, "Close")
    expect(page.get_by_text("final", exact=False).first).to_be_visible(timeout=SLOW)


TAKEN_BY_A_BROWSER = (("decisions", "csv"), ("audits", "parquet"))
CODES_AND_FIGURES = (
    ("codes", "xlsx"),
    ("history", "jsonl"),
    ("queries", "csv"),
    ("outcomes", "xlsx"),
    ("agreement", "jsonl"),
)


def download(page: Page, table: str, form: str) -> bytes:
    """The file of a table in a format, as it comes to a browser."""
    chosen = TABLES[table]
    choose(page, "What", chosen.title)
    fewer = page.get_by_role("radiogroup", name="Rows").get_by_role("radio").first
    expect(fewer).to_have_text(chosen.choice.fewer, timeout=SLOW)
    wait_until_at_rest(page)
    choose(page, "Format", chosen.formats[form].words)
    expect(page.get_by_text(f"{chosen.formats[form].words}: ")).to_be_visible(timeout=SLOW)
    wait_until_at_rest(page)
    with page.expect_download(timeout=SLOW) as found:
        page.get_by_role("button", name="Download", exact=True).click(timeout=SLOW)
    assert found.value.suggested_filename.endswith(chosen.formats[form].ending)
    return Path(found.value.path()).read_bytes()


def exported(server: Server, table: str, form: str) -> bytes:
    """The file as the command would write it, for the administrator who has the page."""
    file = io.BytesIO()
    with closing(open_database(f"sqlite:///{server.data / 'icd9_review.sqlite3'}")) as database:
        (who,) = (each for each in users(database) if each.name == "Development administrator")
        write_export(database, ExportRequest(table, form), file, actor=who)
    return file.getvalue()


def choose(page: Page, group: str, name: str) -> None:
    """One of a group: two groups may have words in common, as History's rows and a table."""
    choices = page.get_by_role("radiogroup", name=group)
    choices.get_by_role("radio", name=name, exact=True).click(timeout=SLOW)


def rows(said: dict[tuple[str, str], bytes], table: str) -> list[dict[str, Any]]:
    """The rows of a table by the names of their columns."""
    (form,) = (form for name, form in said if name == table)
    file = io.BytesIO(said[table, form])
    names = read_names(form, file)
    return [dict(zip(names, row, strict=True)) for row in read_back(form, file)]


def check_tables(said: dict[tuple[str, str], bytes], label: str, signed: list[str]) -> None:
    """What tables say of the chart, in formats that people read."""
    here = {
        name: [row for row in rows(said, name) if row["encounter"] == label]
        for name in ("decisions", "codes", "history", "audits", "queries")
    }
    assert {row["code"] for row in here["decisions"]} == {*signed}
    told = {row["code"]: row["provenance"] for row in here["codes"]}
    assert told[signed[0]] == "unanimous"
    assert {row["event"] for row in here["history"]} >= {"accepted"}
    differences = {row["code"]: row["difference"] for row in here["audits"]}
    assert differences == {signed[1]: "deleted", ADDED: "added"}
    assert {row["adjudicator"] for row in here["audits"]} == {"Development administrator"}
    assert {row["coder"] for row in here["audits"]} == {"Development coder"}
    assert [(row["status"], row["settled_by"]) for row in here["queries"]] == [
        ("answered", "Development clinician")
    ]
    assert any(row["code"] == signed[0] for row in rows(said, "outcomes"))
    pairs = {(row["first"], row["second"]) for row in rows(said, "agreement")}
    assert ("Development auditor (auditor)", "Development coder") in pairs


def check_charts(page: Page, server: Server, encounter: str, label: str, signed: list[str]) -> None:
    """The final codes as machines take them."""
    lines = exported(server, "codes", "fhir").decode().splitlines()
    bundle = next(each for each in lines if encounter in each or label in each)
    found: Any = Bundle.model_validate_json(bundle)
    assert any(isinstance(entry.resource, Encounter) for entry in found.entry)
    assert all(code in bundle for code in signed)
    messages = hl7.split_file(download(page, "codes", "hl7").decode())
    (message,) = (each for each in messages if label in each or encounter in each)
    assert {str(each[3][0][0]) for each in hl7.parse(message)["DG1"]} >= {signed[0]}
    claim = exported(server, "codes", "claim").decode()
    assert signed[0].replace(".", "") in claim
    assert encounter in exported(server, "codes", "fhir-resources").decode()
