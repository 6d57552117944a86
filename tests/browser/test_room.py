"""The room that a coder sits in all day: what is in sight in which window, what is remembered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import serious_violations
from tests.browser.conftest import Server
from tests.browser.workbench import SLOW, open_new, suggestions, wait_until_open, wait_until_saved

pytestmark = pytest.mark.browser

TABLE = """\
                     03/12 06:10   03/13 05:55   03/14 06:02   Reference
Sodium                      131           134           138   135-145 mmol/L
Creatinine                  2.4           1.9           1.4   0.6-1.2 mg/dL
"""
NOTE = f"""\
HISTORY OF PRESENT ILLNESS:
This woman with congestive heart failure, atrial fibrillation, hypertension
and type 2 diabetes came in with acute kidney failure and hyponatremia. She
has hypothyroidism, COPD, anemia, obesity, gout, GERD and depression as well.

LABORATORY:
{TABLE}
HOSPITAL COURSE:
{"She got better from day to day while her medicines were changed. " * 60}

PLAN:
Home.
"""


def in_sight(rows: Locator, pane: Locator) -> int:
    """How many rows stand in their pane as a whole."""
    frame = pane.bounding_box()
    assert frame is not None
    boxes = (rows.nth(index).bounding_box() for index in range(rows.count()))
    return sum(
        box is not None
        and box["y"] >= frame["y"] - 1
        and box["y"] + box["height"] <= frame["y"] + frame["height"] + 1
        for box in boxes
    )


def top_of(page: Page, words: str) -> float:
    """How far below the upper edge of the notes words stand."""
    note = page.locator(".workbench .note").bounding_box()
    found = page.locator(".workbench .heading", has_text=words).bounding_box()
    assert note is not None
    assert found is not None
    return found["y"] - note["y"]


def test_the_room_fits_each_window_and_stays_as_its_person_has_it(
    page: Page, server: Server
) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    open_new(page, server, NOTE)
    rows, scroll = suggestions(page), page.locator(".workbench .left .scroll")
    for _ in range(4):
        page.keyboard.press("a")
    assert in_sight(rows, scroll) >= 5
    for _ in range(3):
        page.keyboard.press("j")
        assert in_sight(page.locator(".workbench .row.focused"), scroll) == 1

    text = page.locator(".workbench .text").first
    assert text.evaluate("node => node.textContent") == NOTE
    wraps = text.locator(".wrap")
    assert wraps.count() == 2  # of three wrapped lines; the rows of the table stay
    for key in "1]]]":  # from its beginning: the note may be where the focus took it
        page.keyboard.press(key)
    page.wait_for_timeout(500)
    assert 0 <= top_of(page, "HOSPITAL COURSE") < 60

    page.keyboard.press("z")
    page.keyboard.press("f")
    page.keyboard.press("+")
    expect(page.locator(".workbench.fixed")).to_be_visible()
    wait_until_saved(page)
    page.reload()
    wait_until_open(page)
    expect(page.locator(".workbench.fixed")).to_be_visible(timeout=SLOW)
    assert (
        page.locator(".workbench .note-text")
        .evaluate("node => getComputedStyle(node).fontFamily")
        .startswith("ui-monospace")
    )
    page.keyboard.press("z")
    page.keyboard.press("0")
    page.keyboard.press("z")
    expect(page.locator(".workbench.fixed")).to_have_count(0)

    page.set_viewport_size({"width": 720, "height": 450})
    mine, left = page.locator(".workbench .mine").first, page.locator(".workbench .row.focused")
    expect(mine).to_be_hidden()
    expect(left).to_be_visible()
    page.get_by_role("button", name="My codes").click()
    expect(mine).to_be_visible()
    expect(left).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_in_viewport()
    page.keyboard.press("Escape")
    for name in ("Hold", "Finalise", "Worklist"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
    assert serious_violations(page) == []
    # The list of keys is read from its first, with the way out in sight.
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys.get_by_text("accept; with Shift")).to_be_in_viewport(ratio=1)
    expect(keys.get_by_role("button", name="Close")).to_be_in_viewport(ratio=1)
    assert serious_violations(page) == []
