"""Words of a patient are in the database, on the page of who may read them, and nowhere else."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import FilePayload, Page, Request, Response, expect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.database.engine import open_database
from icd9_review.ui.component_files import FOLDER
from icd9_review.ui.serving.sign_in.cookie import COOKIE, kept
from tests.browser.conftest import TOKEN, Server
from tests.browser.workbench import (
    SLOW,
    become,
    open_encounter,
    wait_until_at_rest,
    wait_until_open,
    wait_until_saved,
)
from tests.ports import free_port
from tests.store.auditing.auditing import diagnoses, revise
from tests.store.auditing.signing import add_signed, auditor

pytestmark = pytest.mark.browser

CANARY = "zebrafinch"
MESSAGE = (
    "MSH|^~\\&|EHR|H|ICD|H|20140317120000||MDM^T02|1|P|2.5\r"
    f"PID|1||{CANARY}mrn^^^H||{CANARY}family^{CANARY}given||19430110|F|||{CANARY} street\r"
    f"PV1|1|I|||||||||||||||||{CANARY}visit^^^HOSP|||||||||||||||||||||||||20140312|20140317\r"
    f"TXA|1|DS|TX|20140317||||||||{CANARY}doc\r"
    f"OBX|1|TX|||DISCHARGE DIAGNOSES:~1. Congestive heart failure {CANARY}note.\r"
)


@pytest.fixture
def alone(tmp_path: Path, tiny_model_folder: Path) -> Iterator[Server]:
    """A server whose temporary files have a folder of their own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    environment = {
        "TMPDIR": str(folder),
        "ICD9_REVIEW_MODEL": str(tiny_model_folder),
        "ICD9_REVIEW_CHOOSE_USER": "true",
        "ICD9_REVIEW_DEMONSTRATION": "false",
        "ICD9_REVIEW_LOG_LEVEL": "DEBUG",
    }
    server = Server(tmp_path, free_port(), environment)
    server.start()
    yield server
    server.kill()


def test_a_canary_sits_nowhere_but_in_the_database(page: Page, alone: Server) -> None:
    asked: list[Request] = []
    answered: list[Response] = []
    page.on("request", lambda request: asked.append(request))
    page.on("response", lambda response: answered.append(response))
    encounter = take_in_file(page, alone)
    decide_search_and_comment(page, alone, encounter)
    ask_and_answer(page, alone, encounter)
    audit(page, alone)
    insist(alone)

    metrics = httpx.get(f"{alone.url}/metrics", trust_env=False).text
    assert 'icd9_review_decisions_stored_total{action="accept"} 1.0' in metrics
    assert CANARY not in metrics
    assert [each.url for each in asked if CANARY in each.url] == []
    ours = [each for each in answered if each.url.startswith(alone.url)]
    kept = [each.url for each in ours if each.headers.get("cache-control") != "no-store"]
    program = ("/static/", f"{FOLDER}/")  # its own files: scripts and styles
    assert [each for each in kept if not any(folder in each for folder in program)] == []
    holders = [file for file in alone.data.rglob("*") if holds_canary(file)]
    assert {each.name.partition("-")[0] for each in holders} == {"icd9_review.sqlite3"}
    assert "Traceback" not in alone.log.read_text()


def take_in_file(page: Page, server: Server) -> str:
    """A message with a patient in it, uploaded and stored; the encounter's id."""
    page.goto(f"{server.url}/intake")
    file: FilePayload = {
        "name": f"{CANARY}file.hl7",
        "mimeType": "text/plain",
        "buffer": MESSAGE.encode(),
    }
    page.locator("input[type=file]").set_input_files([file], timeout=SLOW)
    expect(page.get_by_text("Found: inpatient · 71 F")).to_be_visible(timeout=SLOW)
    wait_until_at_rest(page)
    page.get_by_role("button", name="Create and open").click()
    page.wait_for_url("**/workbench?encounter=*", timeout=SLOW)
    wait_until_open(page)
    return page.url.rpartition("=")[2]


def decide_search_and_comment(page: Page, server: Server, encounter: str) -> None:
    page.keyboard.press("a")
    wait_until_saved(page)
    page.keyboard.press("/")
    page.keyboard.type(f"{CANARY}search")
    expect(page.locator(".workbench .palette.waiting")).to_have_count(0, timeout=SLOW)
    page.keyboard.press("Escape")
    page.goto(server.url)
    page.get_by_label("Search").fill(f"{CANARY}search", timeout=SLOW)
    expect(page.locator("tbody tr")).to_have_count(0, timeout=SLOW)
    become(page, "Development clinician")
    page.goto(f"{server.url}/explanation?encounter={encounter}&code=428.0")
    field = page.get_by_role("textbox", name=re.compile("^Comment on"))
    field.fill(f"{CANARY}comment", timeout=SLOW)
    field.press("Control+Enter")
    wait_until_at_rest(page)
    page.get_by_role("button", name="Add comment").click()
    expect(page.get_by_text(f"{CANARY}comment", exact=True).first).to_be_visible(timeout=SLOW)


def ask_and_answer(page: Page, server: Server, encounter: str) -> None:
    """The coder asks the physician on the workbench, with it in question and answers."""
    become(page, "Development coder")
    open_encounter(page, server.url, encounter)
    page.keyboard.press("w")
    page.keyboard.type(f"{CANARY}note")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Q")
    page.keyboard.press("2")
    expect(page.get_by_label("Answers to choose from, one a line")).to_be_focused()
    page.keyboard.type(f"Acute {CANARY}option\nChronic")
    page.locator(".workbench .ask-question").fill(f"Which acuity is it, beside {CANARY}question?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".workbench .notice.hold")).to_be_visible(timeout=SLOW)
    become(page, "Development clinician")
    page.goto(f"{server.url}/explanation?encounter={encounter}")
    write(page, "In your own words", f"{CANARY}answer")
    page.get_by_role("button", name="Answer the query").click()
    expect(page.get_by_text(f"{CANARY}answer").first).to_be_visible(timeout=SLOW)


def audit(page: Page, server: Server) -> None:
    """Auditor, coder and adjudicator of a signed chart write it beside what differs."""
    with closing(open_database(f"sqlite:///{server.data / 'icd9_review.sqlite3'}")) as database:
        signed = add_signed(database)
        opened = open_audit(database, signed.id, actor=auditor(database), key="audit")
        revise(database, opened, diagnoses("428.0", "486"))
    become(page, "Development auditor")
    page.goto(f"{server.url}/second-review?audit={opened.id}")
    remark = page.get_by_role("textbox", name=re.compile("^Why: ")).first
    remark.fill(f"{CANARY}remark", timeout=SLOW)
    press(page, "Keep")
    press(page, "Return to coder")
    become(page, "Development coder")
    page.goto(f"{server.url}/my-audits?audit={opened.id}")
    write(page, "Why you do not agree", f"{CANARY}rebuttal")
    press(page, "Rebut")
    expect(page.get_by_text(f"{CANARY}rebuttal").first).to_be_visible(timeout=SLOW)
    become(page, "Development administrator")
    page.goto(f"{server.url}/second-review?audit={opened.id}")
    page.get_by_role("textbox", name="Note").fill(f"{CANARY}settled", timeout=SLOW)
    press(page, "Settle")
    expect(page.get_by_text(f"{CANARY}settled").first).to_be_visible(timeout=SLOW)


def write(page: Page, name: str, words: str) -> None:
    """Into a field that stands in no form, where the keys would send the form."""
    field = page.get_by_role("textbox", name=name)
    field.fill(words, timeout=SLOW)
    field.press("Control+Enter")
    wait_until_at_rest(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click(timeout=SLOW)
    wait_until_at_rest(page)


def insist(server: Server) -> None:
    """Put it where no page of ours does: what is refused or not understood is not logged either."""
    page, headers = {"Origin": server.url}, {"X-Request-ID": CANARY, "User-Agent": CANARY}
    for path in (f"/{CANARY}", f"/media/{CANARY}", f"/session?{CANARY}", f"/_stcore/{CANARY}"):
        httpx.get(f"{server.url}{path}", headers=headers, trust_env=False)
    for path, body in (
        ("/session", f"person={CANARY}&place=/{CANARY}"),
        (f"/_stcore/upload_file/{CANARY}/{CANARY}", CANARY),
    ):
        for method in ("POST", "PUT"):
            address = f"{server.url}{path}"
            httpx.request(method, address, content=body, headers=page | headers, trust_env=False)
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(f"{CANARY} {CANARY}\r\n\r\n".encode())
        line.recv(1000)
    address, protocols = f"ws://127.0.0.1:{server.port}/_stcore/stream", [Subprotocol("streamlit")]
    for message in (CANARY, CANARY.encode()):
        with connect(
            address,
            origin=Origin(server.url),
            subprotocols=protocols,
            additional_headers={"Cookie": f"{COOKIE}={kept(TOKEN)}"},
            proxy=None,
        ) as spoken:
            try:
                spoken.send(message)
                spoken.recv(timeout=2)
            except (ConnectionClosed, TimeoutError):
                continue


def holds_canary(file: Path) -> bool:
    return file.is_file() and CANARY.encode() in file.read_bytes()
