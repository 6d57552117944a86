"""A real server with the embedded model, and a real Chromium in front of it."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from icd9_review.settings import ROOT
from icd9_review.store.database.engine import open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.intake.encounters import begin_with
from icd9_review.store.users import ensure_development_users, users
from icd9_review.ui.serving.sign_in.cookie import COOKIE, kept
from icd9_review.values import CareSetting, NewEncounter, NewNote
from tests.ports import free_port

TOKEN = "the session of the development coder, as every page begins".replace(" ", "-")
"""What a new browser holds. It is the same at every server: cookies know no ports."""

CHARTS = Path(__file__).parent / "charts"
FIRST_CHARTS = ("injury", "heart-failure", "appendectomy")
"""What the shared server has from the beginning."""

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def chromium_path() -> str:
    """Where Chromium is; skips without one, and fails where nothing may be left out."""
    found = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if found:
        return found
    reason = "no Chromium found; install it or name one with CHROMIUM="
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass
class Server:
    """The app on its own data folder, as one of its two commands starts it."""

    data: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    command: tuple[str, ...] = ("icd9_review", "serve", "--port")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def environment_of_process(self) -> dict[str, str]:
        return {
            **os.environ,
            "ICD9_REVIEW_DATA": str(self.data),
            "DATABASE_URL": "",
            **self.environment,
        }

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.command, str(self.port)],
                cwd=ROOT,
                env=self.environment_of_process(),
                stdout=log,
                stderr=log,
            )
        self._wait()
        self.start_session()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self.process:
            self.process.kill()
            self.process.wait()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """As a machine without a moment for it: what is sent meanwhile comes at once afterwards."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def start_session(self) -> None:
        """Know whoever holds ``TOKEN`` as the development coder."""
        now = datetime.now(UTC).replace(tzinfo=None)
        row = (hashlib.sha256(TOKEN.encode()).hexdigest(), *[now] * 3, now + timedelta(hours=12))
        with self._database() as database:
            database.execute(
                "INSERT OR REPLACE INTO sessions "
                "(id, user_id, proof, proved, created, seen, expires, browser) "
                "SELECT ?, id, 'chosen', ?, ?, ?, ?, '' FROM users "
                "WHERE name = 'Development coder'",
                [row[0], *map(str, row[1:])],
            )

    def forget_explanations(self) -> None:
        """Let nothing wait any more for the background to explain it."""
        with self._database() as database:
            database.execute("DELETE FROM explanation_jobs WHERE state = 'queued'")

    def forget_preferences(self) -> None:
        """Let every page be as on a first visit: made-up frames choose filters too."""
        with self._database() as database:
            database.execute("DELETE FROM preferences")

    def explanations(self) -> dict[str, int]:
        """How many explanations of the background are queued, running, done or failed."""
        with self._database() as database:
            rows = database.execute("SELECT state, count(*) FROM explanation_jobs GROUP BY state")
            return dict(rows.fetchall())

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        path = self.data / "icd9_review.sqlite3"
        with closing(sqlite3.connect(path, timeout=10)) as database, database:
            yield database

    def _wait(self) -> None:
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2):  # noqa: S310
                    return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the session, with three short encounters: E-00001 to E-00003.

    To explain all codes of the demonstration would keep a core busy for as long as the tests run.
    """
    chromium_path()
    data = tmp_path_factory.mktemp("data")
    _begin_with_charts(data)
    settings = {
        "ICD9_REVIEW_CHOOSE_USER": "true",
        "ICD9_REVIEW_DEMONSTRATION": "false",
        "ICD9_REVIEW_EXPLAIN_AHEAD": "false",
    }
    running = Server(data=data, port=free_port(), environment=settings)
    running.start()
    yield running
    running.kill()


def _begin_with_charts(data: Path) -> None:
    """A database with a chart in each encounter, which nobody has worked on."""
    database = open_database(f"sqlite:///{data / 'icd9_review.sqlite3'}")
    upgrade(database)
    ensure_development_users(database)
    charts = [(CHARTS / f"{name}.txt").read_text("utf-8") for name in FIRST_CHARTS]
    facts = NewEncounter(CareSetting.INPATIENT)
    encounters = [(facts, [NewNote(f"{text}\nThe first.", "Note")]) for text in charts]
    begin_with(database, encounters, actor=users(database)[0], model_version=None)
    database.close()


@pytest.fixture
def server(shared_server: Server) -> Iterator[Server]:
    """The server of the session; what waits to be explained after the test, nobody will look at,
    and what the test chose on pages, nobody else has chosen."""
    yield shared_server
    shared_server.forget_explanations()
    shared_server.forget_preferences()


class _Chromium:
    """One Chromium for files that follow one another: to start it takes as long as most tests."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._running: Browser | None = None

    def running(self) -> Browser:
        """It, begun where there is none or where it died."""
        if self._running is None or not self._running.is_connected():
            self.end()
            path = chromium_path()
            self._playwright = sync_playwright().start()
            self._running = self._playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        return self._running

    def end(self) -> None:
        if self._running:
            self._running.close()
        if self._playwright:
            self._playwright.stop()
        self._running = self._playwright = None


_chromium = _Chromium()


@pytest.fixture(scope="module")
def browser() -> Browser:
    """The Chromium of this process."""
    return _chromium.running()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Generator[None]:
    """While Playwright runs, its event loop holds the thread, and a test elsewhere that runs a
    coroutine would find it taken."""
    try:
        return (yield)
    finally:
        if nextitem is None or Path(__file__).parent not in nextitem.path.parents:
            _chromium.end()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser profile at 1440 x 900, of the development coder where people choose.

    Errors of its scripts fail the test.
    """
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": COOKIE, "value": kept(TOKEN), "url": "http://127.0.0.1"}])
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails tells what its page showed: on another machine that is all there is."""
    report = yield
    seen = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and isinstance(seen, Page):
        with suppress(Error):  # of a browser that died
            shown = seen.locator("body").aria_snapshot()
            report.sections.append(("the page", f"{seen.url}\n{shown}"))
    return report
