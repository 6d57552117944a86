"""What axe finds on a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.workbench import SLOW

_FADING = (
    "stElementContainer",
    "stLayoutWrapper",
    "stVerticalBlock",
    "stHorizontalBlock",
    "stColumn",
)
_UNFADED = (
    ", ".join(f'[data-testid="{each}"]' for each in _FADING)
    + " { opacity: 1 !important; transition: none !important }"
)
# One that is paused never finishes, and nothing else ends the wait.
_UNTIL_NOTHING_MOVES = """() => Promise.race([
    new Promise((stop) => setTimeout(stop, 2000)),
    Promise.allSettled(
        document.getAnimations()
            .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
            .map((each) => each.finished)
    ),
])"""

_LATER = 1000  # milliseconds; Streamlit's fades take a fifth of it

_HEADINGS = ("heading-order", "page-has-heading-one")
"""Of moderate impact for axe; whoever hears a page finds their way by them."""


def serious_violations(page: Page) -> list[tuple[str, str]]:
    """The rule and the element of every serious or critical violation, contrast and headings too.

    Read once the page has come to rest, and where there is one again a second later: what still
    fades in has too little contrast.
    """
    app = page.get_by_test_id("stApp")
    expect(app.or_(page.locator("body > main"))).to_be_visible(timeout=SLOW)
    if app.count():  # a page before the app is there at once
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=SLOW)
        # Streamlit fetches what shows app.css by itself: a busy server may be late with it.
        style = page.get_by_test_id("stEvent").locator("style")
        expect(style.first).to_be_attached(timeout=SLOW)
    # A part that renews itself may begin at any moment, and Streamlit fades what it shows anew.
    page.add_style_tag(content=_UNFADED)
    page.evaluate(_UNTIL_NOTHING_MOVES)
    found = _violations(page)
    if not found:
        return []
    page.wait_for_timeout(_LATER)
    again = _violations(page)
    return [each for each in found if each in again]


def _violations(page: Page) -> list[tuple[str, str]]:
    return [
        (violation["id"], node["html"][:200])
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical") or violation["id"] in _HEADINGS
        for node in violation["nodes"]
    ]
