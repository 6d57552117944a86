"""The app behind the proxy of compose.yaml: TLS, websockets, and who is believed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from icd9_review.settings import ROOT
from icd9_review.ui.serving.sign_in.cookie import COOKIE
from tests.browser.conftest import Server
from tests.browser.test_sign_in import ANA, NOTE, OWN, PASSWORD, command, replace_password, sign_in
from tests.browser.workbench import SLOW, decisions, take_in, wait_until_saved
from tests.ports import free_port

pytestmark = [pytest.mark.browser, pytest.mark.long]


@dataclass(frozen=True)
class Department:
    """The app, and the address at which its people open it."""

    app: Server
    url: str

    def ask(self, path: str, **how: object) -> httpx.Response:
        with httpx.Client(verify=False, trust_env=False) as client:  # noqa: S501
            method = str(how.pop("method", "GET"))
            return client.request(method, f"{self.url}{path}", **how)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def department(
    tmp_path_factory: pytest.TempPathFactory, tiny_model_folder: Path
) -> Iterator[Department]:
    caddy = shutil.which("caddy")
    if caddy is None:
        pytest.skip("caddy is not installed (Debian: apt-get install caddy)")
    folder, url = tmp_path_factory.mktemp("tls"), f"https://localhost:{free_port()}"
    app = Server(
        data=folder,
        port=free_port(),
        environment={
            "ICD9_REVIEW_SIGN_IN": "accounts",
            "ICD9_REVIEW_HOSTS": url,
            "ICD9_REVIEW_PROXIES": "127.0.0.1",
            "ICD9_REVIEW_MODEL": str(tiny_model_folder),
            "ICD9_REVIEW_DEMONSTRATION": "false",
        },
    )
    own = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}
    set_as = {"ADDRESS": url, "APPS": f"127.0.0.1:{app.port}", "CERTIFICATE": "internal"}
    with (folder / "caddy.log").open("wb") as log:
        proxy = subprocess.Popen(
            [caddy, "run", "--adapter", "caddyfile", "--config", str(ROOT / "Caddyfile")],
            env={"PATH": os.environ["PATH"], **own, **set_as},
            stdout=log,
            stderr=log,
        )
    try:
        app.start()
        given = ("users", "add", ANA, "--role", "coder", "--password-file", "-")
        command(app, *given, said=PASSWORD)
        wait_for(url)
        yield Department(app, url)
    finally:
        proxy.kill()
        proxy.wait()
        app.kill()


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{url}/healthz", verify=False, trust_env=False)  # noqa: S501
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the proxy did not start")


@pytest.fixture
def outside(browser: Browser) -> Iterator[Page]:
    """A browser that takes the proxy's own certificate."""
    context = browser.new_context(ignore_https_errors=True)
    yield context.new_page()
    context.close()


def test_a_person_signs_in_over_https_and_what_they_decide_is_stored(
    outside: Page, department: Department
) -> None:
    sockets: list[str] = []
    outside.on("websocket", lambda socket: sockets.append(socket.url))
    outside.goto(department.url)
    sign_in(outside, ANA, PASSWORD)
    replace_password(outside, PASSWORD, OWN)
    encounter = take_in(outside, department.url, NOTE)
    outside.keyboard.press("a")
    wait_until_saved(outside)
    assert [kind for kind, _ in decisions(department.app.data, encounter)] == ["accepted"]
    assert sockets
    assert all(each.startswith(department.url.replace("https", "wss")) for each in sockets)
    (kept,) = (each for each in outside.context.cookies() if each["name"] == COOKIE)
    assert kept["secure"]
    assert kept["httpOnly"]
    outside.locator(".st-key-person").get_by_role("button").click()
    outside.get_by_role("button", name="Sign out").click()
    expect(outside.get_by_role("heading", name="Sign in")).to_be_visible(timeout=SLOW)


def test_other_origins_and_other_hosts_get_nothing(department: Department) -> None:
    for origin in ("https://evil.example", "https://localhost", "http://localhost"):
        answer = department.ask("/sign-in", method="POST", headers={"Origin": origin})
        assert answer.status_code == 403
    plain = f"http://127.0.0.1:{department.app.port}/"
    assert httpx.get(plain, trust_env=False).status_code == 400


def test_numbers_stay_inside_and_health_does_not_tell_more(department: Department) -> None:
    assert department.ask("/metrics").status_code == 404
    assert department.ask("/healthz").text == "ok\n"


def test_what_is_larger_than_any_file_is_refused_by_the_proxy(department: Department) -> None:
    headers = {"Origin": department.url}
    answer = department.ask(
        "/sign-in", method="POST", content=b"x" * (31 * 1000**2), headers=headers
    )
    assert answer.status_code == 413
