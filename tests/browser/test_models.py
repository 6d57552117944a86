"""A model is registered, promoted and rolled back in a real browser, without a restart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from icd9_review.store.database.engine import open_database
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.models.known_models import register_folder, retire_model
from icd9_review.store.models.shadow_readings import count_in_shadow, save_in_shadow
from icd9_review.store.users import users
from icd9_review.values import Kind, Role, Suggestion, Window
from tests.browser.accessibility import serious_violations
from tests.browser.conftest import Server
from tests.browser.workbench import SLOW, become, open_encounter, suggestions, take_in
from tests.ports import free_port
from tests.store.models.models import NEW
from tests.tiny import NOTE

pytestmark = pytest.mark.browser
CANARY = "V99.97"
"""What the model in the shadow proposes, and nothing else."""


@pytest.fixture
def own_server(tmp_path: Path, tiny_model_folder: Path) -> Iterator[Server]:
    """A server of the test alone: a promotion is for everybody on it."""
    running = Server(
        data=tmp_path,
        port=free_port(),
        environment={
            "ICD9_REVIEW_MODEL": str(tiny_model_folder),
            "ICD9_REVIEW_CHOOSE_USER": "true",
            "ICD9_REVIEW_DEMONSTRATION": "false",
            "ICD9_REVIEW_BACKEND": "pytorch",
        },
    )
    running.start()
    yield running
    running.kill()


def test_a_model_comes_into_use_and_goes_back_without_a_restart(
    page: Page, own_server: Server, tmp_path: Path, tiny_model_folder: Path
) -> None:
    further = tmp_path / "further"
    shutil.copytree(tiny_model_folder, further)
    thresholds = {"global": 0.4, "split": "generated phrases"}
    (further / "thresholds.json").write_text(json.dumps(thresholds), encoding="utf-8")
    chart = take_in(page, own_server.url, NOTE)
    page.goto(own_server.url)
    become(page, "Development administrator")
    page.get_by_role("button", name="Administration").click(timeout=SLOW)
    page.get_by_role("menuitem", name="Models").click()
    page.get_by_role("textbox", name="Folder on the server").fill(str(further), timeout=SLOW)
    page.get_by_role("button", name="Check and register").click()
    expect(page.get_by_text("Registered. It reads in the shadow")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Promote").click()
    expect(page.get_by_text("The reason is empty")).to_be_visible(timeout=SLOW)
    page.get_by_role("textbox", name="Why it comes into use").fill("Better on the last sample.")
    page.get_by_role("button", name="Promote").click()
    expect(page.get_by_text("New encounters are read by it.")).to_be_visible(timeout=SLOW)
    assert serious_violations(page) == []
    tabs = page.get_by_role("tablist")
    tabs.evaluate("tabs => { tabs.stays = true; }")
    page.get_by_role("textbox", name="Why the model goes back").fill("It suggests too much.")
    page.get_by_role("button", name="Roll back").click()
    expect(page.get_by_text("Rolled back. Open charts")).to_be_visible(timeout=SLOW)
    expect(tabs).to_have_js_property("stays", True)  # no message moves what stands below it
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_text("It suggests too much.")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("Better on the last sample.")).to_be_visible(timeout=SLOW)
    read_in_the_shadow_is_told_to_nobody(page, own_server, chart)


def read_in_the_shadow_is_told_to_nobody(page: Page, server: Server, encounter_id: str) -> None:
    """No message to the workbench or the explanation has what a model in the shadow proposes."""
    heard: list[str | bytes] = []

    def hear(frame: str | bytes) -> None:
        heard.append(frame)

    page.on("websocket", lambda socket: socket.on("framereceived", hear))
    address = f"sqlite:///{server.data / 'icd9_review.sqlite3'}"
    with closing(open_database(address)) as database:
        by = next(each for each in users(database) if each.role is Role.ADMINISTRATOR)
        register_folder(database, NEW, str(server.data / "none"), actor=by)
        found = Suggestion(CANARY, Kind.DIAGNOSIS, 0.9, None, 0.5, Window(0, 0, 9))
        for note in encounter(database, encounter_id).notes:
            save_in_shadow(database, note.id, NEW.version, [found])
        assert count_in_shadow(database, NEW.version, actor=by) == (1, 0)
        open_encounter(page, server.url, encounter_id)
        code = suggestions(page).first.locator(".code").inner_text()
        page.goto(f"{server.url}/explanation?encounter={encounter_id}")
        expect(page.get_by_text(code).first).to_be_visible(timeout=SLOW)
        retire_model(database, NEW.version, "Seen.", actor=by)
    frames = b"".join(each.encode() if isinstance(each, str) else each for each in heard)
    assert code.encode() in frames
    assert CANARY.encode() not in frames
