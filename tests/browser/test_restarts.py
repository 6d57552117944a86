"""The server dies again and again under an open page, at whatever it is doing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.workbench import SLOW, decisions, take_in, wait_until_saved
from tests.ports import free_port

pytestmark = [pytest.mark.browser, pytest.mark.long]

ROUNDS = 20
NOTE = "ASSESSMENT: Congestive heart failure. Pneumonia. Atrial fibrillation. Sepsis."


@pytest.fixture
def mortal(tmp_path: Path, tiny_model_folder: Path) -> Iterator[Server]:
    running = Server(
        data=tmp_path,
        port=free_port(),
        environment={
            "ICD9_REVIEW_MODEL": str(tiny_model_folder),
            "ICD9_REVIEW_CHOOSE_USER": "true",
            "ICD9_REVIEW_DEMONSTRATION": "false",
        },
    )
    running.start()
    yield running
    running.kill()


def test_every_verdict_is_stored_once_and_in_its_order(page: Page, mortal: Server) -> None:
    """Accepted and taken back by turns, so that each verdict is one that only follows the last."""
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # noqa: T201
    chance = random.Random(seed)  # noqa: S311 - no secret
    encounter, pressed = take_in(page, mortal.url, NOTE), 0

    def press(times: int) -> None:
        """As often as the page takes keys: Streamlit's own "Connection error" lies over it."""
        nonlocal pressed
        for _ in range(times):
            if page.get_by_role("dialog").count():
                return
            page.keyboard.press("u" if pressed % 2 else "a")
            pressed += 1
            page.wait_for_timeout(chance.uniform(0, 150))

    for _ in range(ROUNDS):
        press(chance.randrange(1, 5))
        mortal.kill()
        press(chance.randrange(1, 5))
        expect(page.locator(".workbench .footer .saved")).to_contain_text(
            "trying again", timeout=SLOW
        )
        mortal.start()
        expect(page.get_by_role("dialog")).to_have_count(0, timeout=SLOW)
        press(chance.randrange(1, 5))
    wait_until_saved(page)
    kinds = [kind for kind, _ in decisions(mortal.data, encounter)]
    assert kinds == [("accepted", "undone")[number % 2] for number in range(pressed)]
