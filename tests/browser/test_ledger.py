"""An auditor reads the ledger in a real browser."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import serious_violations
from tests.browser.conftest import Server
from tests.browser.workbench import SLOW, become, wait_until_at_rest

pytestmark = pytest.mark.browser


def test_an_auditor_finds_an_event_reads_its_story_and_records_the_review(
    page: Page, server: Server
) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(server.url)
    become(page, "Development auditor")
    page.get_by_role("link", name="Ledger").click(timeout=SLOW)
    page.get_by_role("textbox", name="Encounter").fill("e-2")
    with page.expect_download(timeout=SLOW) as download:  # at once, before the page has run
        page.get_by_role("button", name="Download").click()
    rows = csv.DictReader(io.StringIO(download.value.path().read_text("utf-8")))
    assert {row["encounter"] for row in rows} == {"E-00002"}
    expect(page).to_have_url(re.compile(r"/ledger\?encounter=e-2$"), timeout=SLOW)
    expect(page.get_by_role("cell", name="took in the encounter")).to_have_count(1, timeout=SLOW)
    assert serious_violations(page) == []
    page.get_by_text("Record a review").click()
    wait_until_at_rest(page)
    page.get_by_role("button", name="Reviewed up to here").press("Enter")  # wherever it moves
    expect(page.get_by_text("by Development auditor: nothing to follow up")).to_be_visible(
        timeout=SLOW
    )
    page.get_by_role("button", name="Read E-00002 as a story").click()
    expect(page.get_by_role("heading", name="The story of E-00002")).to_be_visible(timeout=SLOW)
    page.get_by_role("combobox", name="How it stood after").fill("took in")
    page.get_by_role("combobox", name="How it stood after").press("Enter")
    expect(page.get_by_role("heading", name="After step 1: Being read")).to_be_visible(timeout=SLOW)
    expect(page).to_have_url(re.compile(r"story=E-00002&point=1$"))
    assert serious_violations(page) == []
    page.get_by_role("link", name="As the coder has it").click()
    look_on(page)
    page.go_back()
    page.get_by_role("button", name="All events").click()
    expect(page.get_by_role("textbox", name="Encounter")).to_have_value("e-2", timeout=SLOW)
    expect(page).to_have_url(re.compile(r"/ledger\?encounter=e-2$"))


def look_on(page: Page) -> None:
    """The chart with what was done beside it, and nothing that decides."""
    steps = page.locator(".workbench .trail .step")
    expect(steps.first).to_contain_text("took in the encounter", timeout=SLOW)
    expect(steps.last).to_contain_text("looked at the encounter on the workbench")
    expect(page.locator(".workbench .notice.news")).to_contain_text("You look on")
    for name in ("Finalise", "Hold", "Add a note", "Add a code or words …"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    page.keyboard.press("a")
    expect(page.locator(".workbench .spoken")).to_contain_text("you look on")
    expect(page.locator(".workbench .mine")).to_have_count(0)
    assert serious_violations(page) == []
