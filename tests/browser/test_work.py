"""The page of the background work in a real browser."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import serious_violations
from tests.browser.conftest import Server
from tests.browser.workbench import SLOW, become

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_administrator_reads_what_waits_and_what_failed(
    page: Page, server: Server, theme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto(server.url)
    become(page, "Development administrator")
    page.get_by_role("button", name="Administration").click(timeout=SLOW)
    page.get_by_role("menuitem", name="Background work").click()
    expect(page.get_by_text("Explanations waiting")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("heading", name="Failed three times")).to_be_visible(timeout=SLOW)
    assert serious_violations(page) == []
