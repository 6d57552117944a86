"""The main job in a real browser, with the embedded model: from a pasted note to an export."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from icd9_review.notes import demonstration_encounters
from tests.browser.accessibility import serious_violations
from tests.browser.conftest import Server
from tests.browser.workbench import (
    SLOW,
    SlowAnswers,
    comment,
    decisions,
    open_encounter,
    open_new,
    suggestions,
    take_in,
    used_words,
    wait_until_saved,
)

pytestmark = pytest.mark.browser

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NOTE = demonstration_encounters()[0][1][0].text
HOSTILE = (
    "DISCHARGE DIAGNOSES: 1. Congestive heart failure. 2. Atrial fibrillation 😀 on Coumadin.\n"
    "<script>window.hacked = 1</script> <img src=x onerror='window.hacked = 2'> **bold** $x$\n"
    '=HYPERLINK("http://evil.example") שלום \u202e gnirts \u202c 3. Type 2 diabetes mellitus.\n'
)
SAID = re.sub("[\u202a-\u202e]", "", HOSTILE)  # what turns direction nobody writes


def test_verdicts_by_key_survive_a_reload_and_are_exported(page: Page, server: Server) -> None:
    encounter = take_in(page, server.url, NOTE)
    codes = suggestions(page).locator(".code").all_inner_texts()
    assert len(codes) >= 2
    expect(page.locator(".workbench .mine")).to_have_count(0)
    page.keyboard.press("a")
    page.keyboard.press("x")
    page.keyboard.press("2")
    wait_until_saved(page)
    expected = [("accepted", codes[0]), ("rejected", codes[1])]
    assert decisions(server.data, encounter) == expected

    page.reload()
    expect(page.locator(".workbench .mine .code")).to_have_text(codes[0], timeout=SLOW)
    expect(suggestions(page).nth(1)).to_contain_text("negated or ruled out")

    page.keyboard.press("u")
    wait_until_saved(page)
    assert decisions(server.data, encounter) == [*expected, ("undone", codes[1])]
    assert (codes[0], "accepted", "Development coder") in exported(page, server, encounter)


def exported(page: Page, server: Server, encounter: str) -> list[tuple[str, str, str]]:
    page.goto(f"{server.url}/export")
    with page.expect_download(timeout=SLOW) as download:
        page.get_by_role("button", name="Download", exact=True).click()
    with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["encounter_id"] == encounter]
    return [(row["code"], row["verdict"], row["actor"]) for row in rows]


def test_the_words_the_model_used_are_marked_in_the_note_unless_switched_off(
    page: Page, server: Server
) -> None:
    encounter = open_new(page, server, NOTE)
    code = suggestions(page).locator(".code").first.inner_text()
    marked = page.locator(".workbench .note .supports")
    expect(page.locator(".workbench .used .sums")).to_contain_text("adds up", timeout=SLOW)
    shown = [text for text in marked.all_inner_texts() if text.strip()]
    assert shown == used_words(server.data, encounter, code, NOTE)

    page.keyboard.press("t")
    expect(marked).to_have_count(0)
    count = page.locator(".workbench .left > .head .count")
    expect(count).to_have_text(re.compile(r" · 0 explained$"), timeout=SLOW)  # it is stored
    page.reload()
    used = page.locator(".workbench .used")
    expect(used).to_contain_text("Explanations are off. T turns them on.", timeout=SLOW)
    expect(marked).to_have_count(0)
    page.get_by_role("button", name="Turn explanations on").click()
    expect(marked.first).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("button", name="Turn explanations off")).to_be_focused()


def test_the_note_follows_the_focus_unless_switched_off_and_words_are_found_in_it(
    page: Page, server: Server
) -> None:
    open_new(page, server, "Nothing to tell.\n" * 80 + NOTE)
    note, edge = page.locator(".workbench .note"), page.locator(".workbench .edge")
    top = "element => element.scrollTop"
    page.keyboard.press("j")
    below = f"note => ({top})(note) > 900"  # where the words are, once they are worked out
    page.wait_for_function(below, arg=note.element_handle(), timeout=SLOW)
    expect(note.locator(".mentioned, .supports").first).to_be_visible()
    worked_out = page.locator(".workbench .used .sums")
    expect(worked_out).to_be_visible(timeout=SLOW)  # a preview may have its evidence elsewhere

    page.keyboard.press("Shift+E")
    note.evaluate("element => { element.scrollTop = 137; }")
    expect(edge).to_have_text(re.compile(r"^evidence \d screens? down$"))
    expect(page.locator(".workbench .row.focused .far")).to_have_text(edge.inner_text())
    for key in ("j", "a", "k", "x", "1", "u", "j"):
        page.keyboard.press(key)
    wait_until_saved(page)
    expect(worked_out).to_be_visible(timeout=SLOW)
    assert note.evaluate(top) == 137
    page.keyboard.press("a")
    note.evaluate("element => element.scrollTo({ top: 900, behavior: 'smooth' })")
    for key in "uauaua":
        page.keyboard.press(key)
        page.wait_for_timeout(60)
    wait_until_saved(page)
    # What the server answers meanwhile does not stop it on its way.
    page.wait_for_function(f"note => ({top})(note) === 900", arg=note.element_handle())
    page.reload()
    expect(page.locator(".workbench .row.focused")).to_be_visible(timeout=SLOW)
    expect(edge).to_be_visible(timeout=SLOW)  # the choice is remembered
    page.keyboard.press("Shift+E")
    expect(edge).to_be_hidden()
    expect(page.locator(".workbench .far:not(:empty)")).to_have_count(0)

    page.keyboard.press("Control+f")
    page.keyboard.type("to TELL")
    expect(page.locator(".workbench .hits")).to_have_text(re.compile(r"^\d+ of 80$"))
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator(".workbench .palette .evidence")).to_have_text("Evidence: “to”")
    page.keyboard.press("Escape")


def test_twenty_verdicts_at_30_ms_are_twenty_verdicts_on_the_right_codes(
    page: Page, server: Server
) -> None:
    encounter = open_new(page, server, NOTE)
    first, second, third, fourth, *_ = suggestions(page).locator(".code").all_inner_texts()
    round_of_keys = ("a", "x", "3", "a", "x", "1", "u", "u", "u", "u")
    for _ in range(2):
        for key in (*round_of_keys, "k", "k", "k"):
            page.keyboard.press(key)
            page.wait_for_timeout(30)
    page.keyboard.press("a")
    for key in ("x", "9", "a", "a"):
        page.keyboard.press(key)
        page.wait_for_timeout(30)
    wait_until_saved(page)
    expect(page.locator(".workbench .refusal")).to_have_count(0)
    made = [("accepted", first), ("rejected", second), ("accepted", third), ("rejected", fourth)]
    undone = [("undone", code) for code in (fourth, third, second, first)]
    last = [*made[:3], ("accepted", fourth)]
    assert decisions(server.data, encounter) == [*made, *undone, *made, *undone, *last]


def test_a_hostile_note_and_comment_go_the_same_way_unharmed(page: Page, server: Server) -> None:
    encounter = take_in(page, server.url, HOSTILE)
    code = suggestions(page).locator(".code").first.inner_text()
    comment(server.data, encounter, code, SAID)
    page.reload()
    expect(suggestions(page).first.locator(".tag.comment")).to_be_visible(timeout=SLOW)
    said = page.locator(".workbench .used .said").evaluate("element => element.textContent")
    assert said.startswith("Comment by Development clinician, today ")
    assert said.endswith(f": {SAID.strip()}")
    expect(page.locator(".workbench .notice.news")).to_contain_text(f"commented on {code}")
    expect(page.locator(".workbench .note .supports").first).to_be_visible(timeout=SLOW)
    shown = page.locator(".workbench .note .text").first.evaluate("element => element.textContent")
    assert HOSTILE.rstrip("\n") in shown
    page.keyboard.press("a")
    wait_until_saved(page)
    assert page.evaluate("window.hacked") is None
    assert len(decisions(server.data, encounter)) == 1


def test_the_buttons_of_a_row_leave_its_probability_readable(page: Page, server: Server) -> None:
    encounter = open_new(page, server, NOTE)
    row = suggestions(page).first
    for width, height in ((1440, 900), (1024, 768)):
        page.set_viewport_size({"width": width, "height": height})
        open_encounter(page, server.url, encounter)
        row.hover()
        words, buttons = row.locator(".words").bounding_box(), row.locator(".acts").bounding_box()
        assert words is not None
        assert buttons is not None
        assert words["width"] >= 90
        assert words["x"] + words["width"] <= buttons["x"]


def test_two_tabs_do_not_overwrite_each_other(page: Page, server: Server) -> None:
    encounter = open_new(page, server, NOTE)
    other = page.context.new_page()
    answers = SlowAnswers(other)
    open_encounter(other, server.url, encounter)
    answers.hold()
    code = suggestions(page).locator(".code").first.inner_text()
    page.keyboard.press("a")
    wait_until_saved(page)
    other.keyboard.press("x")
    other.keyboard.press("1")
    answers.release()
    refusal = other.locator(".workbench .refusal")
    expect(refusal).to_contain_text("in another tab", timeout=SLOW)
    assert decisions(server.data, encounter) == [("accepted", code)]
    other.close()


def test_who_asks_again_to_leave_does_not_end_on_an_empty_page(page: Page, server: Server) -> None:
    open_new(page, server, NOTE)
    for _ in range(20):
        page.keyboard.press("c", delay=10)
    expect(page.locator(".whatif .sentence").first).to_be_visible(timeout=SLOW)
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=SLOW)
    page.wait_for_timeout(1000)  # a late request empties the page after it has come
    expect(page.locator(".whatif .sentence").first).to_be_visible()


def test_what_was_acknowledged_survives_a_power_cut(page: Page, server: Server) -> None:
    encounter = open_new(page, server, NOTE)
    page.keyboard.press("a")
    wait_until_saved(page)
    acknowledged = decisions(server.data, encounter)
    server.kill()
    try:
        for key in ("a", "x", "1", "u"):
            page.keyboard.press(key)
        expect(page.locator(".workbench .footer .saved")).to_have_text(
            re.compile(r"^3 decisions not saved since [\d:]+, trying again$"), timeout=SLOW
        )
    finally:
        server.start()
    wait_until_saved(page)
    stored = decisions(server.data, encounter)
    assert stored[: len(acknowledged)] == acknowledged
    assert [kind for kind, _ in stored] == ["accepted", "accepted", "rejected", "undone"]
    assert len({code for _, code in stored}) == 3


def test_no_word_of_a_note_leaves_the_database(page: Page, server: Server) -> None:
    canary = "zebrafinch"
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    open_new(page, server, f"Congestive heart failure, {canary}. {NOTE}")
    expect(page.locator(".workbench .note .supports").first).to_be_visible(timeout=SLOW)
    page.keyboard.press("a")
    wait_until_saved(page)
    assert not any(canary in address for address in addresses)
    holders = [
        file.name
        for file in server.data.rglob("*")
        if file.is_file() and canary.encode() in file.read_bytes()
    ]
    assert holders
    assert all(name.startswith("icd9_review.sqlite3") for name in holders)


def test_no_outside_host_is_asked_for_anything(page: Page, server: Server) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    open_new(page, server, NOTE)
    page.goto(f"{server.url}/export")
    expect(page.get_by_text("What the columns mean")).to_be_visible(timeout=SLOW)
    assert {host for host in asked if host} == {f"127.0.0.1:{server.port}"}


@pytest.mark.parametrize("place", ["worklist", "export"])
def test_axe_finds_no_serious_violation(page: Page, server: Server, place: str) -> None:
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        page.goto(f"{server.url}/{place}")
        expect(page.locator("h1").first).to_be_visible(timeout=SLOW)
        assert serious_violations(page) == []


def test_axe_finds_no_serious_violation_in_the_workbench(page: Page, server: Server) -> None:
    encounter = open_new(page, server, NOTE)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        open_encounter(page, server.url, encounter)
        expect(page.locator(".workbench .note .supports").first).to_be_visible(timeout=SLOW)
        assert serious_violations(page) == []


DIAGNOSIS_LIST = (
    "FINAL DIAGNOSES:\n1. Congestive heart failure.\n2. Acute cholecystitis.\n3. Gout.\n"
    "4. No evidence of pneumonia.\n"
    "HOSPITAL COURSE: He was given furosemide for congestive heart failure.\n"
)


def test_a_diagnosis_list_is_gone_through_by_key(page: Page, server: Server) -> None:
    open_new(page, server, DIAGNOSIS_LIST)
    lines = page.locator(".workbench .chartline")
    hits = page.locator(".workbench .linehit")
    page.keyboard.press("l")
    expect(lines).to_have_count(4)
    expect(lines.nth(3)).to_contain_text("denied: needs no code")
    for place, code in enumerate(("428.0", "575.0", "274.9")):
        expect(lines.nth(place)).to_have_class(re.compile("focused"))
        expect(hits.filter(has_text=code)).to_be_visible(timeout=SLOW)
        number = hits.locator(".code").all_inner_texts().index(code) + 1
        page.keyboard.press(str(number))
        expect(lines.nth(place)).to_have_attribute("data-state", "coded")
    wait_until_saved(page)
    expect(page.locator(".workbench .mine .code")).to_have_text(["428.0", "575.0", "274.9"])
    page.keyboard.press("f")
    finish = page.locator(".workbench .finish")
    expect(finish).to_be_visible()
    expect(finish.locator(".left-line")).to_have_count(0)
