"""How long people wait in Chromium: ``python -m tests.bench.pages [--worker] [--people N]``.

A server with the embedded model on a new data folder. Prints, in milliseconds: opening an
encounter of three notes that is explained, moving to another code, preview and explanation of one
that is not (windows of 256 pieces), the decisions of several people at once while everything is
explained, and how much memory the app takes.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.async_api import async_playwright
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from icd9_review.notes import demonstration_encounters
from icd9_review.settings import ROOT
from tests.bench.decisions import PRESS
from tests.bench.three_notes import serving_three_notes, three_notes
from tests.browser.conftest import FLAGS, Server, chromium_path
from tests.browser.workbench import SLOW, suggestions, take_in
from tests.ports import free_port

_SIZE: ViewportSize = {"width": 1440, "height": 900}
_OPEN = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const find = (selector) => [...document.querySelectorAll('*')]
    .map(node => node.shadowRoot?.querySelector(selector)).find(Boolean);
  const started = performance.now();
  find('button.open').click();
  while (!find('.workbench .used .sums') || !find('.workbench .note mark, .workbench .used .word'))
    await frame();
  await frame();
  return performance.now() - started;
}"""
_MOVE = """async key => {
  const frame = () => new Promise(requestAnimationFrame);
  const hosts = [...document.querySelectorAll('*')].map(node => node.shadowRoot);
  const bench = hosts.find(root => root?.querySelector('.workbench'));
  const shown = () => bench.querySelector('.used .for')?.textContent;
  const before = shown();
  const started = performance.now();
  document.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
  while (shown() === before || !bench.querySelector('.used .sums')) await frame();
  return performance.now() - started;
}"""
_EXPLAIN = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const hosts = [...document.querySelectorAll('*')].map(node => node.shadowRoot);
  const bench = hosts.find(root => root?.querySelector('.workbench'));
  const shown = () => bench.querySelector('.used .for')?.textContent;
  const before = shown();
  const started = performance.now();
  [...bench.querySelectorAll('.list:not(.outside):not(.demoted) .pick')].at(-1).click();
  while (shown() === before || !bench.querySelector('.used .sums')) await frame();
  const first = performance.now() - started;
  const rough = bench.querySelector('.used .sums').textContent.includes('preview');
  while (bench.querySelector('.used .sums')?.textContent.includes('preview') ?? true) await frame();
  return [rough ? first : null, performance.now() - started];
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--worker", action="store_true", help="with a worker process beside")
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        try:
            _explained(browser)
            _unexplained(browser)
        finally:
            browser.close()
    asyncio.run(_people(given.people, given.worker))


@contextmanager
def _serving(**environment: str) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(data=Path(folder), port=free_port(), environment=environment)
        server.start()
        try:
            yield server
        finally:
            print(f"memory of the app: {_memory(server):,.0f} MB at its highest")
            server.kill()


def _memory(server: Server) -> float:
    """The largest resident size so far, in MB."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text("ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1000 if found else 0.0


def _explained(browser: Browser) -> None:
    """Three notes whose explanations are there: opening them, and going through their codes."""
    opened: list[float] = []
    moved: list[float] = []
    with serving_three_notes() as server:
        page = browser.new_context(viewport=_SIZE).new_page()
        page.goto(server.url)
        expect(page.locator("button.open").first).to_be_visible(timeout=SLOW)
        # Nothing is told of explanations before the notes are read, nor when all are there.
        expect(page.locator("tbody .explained:not(:empty)").first).to_be_visible(timeout=SLOW)
        expect(page.locator("tbody .explained:not(:empty)")).to_have_count(0, timeout=SLOW * 3)
        page.wait_for_timeout(3000)
        for number in range(12):
            opened.append(float(page.evaluate(_OPEN)))
            if number < 4:
                count = suggestions(page).count()
                expect(page.locator(".workbench .note-text")).to_have_count(len(three_notes()))
                moved += [float(page.evaluate(_MOVE, "j")) for _ in range(count - 1)]
            page.goto(server.url)
            expect(page.locator("button.open").first).to_be_visible(timeout=SLOW)
            page.wait_for_timeout(500)
        print(f"memory of the app with three notes: {_memory(server):,.0f} MB at its highest")
        _print(
            f"three explained notes ({count} suggestions), from the worklist to the page", opened
        )
        _print("to another explained code", moved)


def _unexplained(browser: Browser) -> None:
    """Codes nobody has explained yet, in windows of 256 pieces."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model"
        shutil.copytree(ROOT / "models" / "default", model)
        windows = {"length": 256, "stride": 32, "aggregation": "max"}
        (model / "windows.json").write_text(json.dumps(windows))
        with _serving(ICD9_REVIEW_MODEL=str(model), ICD9_REVIEW_DEMONSTRATION="false") as server:
            _ask(browser, server)


def _ask(browser: Browser, server: Server) -> None:
    previews: list[float] = []
    full: list[float] = []
    notes = [note.text for _, held in demonstration_encounters() for note in held]
    for text in notes[:8]:
        page = browser.new_context(viewport=_SIZE).new_page()
        take_in(page, server.url, text)
        # The last code is explained last in the background: it is asked for first here. The only
        # one of a note is in focus already, which nobody has to ask for.
        if suggestions(page).count() > 1:
            rough, whole = page.evaluate(_EXPLAIN)
            previews += [float(rough)] if rough is not None else []
            full.append(float(whole))
        page.context.close()
    _print(f"preview, seen in {len(previews)} of {len(full)}", previews)
    _print("explanation of a code that nobody had explained", full)


async def _people(people: int, worker: bool) -> None:
    """Everybody decides on an encounter of their own while everything is explained."""
    with _serving() as server:
        beside = _work(server) if worker else None
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium_path(), args=list(FLAGS)
            )
            pages = []
            for number in range(people):
                context = await browser.new_context(viewport={"width": 1440, "height": 900})
                page = await context.new_page()
                await page.goto(server.url)
                await page.locator("button.open").nth(number).click(timeout=SLOW)
                await page.locator(".workbench .list .row").first.wait_for(timeout=SLOW)
                pages.append(page)

            async def decide(number: int) -> list[float]:
                times = []
                for turn in range(20):
                    await asyncio.sleep(1.0 + number / people)
                    key = "a" if turn % 2 == 0 else "u"
                    times.append(float(await pages[number].evaluate(PRESS, key)))
                return times

            found = await asyncio.gather(*map(decide, range(people)))
            await browser.close()
        if beside:
            beside.terminate()
            beside.wait(90)
        beside_text = " and a worker process" if worker else ""
        _print(
            f"{people} people at once{beside_text}, key to stored and shown",
            [one for times in found for one in times],
        )


def _work(server: Server) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "ICD9_REVIEW_DATA": str(server.data), "DATABASE_URL": ""}
    beside = subprocess.Popen([sys.executable, "-m", "icd9_review", "worker"], env=environment)
    time.sleep(5)
    return beside


def _print(what: str, times: list[float]) -> None:
    if not times:
        print(f"{what}: never")
        return
    times = sorted(times)
    p95 = times[int(0.95 * len(times))]
    print(f"{what}: p50 {statistics.median(times):.0f} ms, ", end="")
    print(f"p95 {p95:.0f} ms, longest {times[-1]:.0f} ms, {len(times)} times")


if __name__ == "__main__":
    main()
