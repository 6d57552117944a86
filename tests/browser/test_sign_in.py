"""Signing in in a browser: work, be timed out, sign in again, and nothing is lost."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from pyotp import TOTP
from typer.testing import CliRunner

from icd9_review.cli.main import app
from tests.browser.accessibility import serious_violations
from tests.browser.conftest import Server
from tests.browser.workbench import (
    SLOW,
    Facts,
    decisions,
    open_encounter,
    open_new,
    take_in,
    wait_until_saved,
)
from tests.ports import free_port

ANA, BEN = "Ana Ruiz", "Ben Okafor"
PASSWORD, OWN = "given by the department", "a sentence of my own choice"
NOTE = "ASSESSMENT: Congestive heart failure. Pneumonia. Atrial fibrillation."


def command(server: Server, *arguments: str, said: str = "") -> None:
    """Run a command on the data of a server."""
    settings = server.environment_of_process()
    ended = CliRunner().invoke(app, arguments, said, settings, catch_exceptions=False)
    assert ended.exit_code == 0, ended.output


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory, tiny_model_folder: Path) -> Iterator[Server]:
    """The app as a department has it: names and passwords, nobody of development."""
    running = Server(
        data=tmp_path_factory.mktemp("accounts"),
        port=free_port(),
        environment={
            "ICD9_REVIEW_SIGN_IN": "accounts",
            "ICD9_REVIEW_REAUTHENTICATE": "finalise",
            "ICD9_REVIEW_HOSTS": "127.0.0.1,https://coding.example.org",
            "ICD9_REVIEW_MODEL": str(tiny_model_folder),
            "ICD9_REVIEW_DEMONSTRATION": "false",
        },
    )
    running.start()
    for name in (ANA, BEN):
        given = ("users", "add", name, "--role", "coder", "--password-file", "-")
        command(running, *given, said=PASSWORD)
    yield running
    running.kill()


@pytest.fixture
def fresh(page: Page) -> Page:
    """A browser that knows nothing yet."""
    page.context.clear_cookies()
    return page


def sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")


def replace_password(page: Page, present: str, own: str) -> None:
    heading = page.get_by_role("heading", name="Choose a password of your own")
    expect(heading).to_be_visible(timeout=SLOW)
    page.get_by_label("Present password").fill(present)
    page.get_by_label("New password", exact=True).fill(own)
    page.get_by_label("New password, again").fill(own)
    page.keyboard.press("Enter")
    expect(heading).to_be_hidden(timeout=SLOW)


def arrive(page: Page, server: Server, name: str) -> None:
    """Sign in as somebody whose password was just set for them, and choose another."""
    command(server, "users", "password", name, "--password-file", "-", said=PASSWORD)
    page.goto(server.url)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=SLOW)
    sign_in(page, name, PASSWORD)
    replace_password(page, PASSWORD, OWN)
    expect(page.locator(".st-key-person")).to_contain_text(f"{name} · coder", timeout=SLOW)


def sign_out(page: Page) -> None:
    page.locator(".st-key-person").get_by_role("button").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=SLOW)


def show_code(page: Page, name: str, code: str) -> None:
    """Sign in by the password, then by a code."""
    sign_in(page, name, OWN)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible(timeout=SLOW)
    page.get_by_label("Code").fill(code)
    page.keyboard.press("Enter")


def let_everybody_lapse(server: Server) -> None:
    """A quarter of an hour in which nobody did anything."""
    with (
        closing(sqlite3.connect(server.data / "icd9_review.sqlite3", timeout=10)) as database,
        database,
    ):
        database.execute("UPDATE sessions SET seen = datetime(seen, '-15 minutes')")


def wait_for_decisions(server: Server, encounter: str, number: int) -> list[tuple[str, str]]:
    """The decisions on an encounter once there are so many."""
    deadline = time.monotonic() + SLOW / 1000
    while len(found := decisions(server.data, encounter)) < number:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def test_decisions_that_were_unsent_as_the_session_ended_are_stored_once(
    fresh: Page, accounts: Server
) -> None:
    page = fresh
    arrive(page, accounts, ANA)
    encounter = take_in(page, accounts.url, NOTE)
    page.keyboard.press("a")
    wait_until_saved(page)
    # The quarter of an hour is over, and so are two more verdicts, before the page has noticed.
    let_everybody_lapse(accounts)
    page.keyboard.press("a")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=SLOW)
    assert len(decisions(accounts.data, encounter)) == 1
    sign_in(page, ANA, OWN)
    page.wait_for_url(f"**/workbench?encounter={encounter}", timeout=SLOW)
    found = wait_for_decisions(accounts, encounter, 3)
    assert [kind for kind, _ in found] == ["accepted"] * 3
    assert len({code for _, code in found}) == 3
    page.reload()
    expect(page.locator(".workbench .row.focused")).to_be_visible(timeout=SLOW)
    page.wait_for_timeout(1500)
    assert decisions(accounts.data, encounter) == found


def test_another_person_sends_nothing_of_what_was_left(fresh: Page, accounts: Server) -> None:
    page = fresh
    arrive(page, accounts, BEN)
    encounter = open_new(page, accounts, f"{NOTE} Hypertension.")
    let_everybody_lapse(accounts)
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=SLOW)
    command(accounts, "users", "password", ANA, "--password-file", "-", said=PASSWORD)
    sign_in(page, ANA, PASSWORD)
    replace_password(page, PASSWORD, OWN)
    open_encounter(page, accounts.url, encounter)
    page.wait_for_timeout(1500)
    assert decisions(accounts.data, encounter) == []


def test_a_tab_that_nobody_touches_notices_within_seconds_that_it_was_signed_out(
    fresh: Page, accounts: Server
) -> None:
    page = fresh
    arrive(page, accounts, ANA)
    other = page.context.new_page()
    other.goto(f"{accounts.url}/export")
    expect(other.locator(".st-key-person")).to_contain_text(ANA, timeout=SLOW)
    other.locator(".st-key-person").get_by_role("button").click()
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=SLOW)
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=SLOW)


def leave_alone(page: Page, accounts: Server, minutes: float) -> Locator:
    """As if nobody had touched the page for so long; the warning, once it is seen.

    Set back again where the page itself had just asked for something and was seen by that.
    """
    warning = page.get_by_text(re.compile("You will be signed out in 0:"))
    for _ in range(10):
        page.wait_for_load_state("networkidle")
        with (
            closing(sqlite3.connect(accounts.data / "icd9_review.sqlite3", timeout=10)) as database,
            database,
        ):
            database.execute(
                "UPDATE sessions SET seen = datetime('now', ?)", (f"-{60 * minutes} seconds",)
            )
        with suppress(AssertionError):
            expect(warning).to_be_visible(timeout=15_000)
            return warning
    raise AssertionError("no warning was shown in ten tries")


def test_it_is_said_before_a_session_lapses_and_one_may_stay(fresh: Page, accounts: Server) -> None:
    page = fresh
    arrive(page, accounts, ANA)
    encounter = open_new(page, accounts, NOTE)  # the page that lies over everything else
    open_encounter(page, accounts.url, encounter)
    warning = leave_alone(page, accounts, minutes=14)
    page.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden(timeout=SLOW)


def test_a_chart_is_read_no_longer_than_its_session_lasts_whether_or_not_anybody_answers(
    fresh: Page, accounts: Server
) -> None:
    page = fresh
    arrive(page, accounts, ANA)
    open_new(page, accounts, NOTE)
    chart = page.locator(".workbench .row.focused")
    expect(chart).to_be_visible(timeout=SLOW)
    leave_alone(page, accounts, minutes=14.75)
    page.context.set_offline(True)
    expect(chart).to_be_hidden(timeout=SLOW)


def test_the_start_warns_that_every_failed_sign_in_will_count_under_the_proxys_address(
    accounts: Server,
) -> None:
    assert accounts.log.read_text("utf-8").count("Set ICD9_REVIEW_PROXIES") == 1


def test_a_page_whose_session_ends_while_it_loads_goes_to_sign_in_by_itself(
    fresh: Page, accounts: Server
) -> None:
    page = fresh
    arrive(page, accounts, ANA)

    def end_before(route: Route) -> None:
        let_everybody_lapse(accounts)
        route.continue_()

    page.route("**/_stcore/host-config", end_before)  # what is read before the websocket is opened
    page.goto(f"{accounts.url}/export?from=here")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=SLOW)
    page.unroute_all()
    sign_in(page, ANA, OWN)
    expect(page.get_by_role("heading", name="Export")).to_be_visible(timeout=SLOW)
    assert page.url == f"{accounts.url}/export?from=here"


def test_a_chart_is_signed_with_the_right_password_and_not_with_a_wrong_one(
    fresh: Page, accounts: Server
) -> None:
    page = fresh
    arrive(page, accounts, ANA)
    encounter = open_new(page, accounts, NOTE, Facts("Outpatient"))
    page.keyboard.press("a")
    wait_until_saved(page)
    page.keyboard.press("f")
    password = page.get_by_label("Your password, to sign")
    expect(password).to_be_focused(timeout=SLOW)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Type your password to sign.")).to_be_visible()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("This is not your password.")).to_be_visible(timeout=SLOW)
    expect(password).to_be_focused()
    assert serious_violations(page) == []
    assert signatures(accounts, encounter) == []
    page.keyboard.type(OWN)  # what stood there is typed over
    page.keyboard.press("Enter")
    expect(password).to_be_hidden(timeout=SLOW)
    wait_until_signed(page, accounts, encounter)
    assert signatures(accounts, encounter) == ["password"]
    assert OWN not in json.dumps(page.evaluate("[{...sessionStorage}, {...localStorage}]"))
    assert OWN not in accounts.log.read_text("utf-8")


def wait_until_signed(page: Page, server: Server, encounter: str) -> None:
    """What was signed gives way to the next encounter, where there is one: the ledger says it."""
    for _ in range(SLOW // 100):
        if signatures(server, encounter):
            return
        page.wait_for_timeout(100)


def signatures(server: Server, encounter: str) -> list[str]:
    """How the signer of each signature showed who they are."""
    query = (
        "SELECT json_extract(CAST(payload AS TEXT), '$.signer.proof') FROM events "
        "WHERE stream = ? AND kind = 'finalised' ORDER BY sequence"
    )
    with closing(sqlite3.connect(server.data / "icd9_review.sqlite3", timeout=10)) as database:
        return [proof for (proof,) in database.execute(query, [encounter])]


def test_a_second_factor_is_set_up_and_lets_in_by_a_code_and_by_a_recovery_code(
    fresh: Page, accounts: Server
) -> None:
    page = fresh
    arrive(page, accounts, ANA)
    page.locator(".st-key-person").get_by_role("button").click()
    page.get_by_role("link", name="Your account").click()
    page.get_by_role("link", name="Set up a second factor").click(timeout=SLOW)
    expect(page.locator("svg.picture")).to_be_visible(timeout=SLOW)
    assert serious_violations(page) == []
    app = TOTP(page.locator("code").inner_text().replace(" ", ""))
    page.get_by_label("Your password").fill(OWN)
    page.get_by_label("Code that the app shows").fill(app.now())
    page.keyboard.press("Enter")
    expect(page.locator("ol.codes li")).to_have_count(10, timeout=SLOW)
    recovery = page.locator("ol.codes li").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes are left.")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("This one:")).to_be_visible()
    assert serious_violations(page) == []
    sign_out(page)
    # The code that was just shown has counted; the next one counts half a minute early.
    show_code(page, ANA, app.at(int(time.time()) + 30))
    expect(page.locator(".st-key-person")).to_contain_text(ANA, timeout=SLOW)
    sign_out(page)
    show_code(page, ANA, recovery)
    expect(page.locator(".st-key-person")).to_contain_text(ANA, timeout=SLOW)
    page.goto(f"{accounts.url}/account")
    expect(page.get_by_text("9 recovery codes are left.")).to_be_visible(timeout=SLOW)
    command(accounts, "users", "reset-factor", ANA)
    expect(page.get_by_label("Name")).to_be_visible(timeout=SLOW)
