"""Signing in elsewhere, each part a process: at a provider, and by the header of a proxy."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from icd9_review.settings import ROOT
from icd9_review.store.database.engine import open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.intake.encounters import begin_with
from icd9_review.store.people.accounts import add_account
from icd9_review.store.users import system_user
from icd9_review.store.worklist.page import worklist
from icd9_review.values import CareSetting, NewEncounter, NewNote, Role, WorklistQuery
from tests.browser.conftest import Server
from tests.browser.reverse_proxy import OWN_ADDRESS
from tests.browser.workbench import SLOW, decisions, wait_until_open, wait_until_saved
from tests.ports import free_port
from tests.ui.serving.sign_in.openid.mock_provider import mock_provider

pytestmark = pytest.mark.browser

ANA, IDENTITY = "Ana Ruiz", "u-1"
HEADER = "X-Forwarded-User"
NOTE = "ASSESSMENT: Congestive heart failure. Pneumonia. Atrial fibrillation."


@dataclass(frozen=True)
class Department:
    """Processes of the app on one database, at one address, with one chart."""

    replicas: tuple[Server, ...]
    url: str
    chart: str

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def open_sessions(self) -> list[str]:
        """How those who are signed in have shown who they are."""
        path = self.replicas[0].data / "icd9_review.sqlite3"
        with closing(sqlite3.connect(path, timeout=10)) as database:
            rows = database.execute(
                "SELECT proof FROM sessions JOIN users ON users.id = user_id WHERE name = ?", [ANA]
            )
            return [proof for (proof,) in rows]


def furnish(data: Path) -> str:
    """A database with Ana Ruiz and one chart in it; the chart's id."""
    with closing(open_database(f"sqlite:///{data / 'icd9_review.sqlite3'}")) as database:
        upgrade(database)
        system = system_user(database)
        add_account(database, ANA, Role.CODER, by=system, identity=IDENTITY)
        given = [(NewEncounter(CareSetting.INPATIENT), [NewNote(NOTE, "Note")])]
        begin_with(database, given, actor=system, model_version=None)
        return worklist(database, WorklistQuery()).rows[0].id


def serve(data: Path, model: Path, **settings: str) -> Server:
    environment = {
        "ICD9_REVIEW_MODEL": str(model),
        "ICD9_REVIEW_BACKEND": "pytorch",
        "ICD9_REVIEW_DEMONSTRATION": "false",
        **settings,
    }
    return Server(data, free_port(), environment)


@pytest.fixture(scope="module")
def by_provider(
    tmp_path_factory: pytest.TempPathFactory, tiny_model_folder: Path
) -> Iterator[Department]:
    """Two replicas on one database, which sign their cookies with one secret."""
    data = tmp_path_factory.mktemp("provider")
    chart = furnish(data)
    with mock_provider() as issuer:
        settings = {
            "ICD9_REVIEW_SIGN_IN": "oidc",
            "ICD9_REVIEW_OIDC_ISSUER": issuer,
            "ICD9_REVIEW_OIDC_CLIENT": "icd9-review",
            "ICD9_REVIEW_OIDC_SECRET": "any",
        }
        replicas = tuple(serve(data, tiny_model_folder, **settings) for _ in range(2))
        try:
            with ThreadPoolExecutor() as pool:
                list(pool.map(Server.start, replicas))
            yield Department(replicas, replicas[0].url, chart)
        finally:
            for each in replicas:
                each.kill()


@pytest.fixture(scope="module")
def by_proxy(
    tmp_path_factory: pytest.TempPathFactory, tiny_model_folder: Path
) -> Iterator[Department]:
    """The app, and before it a proxy by which everybody is Ana Ruiz."""
    data = tmp_path_factory.mktemp("proxy")
    chart, port = furnish(data), free_port()
    settings = {
        "ICD9_REVIEW_SIGN_IN": "proxy",
        "ICD9_REVIEW_PROXIES": OWN_ADDRESS,
        "ICD9_REVIEW_PROXY_HEADER": HEADER,
    }
    app = serve(data, tiny_model_folder, **settings)
    given = [str(port), str(app.port), HEADER, IDENTITY]
    proxy = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.reverse_proxy", *given], cwd=ROOT
    )
    try:
        app.start()
        wait_until_listening(port)
        yield Department((app,), f"http://127.0.0.1:{port}", chart)
    finally:
        proxy.kill()
        proxy.wait()
        app.kill()


def wait_until_listening(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the proxy did not start")


@pytest.fixture
def fresh(page: Page) -> Page:
    """A browser that knows nothing yet."""
    page.context.clear_cookies()
    return page


def test_ten_sign_ins_by_turns_at_two_processes_one_of_them_started_anew(
    by_provider: Department,
) -> None:
    """Whoever leaves at one comes back at the other, as behind one address that shares them out."""
    before = len(by_provider.open_sessions())
    to_us = {"Host": by_provider.host, "Accept": "text/html"}
    for number in range(10):
        leaving, back = (by_provider.replicas[(number + each) % 2] for each in range(2))
        with httpx.Client(trust_env=False, timeout=SLOW / 1000) as browser:
            place = {"place": "/export"}
            left = browser.get(f"{leaving.url}/sign-in/provider", params=place, headers=to_us)
            there = browser.post(left.headers["location"], data={"sub": IDENTITY})
            address = there.headers["location"]
            assert address.startswith(f"{by_provider.url}/sign-in/return?")
            if number == 5:
                back.kill()
                back.start()
            came = address.replace(by_provider.url, back.url)
            answer = browser.get(came, headers=to_us)
            assert (answer.status_code, answer.headers["location"]) == (303, "/export"), number
            for each in by_provider.replicas:
                assert browser.get(f"{each.url}/export", headers=to_us).status_code == 200
            assert browser.get(came, headers=to_us).status_code == 403  # it counts once
    assert by_provider.open_sessions()[before:] == ["provider"] * 10


def test_a_person_signs_in_at_the_provider_and_is_at_the_chart_that_they_wanted(
    fresh: Page, by_provider: Department
) -> None:
    page, place = fresh, f"{by_provider.url}/workbench?encounter={by_provider.chart}"
    page.goto(place)
    page.get_by_role("link", name="Sign in").click(timeout=SLOW)
    page.get_by_placeholder("sub").fill(IDENTITY, timeout=SLOW)
    page.get_by_role("button", name="Authorize").click()
    check_that_ana_codes(page, by_provider, place)


def test_a_person_whom_the_proxy_names_is_at_the_chart_at_once_whatever_the_browser_says(
    fresh: Page, by_proxy: Department
) -> None:
    page, place = fresh, f"{by_proxy.url}/workbench?encounter={by_proxy.chart}"
    page.set_extra_http_headers({HEADER: "somebody-else"})
    page.goto(place)
    check_that_ana_codes(page, by_proxy, place)


def check_that_ana_codes(page: Page, department: Department, place: str) -> None:
    """The chart is open before her, and what she decides is stored once."""
    expect(page.locator(".st-key-person")).to_contain_text(f"{ANA} · coder", timeout=SLOW)
    wait_until_open(page)
    assert page.url == place
    code = page.locator(".workbench .row.focused .code").inner_text()
    page.keyboard.press("a")
    wait_until_saved(page)
    stored = decisions(department.replicas[0].data, department.chart)
    assert stored == [("accepted", code)]


def test_whoever_asks_the_app_past_the_proxy_is_nobody(by_proxy: Department) -> None:
    (app,) = by_proxy.replicas
    before = by_proxy.open_sessions()
    for said in (IDENTITY, ANA, ""):
        headers = {HEADER: said, "Accept": "text/html"}
        answer = httpx.get(f"{app.url}/export", headers=headers, trust_env=False)
        assert answer.status_code == 403
        assert "names nobody" in answer.text
        assert "set-cookie" not in answer.headers
    assert by_proxy.open_sessions() == before
