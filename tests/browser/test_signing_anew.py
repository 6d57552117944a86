"""Signing a chart by signing in anew at the provider: there and back, and nothing is lost."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.test_sign_in import NOTE, command, signatures
from tests.browser.workbench import SLOW, Facts, take_in, wait_until_saved
from tests.ports import free_port
from tests.ui.serving.sign_in.openid.liar import CLIENT, CLIENT_SECRET, Provider

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture
def provider() -> Iterator[Provider]:
    running = Provider()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def server(tmp_path: Path, tiny_model_folder: Path, provider: Provider) -> Iterator[Server]:
    running = Server(
        data=tmp_path,
        port=free_port(),
        environment={
            "ICD9_REVIEW_SIGN_IN": "oidc",
            "ICD9_REVIEW_OIDC_ISSUER": provider.issuer,
            "ICD9_REVIEW_OIDC_CLIENT": CLIENT,
            "ICD9_REVIEW_OIDC_SECRET": CLIENT_SECRET,
            "ICD9_REVIEW_REAUTHENTICATE": "finalise",
            "ICD9_REVIEW_MODEL": str(tiny_model_folder),
            "ICD9_REVIEW_DEMONSTRATION": "false",
        },
    )
    running.start()
    command(running, "users", "add", "Ana Ruiz", "--role", "coder", "--identity", "u-1")
    yield running
    running.kill()


def test_a_chart_is_signed_by_signing_in_anew_and_not_where_somebody_gave_up(
    page: Page, server: Server, provider: Provider
) -> None:
    page.context.clear_cookies()
    page.goto(server.url)
    page.get_by_role("link", name="Sign in").click()
    expect(page.locator(".st-key-person")).to_contain_text("Ana Ruiz", timeout=SLOW)
    encounter = take_in(page, server.url, NOTE, Facts("Outpatient"))
    page.keyboard.press("a")
    wait_until_saved(page)
    provider.refuses = "access_denied"
    page.keyboard.press("f")
    expect(page.get_by_text("you sign in once more at your sign-in service")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing was signed.")).to_be_visible(timeout=SLOW)
    page.get_by_role("link", name="Back to the chart").click()
    expect(page.get_by_text("who signs was not shown once more")).to_be_visible(timeout=SLOW)
    assert signatures(server, encounter) == []
    provider.refuses = ""
    provider.claims["auth_time"] = int(time.time())
    page.keyboard.press("f")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("Finalised: Ana Ruiz"))).to_be_visible(timeout=SLOW)
    assert page.url == f"{server.url}/workbench?encounter={encounter}"
    assert signatures(server, encounter) == ["provider"]
