"""Beside a code: the book, the rule behind an edit, one's own words, and what is open alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from icd9_review.store.database.engine import open_database
from icd9_review.store.users import users
from icd9_review.ui.workbench.arranging import shows_open_only
from tests.browser.accessibility import serious_violations
from tests.browser.conftest import Server
from tests.browser.workbench import (
    SLOW,
    Facts,
    open_new,
    suggestions,
    wait_until_open,
    wait_until_saved,
)

pytestmark = pytest.mark.browser
NOTE = (Path(__file__).parent / "charts" / "heart-failure.txt").read_text("utf-8")
HEAR = "heard = []; document.addEventListener('keydown', (event) => heard.push(event.key))"
HOSTILE = "<img src=x onerror=alert(1)> **chf**"


def part(page: Page, selector: str) -> Locator:
    return page.locator(f".workbench {selector}")


def open_book(page: Page, key: str = "b") -> None:
    """The book at the code in focus, once the server has said what stands there."""
    page.keyboard.press(key)
    expect(part(page, ".book:not(.rule)")).to_be_visible()
    expect(part(page, ".book.waiting")).to_have_count(0, timeout=SLOW)


def wait_until_all_are_wanted(page: Page, server: Server) -> None:
    """Until the database no longer says that what is decided is left out: others share it."""
    database = open_database(f"sqlite:///{server.data / 'icd9_review.sqlite3'}")
    coder = next(user for user in users(database) if user.name == "Development coder")
    for _ in range(100):
        if not shows_open_only(database, coder):
            break
        page.wait_for_timeout(100)
    assert not shows_open_only(database, coder)
    database.engine.dispose()


def test_the_book_is_read_and_used_by_keys_in_windows_of_every_size(
    page: Page, server: Server
) -> None:
    open_new(page, server, f"{NOTE}\nThe book.", Facts(age=74, sex="Female"))
    first = part(page, ".row.focused .code").inner_text().split()[0]
    open_book(page)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_have_accessible_name(re.compile(rf"^{re.escape(first)} "))
    expect(page.get_by_role("listbox", name="Beside it")).to_be_focused()
    expect(dialog).to_contain_text("python -m icd9_review codes import")
    assert serious_violations(page) == []
    page.keyboard.press("j")
    chosen = part(page, ".sibling.active .code").inner_text()
    for size in ((1024, 768), (720, 450)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.keyboard.press("j")
        page.keyboard.press("k")
        expect(part(page, ".sibling.active")).to_be_in_viewport()
        assert serious_violations(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.keyboard.press("Enter")
    wait_until_saved(page)
    expect(part(page, ".mine .code")).to_have_text(chosen)

    # The rule behind an edit: on admission, nobody has said yet.
    expect(part(page, ".ruled").first).to_be_visible(timeout=SLOW)
    number = part(page, ".ruled").first.inner_text()
    part(page, ".ruled").first.click()
    expect(page.get_by_role("dialog")).to_have_accessible_name(re.compile(rf"^Edit {number}: "))
    expect(part(page, ".rule")).to_contain_text("Official Guidelines")
    assert serious_violations(page) == []
    page.keyboard.press("Escape")

    # What is decided is left out, also after a reload.
    decided = suggestions(page).filter(has_text=first)
    expect(decided).to_have_count(1)
    page.evaluate(HEAR)
    page.keyboard.press("Shift+R")
    expect(decided).to_have_count(0)
    wait_until_saved(page)
    # Streamlit would run the whole page again at R, and take the bench away for a moment.
    assert page.evaluate("heard") == ["Shift"]

    # Own words are text, and find their code; an empty search has the favourite.
    open_book(page)
    named = part(page, ".row.focused .code").inner_text().split()[0]
    page.keyboard.press("f")
    page.keyboard.press("w")
    page.keyboard.type(HOSTILE)
    page.keyboard.press("Enter")
    expect(part(page, ".star")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("listbox", name="Beside it")).to_be_focused()
    expect(part(page, ".naming.keeping")).to_have_count(0, timeout=SLOW)
    page.reload()
    wait_until_open(page)
    expect(decided).to_have_count(0)
    page.keyboard.press("/")
    hit = part(page, ".hit").first
    expect(hit).to_contain_text(HOSTILE, timeout=SLOW)
    page.keyboard.type("onerror chf")
    expect(hit.locator(".code")).to_have_text(named, timeout=SLOW)
    expect(part(page, ".palette.waiting")).to_have_count(0, timeout=SLOW)
    open_book(page, "ArrowRight")
    expect(part(page, ".called")).to_have_value(HOSTILE)
    assert part(page, "img").count() == 0

    # As everybody else finds it.
    page.keyboard.press("f")
    page.keyboard.press("w")
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    expect(part(page, ".naming.keeping")).to_have_count(0, timeout=SLOW)
    page.keyboard.press("Escape")
    expect(part(page, ".palette .field")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    expect(part(page, ".hit")).to_have_count(0, timeout=SLOW)
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+R")
    expect(decided).to_have_count(1)
    wait_until_all_are_wanted(page, server)
