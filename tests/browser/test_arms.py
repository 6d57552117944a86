"""A chart that is coded blind, in a browser: not a byte of a suggestion until it is signed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocket, expect

from icd9_review.store.database.engine import open_database
from icd9_review.store.intake import encounters
from icd9_review.store.scoring.model_versions import newest_version
from icd9_review.store.users import users
from icd9_review.store.worklist.page import status
from icd9_review.values import Arm, CareSetting, EncounterStatus, NewEncounter, NewNote
from tests.browser.conftest import Server
from tests.browser.workbench import SLOW, open_encounter, suggestions, wait_until_saved

pytestmark = pytest.mark.browser
CANARY = "272.4"
"""What the model suggests for the hyperlipidemia of the office visit, and nobody types."""


@pytest.fixture
def encounter_id(server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The office visit in the blind arm."""
    monkeypatch.setattr(encounters, "draw_arm", lambda *_: Arm.BLIND)
    path = server.data / "icd9_review.sqlite3"
    text = (Path(__file__).parent / "charts" / "office-visit.txt").read_text("utf-8")
    with closing(open_database(f"sqlite:///{path}")) as database:
        with database.read() as session:
            version = newest_version(session)
        found = encounters.create_encounter(
            database,
            NewEncounter(CareSetting.OUTPATIENT, age=58),
            [NewNote(f"{text}\nCoded blind.", "Office visit")],
            actor=users(database)[0],
            key="blind-office-visit",
            model_version=version,
        )
    return found.id


def test_a_blind_chart_shows_what_was_suggested_once_it_is_signed(
    page: Page, server: Server, encounter_id: str
) -> None:
    heard: list[str | bytes] = []

    def hear(frame: str | bytes) -> None:
        heard.append(frame)

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", hear)

    page.on("websocket", listen)
    page.goto(f"{server.url}/workbench?encounter={encounter_id}")
    message = page.locator(".workbench .left .message")
    expect(message).to_contain_text("without suggestions until it is signed", timeout=SLOW)
    with closing(open_database(f"sqlite:///{server.data / 'icd9_review.sqlite3'}")) as database:
        while status(database, encounter_id) is EncounterStatus.SCORING:
            page.wait_for_timeout(100)
    page.keyboard.press("/")
    page.keyboard.type("401.9")
    expect(page.locator(".workbench .hit.active")).to_contain_text("401.9", timeout=SLOW)
    page.keyboard.press("Enter")
    expect(page.locator(".workbench .mine .code")).to_have_text(["401.9"])
    wait_until_saved(page)
    expect(suggestions(page)).to_have_count(0)
    page.keyboard.press("f")
    expect(page.locator(".workbench .finish .sign")).to_be_enabled(timeout=SLOW)
    expect(page.locator(".workbench .finish")).to_contain_text("coded without them")
    assert heard
    assert not any(CANARY.encode() in _bytes(frame) for frame in heard)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: encounter_id not in url, timeout=SLOW)
    open_encounter(page, server.url, encounter_id)
    expect(suggestions(page).filter(has_text=CANARY)).to_be_visible(timeout=SLOW)
    assert any(CANARY.encode() in _bytes(frame) for frame in heard)


def _bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame
