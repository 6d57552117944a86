"""What stands before the pages, in both ways of starting: from where, who, and which page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import FilePayload, Page, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from icd9_review.ui.serving.router import PLACES
from icd9_review.ui.serving.sign_in.cookie import COOKIE, kept
from tests.browser.accessibility import serious_violations
from tests.browser.conftest import TOKEN, Server
from tests.browser.workbench import SLOW, become, choose, take_in, wait_until_saved
from tests.ports import free_port

pytestmark = pytest.mark.browser

COMMANDS = {
    "serve": ("icd9_review", "serve", "--port"),
    "streamlit": ("streamlit", "run", "app.py", "--server.port"),
}
WITHOUT_A_NETWORK = """
import ipaddress, os, socket

def is_here(host):
    try:
        return host in (None, "", "localhost") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

def deny(host):
    with open(os.environ["ASKED_FOR"], "a") as file:
        file.write(f"{host}\\n")
    raise OSError(101, "Network is unreachable")

def guarded(method):
    def connect(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_here(address[0]):
            deny(address[0])
        return method(self, address)
    return connect

def looked_up(host, *given, **named):
    return look_up(host, *given, **named) if is_here(host) else deny(host)

look_up, socket.getaddrinfo = socket.getaddrinfo, looked_up
socket.socket.connect = guarded(socket.socket.connect)
socket.socket.connect_ex = guarded(socket.socket.connect_ex)
"""
FILES = ("www.evil.example.txt", "m@evil.example.txt", ":material_home:.txt", "a -> b :red[c].txt")
HOSTILE = "**B** :material/home: www.evil.example m@evil.example a -> `b` $x$ :red[c]"


BOTH_WAYS = pytest.mark.parametrize("alone", COMMANDS, indirect=True)
"""For what stands before the app, and one page behind it."""
PAGES = pytest.mark.parametrize(
    "alone", ["serve", pytest.param("streamlit", marks=pytest.mark.long)], indirect=True
)
"""For what the one app behind both does: the second way is looked at in long rounds."""


@pytest.fixture(scope="module")
def started() -> Iterator[dict[str, Server]]:
    """What runs already, by the way it was started: tests come in any order.

    Whatever they did, nobody outside was asked for anything.
    """
    running: dict[str, Server] = {}
    yield running
    for server in running.values():
        server.kill()
    asked = {way: (server.data / "asked").read_text() for way, server in running.items()}
    assert asked == dict.fromkeys(running, "")


@pytest.fixture
def alone(
    request: pytest.FixtureRequest,
    started: dict[str, Server],
    tmp_path_factory: pytest.TempPathFactory,
    tiny_model_folder: Path,
) -> Server:
    """The app in a process that reaches nobody outside; what it asks for is written down."""
    way: str = request.param
    if way not in started:
        folder = tmp_path_factory.mktemp("alone")
        (folder / "sitecustomize.py").write_text(WITHOUT_A_NETWORK)
        (folder / "asked").touch()
        environment = {
            "PYTHONPATH": str(folder),
            "ASKED_FOR": str(folder / "asked"),
            "ICD9_REVIEW_MODEL": str(tiny_model_folder),
            "ICD9_REVIEW_CHOOSE_USER": "true",
        }
        started[way] = Server(folder, free_port(), environment, command=COMMANDS[way])
        started[way].start()
    return started[way]


def open_socket(server: Server, origin: str | None) -> int:
    """The status that a page from there gets when it asks for the app's websocket."""
    address = f"ws://127.0.0.1:{server.port}/_stcore/stream"
    protocols = [Subprotocol("streamlit")]
    kept_here = {"Cookie": f"{COOKIE}={kept(TOKEN)}"}
    try:
        asked = Origin(origin) if origin else None
        with connect(
            address, origin=asked, subprotocols=protocols, additional_headers=kept_here, proxy=None
        ):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


@BOTH_WAYS
def test_a_foreign_page_gets_nothing_and_the_app_asks_nobody(alone: Server) -> None:
    for origin in ("http://evil.example", f"http://localhost:{alone.port}", "http://127.0.0.1:1"):
        assert open_socket(alone, origin) == 403
    assert open_socket(alone, None) == 403
    assert open_socket(alone, alone.url) == 101
    assert (alone.data / "asked").read_text() == ""


@BOTH_WAYS
def test_a_chart_is_read_explained_and_exported_and_the_app_asks_nobody(
    page: Page, alone: Server
) -> None:
    encounter = take_in(page, alone.url, "Congestive heart failure. Atrial fibrillation.")
    code = page.locator(".workbench .row.focused .code").inner_text()
    page.keyboard.press("a")
    wait_until_saved(page)
    page.goto(f"{alone.url}/explanation?encounter={encounter}&code={code}")
    expect(page.locator(".passage mark.supports").first).to_be_visible(timeout=SLOW)
    page.goto(f"{alone.url}/export")
    with page.expect_download(timeout=SLOW) as download:
        page.get_by_role("button", name="Download", exact=True).click()
    assert encounter in download.value.path().read_text("utf-8")
    assert (alone.data / "asked").read_text() == ""


@BOTH_WAYS
def test_what_may_change_something_comes_from_the_page_alone(alone: Server) -> None:
    for origin in ("http://evil.example", "null"):
        form, headers = {"person": "2"}, {"Origin": origin}
        answer = httpx.post(f"{alone.url}/session", data=form, headers=headers, trust_env=False)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


@BOTH_WAYS
def test_both_ways_of_starting_have_every_protection(alone: Server) -> None:
    page = httpx.get(f"{alone.url}/", trust_env=False)
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    foreign = {"Host": "evil.example"}
    assert httpx.get(f"{alone.url}/", headers=foreign, trust_env=False).status_code == 400


@BOTH_WAYS
def test_who_looks_after_the_app_is_told_and_strangers_are_not(alone: Server) -> None:
    def get(path: str, **headers: str) -> httpx.Response:
        return httpx.get(f"{alone.url}{path}", headers=headers, trust_env=False)

    assert get("/healthz", Host="10.0.0.7").text == "ok\n"
    assert get("/readyz", Host="10.0.0.7").json() == {
        "ready": True,
        "database": "answers",
        "model": "loaded",
    }
    metrics = get("/metrics").text
    assert "icd9_review_database_up 1.0" in metrics
    assert "icd9_review_worker_up 1.0" in metrics
    assert get("/metrics", **{"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    assert get("/_stcore/metrics").status_code == 404
    assert get("/_stcore/host-config").json()["allowedOrigins"] == []
    assert get("/_stcore/health").text == "ok"
    assert len({get("/").headers["X-Request-ID"] for _ in range(2)}) == 2


def forget(page: Page) -> None:
    """A browser that was never here."""
    page.context.clear_cookies()


@BOTH_WAYS
def test_a_new_browser_is_asked_who_it_is_and_known_from_then_on(page: Page, alone: Server) -> None:
    forget(page)
    page.goto(f"{alone.url}/export")
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible(timeout=SLOW)
    expect(page.locator(".st-key-person")).to_have_count(0)
    assert serious_violations(page) == []
    become(page, "Second coder")
    assert page.url == f"{alone.url}/export"
    expect(page.get_by_role("heading", name="Export")).to_be_visible(timeout=SLOW)
    page.reload()
    expect(page.locator(".st-key-person")).to_contain_text("Second coder", timeout=SLOW)
    page.goto(f"{alone.url}/intake")
    expect(page.locator(".st-key-person")).to_contain_text("Second coder", timeout=SLOW)
    (cookie,) = (each for each in page.context.cookies() if each["name"] == COOKIE)
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert sum(len(each["name"]) + len(each["value"]) for each in page.context.cookies()) < 1024


@PAGES
def test_no_address_of_a_page_is_ever_not_found(page: Page, alone: Server) -> None:
    alone.kill()
    alone.start()  # the first address that a process is asked for is the one that failed
    for path in ["worklist", *(place.path for place in PLACES), "worklist/?x=1"]:
        page.goto(f"{alone.url}/{path}")
        expect(page.locator(".st-key-person")).to_be_visible(timeout=SLOW)
        shown = page.locator("h1").or_(page.get_by_role("alert"))
        expect(shown.first).to_be_visible(timeout=SLOW)
        expect(page.get_by_text("Page not found")).to_have_count(0)


@PAGES
def test_who_may_not_see_a_page_reads_why_at_its_address(page: Page, alone: Server) -> None:
    page.goto(alone.url)
    become(page, "Development clinician")
    for path in ("workbench", "intake", "export", "work"):
        page.goto(f"{alone.url}/{path}")
        said = page.get_by_role("alert").filter(has_text="This page is for the role")
        expect(said).to_contain_text("Development clinician has the role clinician", timeout=SLOW)
        expect(page.get_by_text("Page not found")).to_have_count(0)


@PAGES
def test_a_tab_does_nothing_for_a_person_who_has_left(page: Page, alone: Server) -> None:
    page.goto(f"{alone.url}/export")
    expect(page.get_by_role("heading", name="Export")).to_be_visible(timeout=SLOW)
    beside = page.context.new_page()
    beside.goto(f"{alone.url}/work")
    try:
        choose(beside, "Development clinician")
        said = page.get_by_role("alert").filter(has_text="Development clinician has the role")
        expect(said).to_be_visible(timeout=SLOW)
        expect(page.get_by_role("heading", name="Export")).to_have_count(0, timeout=SLOW)
    finally:
        alone.start_session()


@PAGES
def test_a_list_that_renews_itself_stops_when_its_person_has_left(
    page: Page, alone: Server
) -> None:
    page.goto(alone.url)
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible(timeout=SLOW)
    expect(page.locator("tbody tr").first).to_be_visible(timeout=SLOW)
    path = alone.data / "icd9_review.sqlite3"
    with closing(sqlite3.connect(path, timeout=10)) as database, database:
        database.execute("DELETE FROM sessions")
    try:
        expect(page.get_by_role("heading", name="Who are you?")).to_be_visible(timeout=SLOW)
        expect(page.locator("tbody tr")).to_have_count(0)
    finally:
        alone.start_session()


def employ(server: Server, name: str) -> None:
    """Add a coder with this name."""
    path = server.data / "icd9_review.sqlite3"
    with closing(sqlite3.connect(path, timeout=10)) as database, database:
        columns = "(name, role, active) VALUES (?, 'coder', 1)"
        database.execute("INSERT OR IGNORE INTO users " + columns, [name])


def say_text(page: Page, name: str) -> None:
    """The page shows the name letter by letter, and made nothing else of it."""
    assert page.locator("a[href*='evil']").count() == 0
    assert page.locator(".katex, [data-testid=stMarkdownContainer] img").count() == 0
    assert name in page.evaluate("document.body.textContent")


@PAGES
def test_a_name_is_text_wherever_it_is_shown(page: Page, alone: Server) -> None:
    employ(alone, HOSTILE)
    page.goto(alone.url)
    page.get_by_label("Assigned to").click(timeout=SLOW)
    expect(page.get_by_role("option", name=HOSTILE, exact=True)).to_be_visible()
    say_text(page, HOSTILE)
    forget(page)
    page.goto(f"{alone.url}/work")
    page.locator("form.people button").filter(has_text=HOSTILE).click(timeout=SLOW)
    expect(page.get_by_role("alert")).to_contain_text("This page is for", timeout=SLOW)
    expect(page.locator(".st-key-person")).to_contain_text(HOSTILE)
    say_text(page, f"{HOSTILE} has the role coder.")


@PAGES
def test_the_name_of_a_file_is_text_in_every_message(page: Page, alone: Server) -> None:
    page.goto(f"{alone.url}/intake")
    good = [as_text(name, b"Pneumonia.") for name in FILES]
    bad = [as_text(f"bad {name}", b"%PDF-1.7") for name in FILES]
    page.locator("input[type=file]").set_input_files([*good, *bad], timeout=SLOW)
    for name in FILES:
        said = page.get_by_role("alert").filter(has_text=f"bad {name}")
        expect(said.first).to_be_visible(timeout=SLOW)
        say_text(page, f"bad {name}")


@PAGES
def test_no_hint_lies_over_the_last_line_of_a_pasted_note(page: Page, alone: Server) -> None:
    page.goto(f"{alone.url}/intake")
    note = page.get_by_label("Note", exact=True)
    note.fill("Congestive heart failure.\n" * 40, timeout=SLOW)
    expect(page.get_by_test_id("stForm").get_by_test_id("InputInstructions")).to_be_hidden()
    expect(page.get_by_role("button", name="Create and open")).to_contain_text("Ctrl")


def as_text(name: str, content: bytes) -> FilePayload:
    """A file that says it is a text, whatever it holds."""
    return {"name": name, "mimeType": "text/plain", "buffer": content}


@PAGES
@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 1024)])
def test_the_name_stands_beside_the_menu_and_covers_nothing(
    page: Page, alone: Server, theme: Literal["light", "dark"], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    page.emulate_media(color_scheme=theme)
    page.goto(alone.url)
    person = page.locator(".st-key-person")
    expect(page.locator(":has(> .st-key-person)")).to_have_css("position", "fixed", timeout=SLOW)
    name, menu = person.bounding_box(), page.get_by_role("link", name="Export").bounding_box()
    assert name
    assert menu
    assert menu["x"] + menu["width"] < name["x"]
    assert name["y"] + name["height"] < 60  # Streamlit's header
    person.get_by_role("button").click()
    expect(page.locator("form.people")).to_be_visible()
    assert serious_violations(page) == []
