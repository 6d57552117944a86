"""How long a key takes to be stored and shown, in Chromium: ``python -m tests.bench.decisions``.

A server with the embedded model on a new data folder, one encounter of about 1,500 words
with 30 suggestions or more, every explanation asked for beforehand or not. Prints the
quantiles in milliseconds from the key to the answer that no longer calls it unsent.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from icd9_review.notes import demonstration_encounters
from tests.browser.conftest import FLAGS, Server, chromium_path
from tests.browser.workbench import SLOW, suggestions, take_in, wait_until_saved
from tests.ports import free_port

_DECISIONS = 60
_QUERIES = ("heart attack", "afib", "dm2 neuropathy", "401", "septic shock", "lap appendectomy")
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
  document.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  while (bench.querySelector('.saving') || bench.querySelector('.saved').textContent.includes('…'))
    await frame();
  return performance.now() - started;
}"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(data=Path(folder), port=free_port())
        server.start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        try:
            _measure(page, server.url)
        finally:
            browser.close()
            server.kill()


def _measure(page: Page, url: str) -> None:
    notes = [note.text for _, held in demonstration_encounters() for note in held]
    text = f"{notes[6]}\n\n{notes[9]}"
    take_in(page, url, text)
    expect(page.locator(".workbench .used .sums")).to_be_visible(timeout=SLOW)
    count = suggestions(page).count()
    print(f"{len(text.split()):,} words, {count} suggestions")
    _decide(page, "while explanations are computed")
    for _ in range(count):
        page.keyboard.press("k")
    for _ in range(count):
        expect(page.locator(".workbench .used .sums")).to_be_visible(timeout=SLOW)
        page.keyboard.press("j")
    _decide(page, "with every explanation there")
    _search(page)


def _search(page: Page) -> None:
    """Type queries letter by letter, and print how long each took to be answered on the screen."""
    times = []
    for query in _QUERIES:
        page.keyboard.press("/")
        for letter in query:
            times.append(float(page.evaluate(_TYPE, letter)))
        page.keyboard.press("Escape")
    _print("letter to codes found on the screen", times)


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
