"""Keys spent looking for evidence: ``python -m tests.bench.following``.

Each of the six written charts is walked from suggestion to suggestion once with a note that follows
the focus, and once with one that stays, in one window of 1440 × 900. Where no mark of a code
is in sight, ``E`` is pressed until one is, and these keys are counted; the keys of walking are the
same both ways.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, expect, sync_playwright

from icd9_review.store.database.engine import open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.intake.encounters import create_encounter
from icd9_review.store.users import ensure_development_users, users
from icd9_review.values import NewEncounter, NewNote
from tests.bench.three_notes import SETTINGS
from tests.browser.conftest import FLAGS, Server, chromium_path
from tests.browser.day_charts import NAMES, day_chart
from tests.browser.keyboard_coder import KeyboardCoder
from tests.browser.workbench import SLOW, open_encounter
from tests.ports import free_port

_TRIES = 3  # keys after which a code counts as one without evidence


def main() -> None:
    """Walk the charts both ways and print a line for each, then the sums."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        encounters = _take_in(Path(folder))
        server = Server(Path(folder), free_port(), environment=SETTINGS)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        try:
            server.start()
            found = {name: _walk_both(browser, server, name, encounters[name]) for name in NAMES}
        finally:
            browser.close()
            server.kill()
    rows, following, staying = (sum(each[place] for each in found.values()) for place in range(3))
    print(f"{rows} suggestions: {following} keys with the note following, {staying} without")


def _take_in(data: Path) -> dict[str, str]:
    database = open_database(f"sqlite:///{data / 'icd9_review.sqlite3'}")
    upgrade(database)
    ensure_development_users(database)
    actor = users(database)[0]
    taken = {}
    for chart in map(day_chart, NAMES):
        facts, notes = NewEncounter(chart.setting), [NewNote(chart.text, "Note")]
        made = create_encounter(
            database, facts, notes, actor=actor, key=chart.name, model_version=None
        )
        taken[chart.name] = made.id
    database.close()
    return taken


def _walk_both(browser: Browser, server: Server, name: str, encounter: str) -> tuple[int, int, int]:
    """Suggestions, and the keys with and without following."""
    size = {"width": 1440, "height": 900}
    context = browser.new_context(viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
    coder = KeyboardCoder(context.new_page(), day_chart(name))
    open_encounter(coder.page, server.url, encounter)
    rows = coder.part(".list:not(.outside) .row").count()
    _set_following(coder, "the note follows the focus")
    following = _walk(coder, rows)
    _set_following(coder, "the note stays where it is")
    coder.part(".note").evaluate("note => note.scrollTo(0, 0)")
    staying = _walk(coder, rows)
    context.close()
    print(f"{name:15} {rows:3} suggestions: {following:3} keys following, {staying:3} without")
    return rows, following, staying


def _set_following(coder: KeyboardCoder, said: str) -> None:
    """What a person chose last is remembered from chart to chart: ask until it is said."""
    for _ in range(2):
        coder.page.keyboard.press("Shift+E")
        coder.page.wait_for_timeout(500)
        if said in coder.part(".spoken").inner_text():
            return
    raise AssertionError(said)


def _walk(coder: KeyboardCoder, rows: int) -> int:
    """Down all suggestions and back to the first; the keys that looked for evidence."""
    keys = coder.page.keyboard
    looked = 0
    for row in range(rows):
        expect(coder.part(".used .sums")).to_contain_text("adds up", timeout=SLOW)
        coder.page.wait_for_timeout(100)  # the note has moved
        tries = 0
        while not coder.marks_in_sight() and tries < _TRIES:
            keys.press("e")
            coder.page.wait_for_timeout(100)
            tries += 1
        looked += tries
        if row < rows - 1:
            keys.press("j")
    for _ in range(rows):
        keys.press("k")
    return looked


if __name__ == "__main__":
    main()
