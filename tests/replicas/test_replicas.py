"""A replica dies under its users: they go on at the other, and every decision counts once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from icd9_review import load_predictor
from icd9_review.store.deciding.decisions import decision_events
from icd9_review.store.people.sessions import begin_session
from icd9_review.ui.serving.sign_in.cookie import COOKIE, kept
from icd9_review.values import EventKind, Proof
from tests.browser.conftest import browser  # noqa: F401 - a fixture
from tests.browser.test_sign_in import ANA, OWN, PASSWORD, replace_password, sign_in
from tests.browser.workbench import SLOW, take_in, wait_until_saved
from tests.databases import Server as PostgreSQL
from tests.load.accounting import account
from tests.load.coder import Coder, Log, Person
from tests.load.department import add_coder, add_unread
from tests.replicas.department import Department, Replica, running_department
from tests.replicas.proxies import PROXIES

pytestmark = [pytest.mark.browser, pytest.mark.postgresql, pytest.mark.long]

NOTE = "ASSESSMENT: Congestive heart failure. Pneumonia. Atrial fibrillation. Sepsis."
OTHERS = 6
ENCOUNTERS = 30  # more than any of them comes to
THINK = 0.5  # seconds, on average


@pytest.fixture(scope="module", params=PROXIES)
def department(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    postgresql_server: PostgreSQL,
    tiny_model_folder: Path,
) -> Iterator[Department]:
    folder = tmp_path_factory.mktemp(request.param)
    with running_department(folder, postgresql_server, tiny_model_folder, request.param) as running:
        yield running


@dataclass
class Shift:
    """Coders at work in a thread of their own, and what they have done once it is over."""

    encounters: list[str]
    coders: list[Coder] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)

    async def work(self, url: str, people: list[Person], begun: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self.coders = [Coder(url, person, THINK, n) for n, person in enumerate(people)]
        begun.set()
        self.logs.extend(await asyncio.gather(*(coder.work() for coder in self.coders)))

    def stop(self) -> None:
        for coder in self.coders:
            self._loop.call_soon_threadsafe(coder.stop)


@contextmanager
def at_work(url: str, people: list[Person]) -> Iterator[Shift]:
    """People who decide meanwhile; after it each has come to an end."""
    shift = Shift([each for person in people for each in person.encounters])
    begun = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(shift.work(url, people, begun)))
    thread.start()
    begun.wait()
    try:
        yield shift
    finally:
        shift.stop()
        thread.join()


def people_of(department: Department, version: str) -> list[Person]:
    """Coders with encounters that the workers have yet to read."""
    database = department.database
    people = []
    for number in range(OTHERS):
        user = add_coder(database, number)
        keys = [f"{number}-{place}" for place in range(ENCOUNTERS)]
        encounters = tuple(add_unread(database, NOTE, user, key, version) for key in keys)
        people.append(Person(kept(begin_session(database, user, Proof.PASSWORD)), encounters))
    return people


@pytest.fixture
def outside(browser: Browser) -> Iterator[Page]:  # noqa: F811
    """A browser that takes the proxy's own certificate."""
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def replica_of(client: httpx.Client) -> str:
    """What the proxy's cookie says after a question, of the replica that has answered."""
    client.get("/healthz")
    return client.cookies["icd9_review_replica"]


def new_client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, verify=False, trust_env=False)  # noqa: S501


def test_a_browser_stays_at_one_replica_and_both_have_some(department: Department) -> None:
    found = set()
    for _ in range(12):
        with new_client(department.url) as client:
            asked = {replica_of(client) for _ in range(5)}
            assert len(asked) == 1
            found |= asked
    assert len(found) == len(department.replicas)


def test_numbers_stay_inside(department: Department) -> None:
    with new_client(department.url) as client:
        assert client.get("/metrics").status_code == 404


class Hand:
    """Accepts and takes back by turns, so that each verdict is one that only follows the last."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.pressed = 0

    def press(self, times: int) -> None:
        """As often as the page takes keys: Streamlit's own "Connection error" lies over it."""
        for _ in range(times):
            if self._page.get_by_role("dialog").count():
                return
            self._page.keyboard.press("u" if self.pressed % 2 else "a")
            self.pressed += 1
            self._page.wait_for_timeout(60)


def lose(replica: Replica, page: Page, hand: Hand) -> None:
    """A replica dies while verdicts are on their way, and comes back once all are stored."""
    hand.press(3)
    replica.kill()
    hand.press(4)
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=SLOW)
    hand.press(2)
    wait_until_saved(page)
    replica.start()


def test_when_a_replica_dies_its_people_go_on_at_the_other_and_each_decision_counts_once(
    outside: Page, department: Department, tiny_model_folder: Path
) -> None:
    page, database = outside, department.database
    department.command(
        *("users", "add", ANA, "--role", "coder", "--password-file", "-"), said=PASSWORD
    )
    page.goto(department.url)
    sign_in(page, ANA, PASSWORD)
    replace_password(page, PASSWORD, OWN)
    encounter = take_in(page, department.url, NOTE)
    session = cookie(page)
    version = load_predictor(tiny_model_folder).model_version
    hand = Hand(page)
    with at_work(department.url, people_of(department, version)) as shift:
        for replica in department.replicas:  # whoever is at either has lost it once
            lose(replica, page, hand)
    assert cookie(page) == session
    expect(page.locator(".st-key-person")).to_contain_text(ANA)
    kinds = [event.kind for event in decision_events(database, encounter)]
    turns = (EventKind.ACCEPTED, EventKind.UNDONE)
    assert kinds == [turns[number % 2] for number in range(hand.pressed)]
    found = account(database, shift.logs, shift.encounters)
    assert found.is_right, found
    assert all(log.reconnected and log.acknowledged for log in shift.logs), shift.logs
    print(found, [log.reconnected for log in shift.logs])  # noqa: T201


def cookie(page: Page) -> str:
    """What the browser keeps of its session."""
    (found,) = (each for each in page.context.cookies() if each["name"] == COOKIE)
    return found["value"]
