"""What browser tests do on the pages, in the words of a coder."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from playwright.sync_api import Error, Locator, Page, WebSocketRoute, expect

from icd9_review.repeating import repeating
from icd9_review.store.database.engine import open_database
from icd9_review.store.deciding.comments import add_comment
from icd9_review.store.intake.encounters import create_encounter
from icd9_review.store.scoring import heartbeats
from icd9_review.store.scoring.model_versions import newest_version
from icd9_review.store.users import users
from icd9_review.ui.serving.sign_in.cookie import COOKIE
from icd9_review.values import CareSetting, Kind, NewEncounter, NewNote, Role, Sex

if TYPE_CHECKING:
    from tests.browser.conftest import Server

SLOW = 180_000
"""Milliseconds that a busy machine may need to read a note or to explain a code.

What works for that gives way to everybody else: only a failure takes so long."""


@dataclass(frozen=True)
class Facts:
    """What is put into the form of a new encounter; days as 2013/03/12."""

    setting: str = "Inpatient"
    age: int | None = None
    sex: str = "Unknown"
    admitted: str = ""
    discharged: str = ""

    def encounter(self) -> NewEncounter:
        """The same as intake has checked them."""
        admitted, discharged = (
            date.fromisoformat(day.replace("/", "-")) if day else None
            for day in (self.admitted, self.discharged)
        )
        setting, sex = CareSetting(self.setting.lower()), Sex(self.sex.lower())
        return NewEncounter(setting, self.age, sex, admitted, discharged)


NO_FACTS = Facts()


def become(page: Page, name: str) -> None:
    """Act as the user with this name, on the same page, which is loaded anew.

    The session that other tests begin with stays: the browser does not hand it in.
    """
    asked = page.get_by_role("heading", name="Who are you?")
    expect(page.locator(".st-key-person").or_(asked)).to_be_visible(timeout=SLOW)
    page.context.clear_cookies(name=COOKIE)
    with suppress(Error):  # the page itself may have noticed in this moment, and be on its way
        page.goto(page.url)
    expect(asked).to_be_visible(timeout=SLOW)
    choose(page, name)


def choose(page: Page, name: str) -> None:
    """Choose the user with this name, as a person does."""
    present = page.locator(".st-key-person")
    expect(present.or_(page.get_by_text("Who are you?"))).to_be_visible(timeout=SLOW)
    if present.count():
        present.get_by_role("button").click()
    page.locator("form.people").get_by_role("button", name=re.compile(f"^{name}")).click()
    expect(present).to_contain_text(name, timeout=SLOW)


def take_in(page: Page, url: str, text: str, facts: Facts = NO_FACTS) -> str:
    """Paste a note as a new encounter; its id, with the workbench open and ready."""
    page.goto(url)
    page.get_by_role("button", name="New encounter").click()
    page.get_by_label("Note", exact=True).fill(text)
    page.get_by_role("radio", name=facts.setting, exact=True).click()
    page.get_by_role("radio", name=facts.sex, exact=True).click()
    if facts.age is not None:
        page.get_by_label("Age in years").fill(str(facts.age))
    for label, day in (("Admitted", facts.admitted), ("Discharged", facts.discharged)):
        if day:
            page.get_by_role("spinbutton", name=f"year, {label}").click()
            page.keyboard.type(day.replace("/", ""))
            page.keyboard.press("Tab")
    page.get_by_role("button", name="Create and open").click()
    page.wait_for_url("**/workbench?encounter=*", timeout=SLOW)
    encounter = page.url.rpartition("=")[2]
    wait_until_open(page)
    return encounter


def open_new(page: Page, server: Server, text: str, facts: Facts = NO_FACTS) -> str:
    """The workbench of a new encounter that came in by another way than the pages; its id.

    Quicker than `take_in`, for tests that are not about how notes come in.
    """
    database = open_database(f"sqlite:///{server.data / 'icd9_review.sqlite3'}")
    with database.read() as session:
        version = newest_version(session)
    taken = create_encounter(
        database,
        facts.encounter(),
        [NewNote(text, "Note")],
        actor=users(database)[0],
        key=token_hex(8),
        model_version=version,
    )
    database.close()
    open_encounter(page, server.url, taken.id)
    return taken.id


def open_encounter(page: Page, url: str, encounter: str) -> None:
    """Open an encounter by its address."""
    page.goto(f"{url}/workbench?encounter={encounter}")
    wait_until_open(page)


def wait_until_open(page: Page) -> None:
    """Until the suggestions are there and keys speak of one of them."""
    expect(suggestions(page).first).to_be_visible(timeout=SLOW)
    expect(page.locator(".workbench .row.focused")).to_be_visible(timeout=SLOW)


def wait_until_at_rest(page: Page) -> None:
    """Until the page is whole: a click on a part that is about to be replaced is lost."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=SLOW)


def suggestions(page: Page) -> Locator:
    """The rows of what the model suggests."""
    return page.locator(".workbench .list:not(.outside) .row")


def wait_until_saved(page: Page) -> None:
    """Until the footer says that everything is stored."""
    expect(page.locator(".workbench .footer .saved")).to_have_text(
        re.compile(r"^saved \d"), timeout=SLOW
    )


def decisions(data: Path, encounter: str) -> list[tuple[str, str]]:
    """What the ledger holds for an encounter: (kind, code), in order."""
    query = (
        "SELECT kind, json_extract(CAST(payload AS TEXT), '$.code') FROM events "
        "WHERE stream = ? AND kind IN ('accepted', 'rejected', 'undone') ORDER BY sequence"
    )
    with sqlite3.connect(f"file:{data / 'icd9_review.sqlite3'}?mode=ro", uri=True) as connection:
        return connection.execute(query, (encounter,)).fetchall()


def comment(data: Path, encounter: str, code: str, words: str) -> None:
    """A clinician comments on a diagnosis."""
    database = open_database(f"sqlite:///{data / 'icd9_review.sqlite3'}")
    person = next(user for user in users(database) if user.role is Role.CLINICIAN)
    add_comment(
        database, encounter, Kind.DIAGNOSIS, code, words, actor=person, key=f"said-{encounter}"
    )
    database.engine.dispose()


def used_words(data: Path, encounter: str, code: str, text: str) -> list[str]:
    """The words whose stored share for a code is 15 % of the largest or more, in order."""
    query = (
        "SELECT words FROM attributions JOIN notes ON notes.id = note_id "
        "WHERE encounter_id = ? AND code = ?"
    )
    with sqlite3.connect(f"file:{data / 'icd9_review.sqlite3'}?mode=ro", uri=True) as connection:
        ((stored,),) = connection.execute(query, (encounter, code)).fetchall()
    words: list[tuple[int, int, float]] = json.loads(stored)
    floor = 0.15 * max(abs(weight) for _, _, weight in words)
    return [text[start:end] for start, end, weight in words if weight >= floor]


class SlowAnswers:
    """What the server sends to a page, held back while wanted."""

    def __init__(self, page: Page) -> None:
        self._held: list[str | bytes] | None = None
        page.route_web_socket(re.compile("/_stcore/stream"), self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.connect_to_server().on_message(self._receive)

    def _receive(self, message: str | bytes) -> None:
        if self._held is None:
            self._socket.send(message)
        else:
            self._held.append(message)

    def hold(self) -> None:
        self._held = []

    def release(self) -> None:
        held, self._held = self._held or [], None
        for message in held:
            self._socket.send(message)


@contextmanager
def background_at_rest(data: Path) -> Iterator[None]:
    """The app's own worker rests, as beside a worker process: the model has time for a person."""
    database = open_database(f"sqlite:///{data / 'icd9_review.sqlite3'}")
    with database.read() as session:
        version = newest_version(session)
    assert version is not None

    def beat() -> None:
        heartbeats.beat(database, "a test", version)

    beat()
    try:
        with repeating(beat, heartbeats.ALIVE.total_seconds() / 3, "heartbeat"):
            yield
    finally:
        heartbeats.leave(database, "a test")
        database.close()
