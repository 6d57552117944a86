"""The pictures of the documentation, taken anew in Chromium: ``python -m tests.bench.pictures``.

A server with the embedded model on a new data folder, and its demonstration encounters alone: what
is seen was written for it. Look at every picture before it is committed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect, Page, expect, sync_playwright

from icd9_review.settings import ROOT
from tests.browser.conftest import FLAGS, Server, chromium_path
from tests.browser.workbench import SLOW, suggestions
from tests.ports import free_port

DOCS = ROOT / "docs"
_PANE_HEIGHT = 762  # of the right pane, from the banner to the footer
_PART_HEIGHT = 420  # of what is shown of a list
_WORKLIST_HEIGHT = 740
_COLOURS = 256


def main() -> None:
    """Take every picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(data=Path(folder), port=free_port())
        server.start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        try:
            page.goto(server.url)
            expect(page.get_by_role("button", name="E-00001")).to_be_visible(timeout=SLOW)
            expect(page.get_by_text("Being read")).to_have_count(0, timeout=4 * SLOW)
            _take_workbench(page)
            _take_chart(page, server.url)
            _take_worklist(page, server.url)
        finally:
            browser.close()
            server.kill()


def _take_workbench(page: Page) -> None:
    """The front of the README: a note with the words the model used, before any decision."""
    page.get_by_role("button", name="E-00002").click()
    expect(suggestions(page).first).to_be_visible(timeout=SLOW)
    used = page.locator(".workbench .used .sums")
    expect(used).to_contain_text("adds up", timeout=4 * SLOW)  # no longer a preview
    page.mouse.move(1200, 600)
    page.keyboard.press("e")
    take(page, DOCS / "workbench.png")


def _take_chart(page: Page, url: str) -> None:
    """The right pane, from a replacement to the signature."""
    page.goto(url)
    page.get_by_role("button", name="E-00001").click()
    expect(suggestions(page).first).to_be_visible(timeout=SLOW)
    _focus(page, "428.0")
    page.keyboard.press("s")
    expect(page.locator(".workbench .hit").first).to_be_visible(timeout=SLOW)
    _take_pane(page, "replace", _PART_HEIGHT)
    page.keyboard.type("428.23")
    page.keyboard.press("Enter")
    expect(page.locator(".workbench .mine .code")).to_have_text("428.23", timeout=SLOW)
    for code in ("427.31", "584.9"):
        _focus(page, code)
        page.keyboard.press("a")
    page.keyboard.press("/")
    page.keyboard.type("250.4")
    expect(page.locator(".workbench .hit.active")).to_contain_text("250.4", timeout=SLOW)
    page.keyboard.press("Enter")
    expect(page.locator(".workbench .hit.active")).to_contain_text("250.40", timeout=SLOW)
    _take_pane(page, "digits", _PART_HEIGHT)
    page.keyboard.press("Escape")
    expect(page.locator(".workbench .edit.error")).to_be_visible(timeout=SLOW)
    page.keyboard.press("o")
    _take_pane(page, "my-codes", _PANE_HEIGHT)
    for _ in range(3):
        page.keyboard.press("y")
    expect(page.locator(".workbench .edit.error")).to_have_count(0, timeout=SLOW)
    page.keyboard.press("f")
    sign = page.locator(".workbench .finish .sign")
    for asked in ("Go on", "Principal"):  # lines without a code, then the principal diagnosis
        expect(sign).to_contain_text(asked, timeout=SLOW)
        page.keyboard.press("Enter")
    expect(sign).to_contain_text("Sign", timeout=SLOW)
    expect(sign).to_be_enabled(timeout=SLOW)
    _take_pane(page, "finalise", _PANE_HEIGHT)


def _take_worklist(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.get_by_text("In progress").first).to_be_visible(timeout=SLOW)
    clip = FloatRect(x=0, y=0, width=1440, height=_WORKLIST_HEIGHT)
    take(page, DOCS / "pictures" / "worklist.png", clip)


def _focus(page: Page, code: str) -> None:
    """Put the focus on a suggestion, as a click on it does."""
    suggestions(page).filter(has_text=code).first.locator(".pick").click()


def _take_pane(page: Page, name: str, height: int) -> None:
    box = page.locator(".workbench .right").bounding_box()
    assert box is not None
    clip = FloatRect(x=1440 - 350, y=box["y"], width=350, height=height)
    take(page, DOCS / "pictures" / f"{name}.png", clip)


def take(page: Page, path: Path, clip: FloatRect | None = None) -> None:
    """A picture in few colours, which is a third of the size and looks the same."""
    page.wait_for_timeout(1000)  # until what moves has come to rest
    page.screenshot(path=path, clip=clip)
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(
            _COLOURS,
            method=Image.Quantize.MAXCOVERAGE,  # keeps the colour of a thin line, too
            dither=Image.Dither.NONE,
        )
    few.save(path, optimize=True)


if __name__ == "__main__":
    main()
