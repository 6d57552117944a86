"""Trying out a copy: what a struck sentence takes along, and that nothing of it stays."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import serious_violations
from tests.browser.conftest import Server
from tests.browser.workbench import SLOW, open_new, suggestions

pytestmark = pytest.mark.browser

NOTE = (
    "Congestive heart failure. Atrial fibrillation, on Coumadin. "
    "<img src=x onerror='window.hacked = 1'> 😀 **bold**."
)
CANARY = "Quizzaciously"
ROWS = (
    "SELECT * FROM notes",
    "SELECT * FROM free_text",
    "SELECT * FROM events WHERE stream = :encounter "
    "AND kind NOT IN ('inspected', 'explained', 'viewed')",
    "SELECT scores.* FROM scores JOIN notes ON notes.id = note_id WHERE encounter_id = :encounter",
)


def stored(data: Path, encounter: str) -> list[list[object]]:
    """The rows that work on an encounter could leave.

    Not that somebody opened the page, nor what the background meanwhile explains of the note.
    """
    with sqlite3.connect(f"file:{data / 'icd9_review.sqlite3'}?mode=ro", uri=True) as connection:
        return [connection.execute(rows, {"encounter": encounter}).fetchall() for rows in ROWS]


def sentence(page: Page, words: str) -> Locator:
    return page.locator(".whatif .sentence", has_text=words)


def moved(page: Page, code: str) -> Locator:
    return page.locator(".whatif .moved tbody tr", has=page.get_by_text(code, exact=True))


def wait_until_read(page: Page) -> None:
    expect(page.locator(".whatif .figures")).to_have_attribute("aria-busy", "false", timeout=SLOW)


def test_a_struck_sentence_takes_its_code_along_and_nothing_is_stored(
    page: Page, server: Server
) -> None:
    encounter = open_new(page, server, NOTE)
    before = stored(server.data, encounter)
    page.keyboard.press("c")
    page.wait_for_url("**/what-if?encounter=*", timeout=SLOW)

    # Three strokes faster than any reading: only what stands at the end counts.
    sentence(page, "Congestive").click(timeout=SLOW)
    sentence(page, "Coumadin").click()
    page.keyboard.press("Space")
    wait_until_read(page)
    expect(moved(page, "428.0")).to_contain_text("disappears", timeout=SLOW)
    expect(moved(page, "427.31").get_by_text("disappears")).to_have_count(0)
    expect(sentence(page, "Congestive")).to_have_attribute("aria-pressed", "true")
    expect(sentence(page, "Coumadin")).to_be_focused()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert serious_violations(page) == []

    page.keyboard.press("e")
    box = page.get_by_role("textbox")
    expect(box).to_have_value(NOTE.removeprefix("Congestive heart failure."))
    box.fill(f"{CANARY}. Pneumonia.")
    wait_until_read(page)
    expect(moved(page, "486")).to_contain_text("appears", timeout=SLOW)
    box.fill("")
    expect(page.locator(".whatif .message")).to_contain_text("no words left", timeout=SLOW)
    box.fill(f"{CANARY}. Fall.")
    page.keyboard.press("Escape")
    expect(sentence(page, CANARY)).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Reset").click()
    expect(sentence(page, "Congestive")).to_have_attribute("aria-pressed", "false", timeout=SLOW)
    expect(page.locator(".whatif .message")).to_contain_text("what the notes say", timeout=SLOW)

    assert CANARY not in page.url
    assert page.evaluate("window.hacked") is None
    page.keyboard.press("b")
    page.wait_for_url("**/workbench?encounter=*", timeout=SLOW)
    expect(suggestions(page).first).to_be_visible(timeout=SLOW)
    assert stored(server.data, encounter) == before
    files = [file for file in server.data.rglob("*") if file.is_file()]
    assert not [file for file in files if re.search(CANARY.encode(), file.read_bytes(), re.I)]
