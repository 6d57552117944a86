"""The clinical page in a real browser: opened from the worklist, read, printed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import serious_violations
from tests.browser.conftest import Server
from tests.browser.workbench import SLOW, become

pytestmark = pytest.mark.browser


def _open(page: Page, label: str) -> None:
    """Look for an encounter in the worklist, which may have others before it, and open it."""
    page.get_by_label("Search").fill(label, timeout=SLOW)
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1, timeout=SLOW)
    page.locator("tbody tr").filter(has_text=label).click(timeout=SLOW)


def _open_as_clinician(page: Page, server: Server) -> None:
    page.goto(server.url)
    become(page, "Development clinician")
    expect(page.locator("tbody tr").first).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("button", name="Take next")).to_have_count(0, timeout=SLOW)
    _open(page, "E-00002")
    page.wait_for_url("**/explanation?encounter=*&code=*", timeout=SLOW)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_clinician_reads_and_prints_why_a_code_is_suggested(
    page: Page, server: Server, theme: str
) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    _open_as_clinician(page, server)
    expect(page.locator(".passage mark.supports").first).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("heading", name="Can this be relied on")).to_be_visible(timeout=SLOW)
    assert serious_violations(page) == []

    page.emulate_media(media="print")
    expect(page.get_by_test_id("stSelectbox").first).to_be_hidden()
    expect(page.get_by_test_id("stHeader")).to_be_hidden()
    expect(page.locator(".sheet")).to_have_css("color", "rgb(0, 0, 0)")
    expect(page.locator("mark.supports").first).to_have_css("border-top-style", "solid")
    expect(page.get_by_text("SHA-256 of the text")).to_be_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_a_coder_inspects_the_code_in_focus(page: Page, server: Server) -> None:
    page.goto(server.url)
    _open(page, "E-00003")
    expect(page.locator(".workbench .used .sums")).to_be_visible(timeout=SLOW)
    first = page.locator(".workbench .row.focused .code").inner_text()
    page.keyboard.press("j")
    code = page.locator(".workbench .row.focused .code").inner_text()
    assert code != first
    page.keyboard.press("i")
    page.wait_for_url(f"**/explanation?encounter=*&code={code}*", timeout=SLOW)
    expect(page.get_by_role("heading", name=re.compile(f"^{re.escape(code)} "))).to_be_visible(
        timeout=SLOW
    )
