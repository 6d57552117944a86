"""How long a key takes to be stored and shown, in Chromium: ``python -m tests.bench.decisions``.

A server with the embedded model on a new data folder and one encounter of three notes. Letters
are typed while explanations run, and words until codes by meaning stand below; then, on another
such server, decisions are made, with explanations running and with every one there. Prints the
quantiles in milliseconds from a letter to the codes found, from the pause after the last one to
those that the model adds, and from the key to the answer that no longer calls it unsent.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.bench.three_notes import serving_three_notes, three_notes
from tests.browser.conftest import FLAGS, Server, chromium_path
from tests.browser.workbench import SLOW, suggestions, wait_until_open, wait_until_saved

_DECISIONS = 60
_QUERIES = ("heart attack", "afib", "dm2 neuropathy", "401", "septic shock", "lap appendectomy")
_PHRASES = (
    *("hepatocholangiocarcinoma", "water on the lungs", "weak heart muscle", "broken hip"),
    *("thinning of the bones", "slipped disc in the back", "high sugar", "failing kidneys"),
    *("swollen legs", "cannot sleep", "ringing in the ears", "loss of smell", "yellow skin"),
    *("blood in the urine", "clot in the lung", "stroke of the brain", "trouble swallowing"),
    *("low blood count", "bleeding from the stomach", "torn knee cartilage", "new hip joint"),
    *("removal of the gallbladder", "scope of the bowel", "breathing machine"),
)
"""To each the model adds codes that the index has no word of."""
_PAUSE = 60 + 250  # milliseconds: TYPING and MEANING of palette.js, which wait for a further key
_MEAN = """async words => {
  const hosts = [...document.querySelectorAll('*')].map(node => node.shadowRoot);
  const bench = hosts.find(root => root?.querySelector('.workbench'));
  const field = bench.querySelector('.palette .field');
  const started = performance.now();
  field.value = words;
  field.dispatchEvent(new Event('input', {bubbles: true}));
  const frame = () => new Promise(requestAnimationFrame);
  const added = () => [...bench.querySelectorAll('.palette .hit .origin')]
    .some(origin => origin.textContent === 'by meaning');
  await frame();
  while (bench.querySelector('.palette.waiting') || !added()) await frame();
  return performance.now() - started;
}"""
_TYPE = """async letter => {
  const hosts = [...document.querySelectorAll('*')].map(node => node.shadowRoot);
  const bench = hosts.find(root => root?.querySelector('.workbench'));
  const field = bench.querySelector('.palette .field');
  const started = performance.now();
  field.value += letter;
  field.dispatchEvent(new Event('input', {bubbles: true}));
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  while (bench.querySelector('.palette.waiting')) await frame();
  return performance.now() - started;
}"""
PRESS = """async key => {
  const hosts = [...document.querySelectorAll('*')].map(node => node.shadowRoot);
  const bench = hosts.find(root => root?.querySelector('.workbench'));
  const started = performance.now();
  const focused = bench.activeElement ?? bench.querySelector('.workbench');
  focused.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, composed: true}));
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  while (bench.querySelector('.saving') || bench.querySelector('.saved').textContent.includes('…'))
    await frame();
  return performance.now() - started;
}"""


def main() -> None:
    """Measure and print; each part on a server of its own, whose explanations have just begun."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        try:
            for measure in (_letters, _decisions):
                with serving_three_notes() as server:
                    measure(_opened(browser, server), server)
        finally:
            browser.close()


def _opened(browser: Browser, server: Server) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(server.url)
    page.locator("button.open").first.click(timeout=SLOW)
    wait_until_open(page)
    words = sum(len(note.text.split()) for note in three_notes())
    print(f"three notes of {words:,} words together, {suggestions(page).count()} suggestions")
    return page


def _letters(page: Page, server: Server) -> None:
    _while_explaining(server, lambda: _search(page))
    _while_explaining(server, lambda: _mean(page))


def _decisions(page: Page, server: Server) -> None:
    count = suggestions(page).count()
    _while_explaining(server, lambda: _decide(page, "while explanations are computed"))
    for _ in range(count):
        page.keyboard.press("k")
    for _ in range(count):
        expect(page.locator(".workbench .used .sums")).to_be_visible(timeout=SLOW)
        page.keyboard.press("j")
    _decide(page, "with every explanation there")


def _while_explaining(server: Server, act: Callable[[], None]) -> None:
    """Do something, and end the run where explanations did not go on all the while."""
    before = server.explanations()
    act()
    after = server.explanations()
    print(f"  explanations when it began: {before}, and when it ended: {after}")
    waiting, more = after.get("queued", 0), after.get("done", 0) - before.get("done", 0)
    if not (waiting and more):
        sys.exit("explanations did not run all the while, so nothing was measured; run it again")


def _search(page: Page) -> None:
    """Type queries letter by letter, and print how long each took to be answered on the screen."""
    times = []
    for query in _QUERIES:
        page.keyboard.press("/")
        for letter in query:
            times.append(float(page.evaluate(_TYPE, letter)))
        page.keyboard.press("Escape")
    _print("letter to codes found on the screen, while explanations are computed", times)


def _mean(page: Page) -> None:
    """Type phrases, and print how long after the pause the model's codes are on the screen."""
    times = []
    for phrase in _PHRASES:
        page.keyboard.press("/")
        times.append(float(page.evaluate(_MEAN, phrase)) - _PAUSE)
        page.keyboard.press("Escape")
    _print("pause to codes by meaning on the screen, while explanations are computed", times)


def _decide(page: Page, when: str) -> None:
    """Accept and take back in turn, and print how long each took."""
    times = []
    for number in range(_DECISIONS):
        times.append(float(page.evaluate(PRESS, "a" if number % 2 == 0 else "u")))
        page.wait_for_timeout(50)
    wait_until_saved(page)
    _print(f"{when}, key to stored and shown", times)


def _print(what: str, times: list[float]) -> None:
    times.sort()
    p95 = times[int(0.95 * len(times))]
    print(f"{what}: p50 {statistics.median(times):.0f} ms, ", end="")
    print(f"p95 {p95:.0f} ms, longest {times[-1]:.0f} ms, {len(times)} times")


if __name__ == "__main__":
    main()
