"""Three charts of different kinds, coded from the first key to the signature by keyboard alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from icd9_review.codes.lists import ListOrigin, Provenance, Release, SourceName, Substance
from icd9_review.codes.table import is_valid
from icd9_review.store.code_lists import replace_lists
from icd9_review.store.database.engine import open_database
from icd9_review.store.users import system_user
from icd9_review.values import Kind
from tests.browser.accessibility import serious_violations
from tests.browser.conftest import Server
from tests.browser.workbench import (
    SLOW,
    Facts,
    SlowAnswers,
    background_at_rest,
    become,
    open_new,
    take_in,
    wait_until_open,
    wait_until_saved,
)

pytestmark = pytest.mark.browser
CHARTS = Path(__file__).parent / "charts"


def chart(name: str) -> str:
    return (CHARTS / f"{name}.txt").read_text("utf-8")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def bench(page: Page, part: str) -> Locator:
    return page.locator(f".workbench {part}")


def focus(page: Page, code: str) -> None:
    """Go to a suggestion with J, from the first one on."""
    for _ in range(40):
        press(page, "k")
    for _ in range(40):
        if bench(page, ".row.focused .code").inner_text().split()[0] == code:
            return
        press(page, "j")
    raise AssertionError(f"{code} is not among the suggestions")


def find(page: Page, key: str, words: str, code: str) -> None:
    """Open the palette with a key, type, and go down to a code found; Enter is for the test."""
    press(page, key)
    field = bench(page, ".palette .field")
    expect(field).to_be_focused()
    if words:
        page.keyboard.type(words)
    reach(page, code)


def reach(page: Page, code: str) -> None:
    """Go down to a code found, once the palette has the answer to all that was typed."""
    hit = page.locator(f".workbench .hit[id$=':{code}']")
    expect(bench(page, ".palette.waiting")).to_have_count(0, timeout=SLOW)
    expect(hit).to_be_visible(timeout=SLOW)
    for _ in range(40):
        if "active" in (hit.get_attribute("class") or ""):
            return
        press(page, "ArrowDown")
    raise AssertionError(f"{code} cannot be reached")


def accept(page: Page, *codes: str) -> None:
    """Accept suggestions in this order."""
    for code in codes:
        focus(page, code)
        press(page, "a")
    wait_until_saved(page)


def take_principal(page: Page) -> None:
    """Say before the signature that what the notes put first is the principal diagnosis."""
    heading = bench(page, ".finish h2")
    expect(heading).to_have_text("Which diagnosis is the principal one?", timeout=SLOW)
    expect(bench(page, ".finish .sign")).to_be_enabled(timeout=SLOW)  # once all is saved
    press(page, "Enter")
    expect(heading).not_to_have_text("Which diagnosis is the principal one?")


def sign(page: Page) -> None:
    """Answer present on admission with yes wherever it is asked, take the principal, sign."""
    encounter = page.url
    press(page, "o", *("y" for _ in my_codes(page)), "Escape")
    wait_until_saved(page)
    press(page, "f")
    take_principal(page)
    expect(bench(page, ".finish .sign")).to_be_enabled(timeout=SLOW)
    press(page, "Enter")
    page.wait_for_url(lambda url: url != encounter, timeout=SLOW)


def my_codes(page: Page) -> list[str]:
    return bench(page, ".mine .code").all_inner_texts()


def signed(data: Path, encounter: str) -> list[dict[str, Any]]:
    query = (
        "SELECT CAST(payload AS TEXT) FROM events WHERE stream = ? AND kind = 'finalised' "
        "ORDER BY sequence"
    )
    with sqlite3.connect(f"file:{data / 'icd9_review.sqlite3'}?mode=ro", uri=True) as connection:
        return [json.loads(row[0]) for row in connection.execute(query, (encounter,))]


def history(data: Path, encounter: str) -> list[str]:
    query = "SELECT kind FROM events WHERE stream = ? ORDER BY sequence"
    with sqlite3.connect(f"file:{data / 'icd9_review.sqlite3'}?mode=ro", uri=True) as connection:
        return [row[0] for row in connection.execute(query, (encounter,))]


@contextmanager
def second_coder(page: Page, server: Server, encounter: str) -> Iterator[Page]:
    """Another browser, with another person at it, on the same encounter."""
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    other = context.new_page()
    other.goto(server.url)
    become(other, "Second coder")
    label = page.locator(".workbench .facts .label").inner_text()
    other.get_by_role("searchbox", name="Search").fill(label)
    other.get_by_role("button", name=label).first.click()
    wait_until_open(other)
    yield other
    context.close()


def test_an_inpatient_chart_with_a_replacement_and_a_blocked_signature(
    page: Page, server: Server
) -> None:
    facts = Facts(age=74, sex="Female", admitted="2013/03/12", discharged="2013/03/17")
    encounter = take_in(page, server.url, chart("heart-failure"), facts)
    focus(page, "428.0")
    find(page, "s", "acute on chronic systolic", "428.23")
    press(page, "Enter")
    expect(bench(page, ".mine .code")).to_have_text(["428.23"])
    expect(bench(page, ".row[data-verdict=replaced] .words")).to_contain_text("by 428.23")
    focus(page, "427.31")
    press(page, "a")
    focus(page, "244.9")
    press(page, "a")
    press(page, "m")
    page.keyboard.type("shortness of breath")
    reach(page, "786.05")
    press(page, "Enter")
    expect(bench(page, ".admitting .code")).to_have_text("786.05")

    expect(bench(page, ".mine .origin").first).not_to_contain_text("principal")
    expect(bench(page, ".proposal .origin")).to_have_text("first of the final diagnoses")
    press(page, "f")
    take_principal(page)
    expect(bench(page, ".mine .origin").first).to_contain_text("principal")
    expect(bench(page, ".finish h2")).to_have_text("Not yet", timeout=SLOW)
    expect(bench(page, ".finish .sign")).to_be_disabled()
    press(page, "Enter")
    press(page, "Escape")
    press(page, "o", "y", "y", "y")
    expect(bench(page, ".mine .setting")).to_have_text(["POA Y"] * 3)
    wait_until_saved(page)
    expect(bench(page, ".edit.error")).to_have_count(0, timeout=SLOW)
    press(page, "k", "Shift+J")
    expect(bench(page, ".mine .code")).to_have_text(["428.23", "244.9", "427.31"])
    press(page, "f")
    expect(bench(page, ".finish .sign")).to_be_enabled(timeout=SLOW)
    press(page, "Enter")
    page.wait_for_url(lambda url: encounter not in url, timeout=SLOW)

    (payload,) = signed(server.data, encounter)
    assert [code[1] for code in payload["codes"]] == ["428.23", "244.9", "427.31"]
    assert [code[2] for code in payload["codes"]] == ["replaced", "suggested", "suggested"]
    assert [code[3] for code in payload["codes"]] == ["Y", "Y", "Y"]
    assert payload["admitting"] == "786.05"
    assert payload["lists"]


def test_an_office_visit_with_a_fifth_digit_and_a_code_from_selected_words(
    page: Page, server: Server
) -> None:
    facts = Facts(setting="Outpatient", age=58, sex="Male", admitted="2014/03/27")
    encounter = open_new(page, server, chart("office-visit"), facts)
    find(page, "/", "i10", "401.9")
    expect(bench(page, ".found-message")).to_contain_text("I10 is ICD-10-CM")
    expect(bench(page, ".hit.active")).to_contain_text("by ICD-10 map")
    press(page, "Escape")
    find(page, "/", "250.6", "250.6")
    press(page, "Enter")
    expect(bench(page, ".found-message")).to_contain_text("choose the digits", timeout=SLOW)
    expect(bench(page, ".mine")).to_have_count(0)
    reach(page, "250.60")
    press(page, "Enter")
    expect(bench(page, ".mine .code")).to_have_text(["250.60"])

    select_words(page, "stopped", "smoking")
    press(page, "Enter")
    expect(bench(page, ".palette .evidence")).to_contain_text("stopped smoking")
    page.keyboard.type("history of tobacco use")
    reach(page, "V15.82")
    press(page, "Enter")
    expect(bench(page, ".mine").nth(1)).to_contain_text("stopped smoking", timeout=SLOW)

    focus(page, "401.9")
    press(page, "a")
    expect(bench(page, ".mine .code").last).to_have_text("401.9")
    wait_until_saved(page)
    press(page, "f")
    expect(bench(page, ".finish .sign")).to_be_enabled(timeout=SLOW)
    expect(bench(page, ".finish h3").filter(has_text="Warnings")).to_be_visible()
    press(page, "y", "Enter")
    expect(bench(page, ".summary .text")).to_contain_text("250.60", timeout=SLOW)
    expect(bench(page, ".summary .text")).to_contain_text("Signed:        Development coder")
    assert serious_violations(page) == []
    press(page, "p", "Escape")
    page.wait_for_url(lambda url: encounter not in url, timeout=SLOW)
    (payload,) = signed(server.data, encounter)
    assert [code[1] for code in payload["codes"]] == ["250.60", "V15.82", "401.9"]
    assert payload["warnings"]


def test_a_code_typed_in_full_is_taken_although_enter_came_first(
    page: Page, server: Server
) -> None:
    answers = SlowAnswers(page)
    open_new(page, server, chart("office-visit") + "\nSeen by the nurse.")
    for code in ("V5867", "357.2", "571.8"):
        answers.hold()
        press(page, "/")
        page.keyboard.type(code)
        press(page, "Enter")
        answers.release()
        expect(bench(page, ".palette")).to_be_hidden(timeout=SLOW)
    answers.hold()
    press(page, "/")
    page.keyboard.type("gout")
    press(page, "Enter")
    answers.release()
    expect(bench(page, ".hit").first).to_be_visible(timeout=SLOW)
    press(page, "Escape")
    assert my_codes(page) == ["V58.67", "357.2", "571.8"]


def test_codes_by_meaning_come_in_below_the_first(page: Page, server: Server) -> None:
    open_new(page, server, chart("office-visit") + "\nSeen for his weight.")
    with background_at_rest(server.data):
        press(page, "/")
        page.keyboard.type("hepatocholangiocarcinoma")
        by_meaning = bench(page, ".hit .origin").filter(has_text="by meaning")
        expect(by_meaning.first).to_be_visible(timeout=SLOW)
    expect(bench(page, ".hit.active .code")).to_have_text("156.1")
    expect(bench(page, ".hit").first).to_have_class("hit active")


MANY = [
    *("428.0", "427.31", "244.9", "272.4", "401.9", "496", "599.0"),
    *("276.1", "285.9", "V58.61", "414.01", "530.81", "715.90", "300.00"),
]
"""More codes than the pane shows at once, one of them exempt."""


def test_a_long_chart_shows_the_code_that_is_asked_about_and_says_what_was_answered(
    page: Page, server: Server
) -> None:
    facts = Facts(age=74, sex="Female", admitted="2013/03/12", discharged="2013/03/17")
    open_new(page, server, chart("office-visit") + "\nSeen on the ward.", facts)
    for code in MANY:
        press(page, "/")
        page.keyboard.type(code)
        press(page, "Enter")
        expect(bench(page, ".palette")).to_be_hidden(timeout=SLOW)
    assert my_codes(page) == MANY
    expect(bench(page, ".spoken")).to_have_text("300.00 added")

    press(page, "o")
    asked = []
    while bench(page, ".strip").is_visible():
        asked.append(bench(page, ".mine.focused .code").inner_text())
        assert_above(bench(page, ".mine.focused"), bench(page, ".strip"))
        press(page, "y")
    assert asked == [code for code in MANY if code != "V58.61"]
    expect(bench(page, ".spoken")).to_have_text("300.00 present on admission: Y")

    find(page, "s", "300.02", "300.02")
    press(page, "Enter")
    expect(bench(page, ".mine.focused .code")).to_have_text("300.02")
    press(page, "k", "k", "x", "1")
    expect(bench(page, ".mine.focused .code")).to_have_text("715.90")
    press(page, "o")
    expect(bench(page, ".strip h2")).to_contain_text("Was 715.90 present on admission?")
    press(page, "Escape", "g", "o")
    expect(bench(page, ".strip h2")).to_contain_text("Was 300.02 present on admission?")


def assert_above(upper: Locator, lower: Locator) -> None:
    """The whole of one part stands above another, so that nothing of it is covered."""
    above, below = upper.bounding_box(), lower.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] <= below["y"] + 1


def select_words(page: Page, first: str, last: str) -> None:
    """Choose neighbouring words of the note with the caret, as W and the arrows move it."""
    press(page, "w")
    for _ in range(200):
        if selected(page) == first:
            break
        press(page, "ArrowRight")
    for _ in range(20):
        if selected(page).endswith(last):
            return
        press(page, "Shift+ArrowRight")
    raise AssertionError(f"{first} … {last} cannot be selected")


def selected(page: Page) -> str:
    return str(
        bench(page, ".note").evaluate(
            "e => (e.getRootNode().getSelection?.() ?? getSelection()).toString()"
        )
    )


def test_a_surgical_chart_with_a_hold_a_second_person_and_a_reopening(
    page: Page, server: Server
) -> None:
    facts = Facts(age=29, sex="Male", admitted="2012/05/02", discharged="2012/05/04")
    encounter = open_new(page, server, chart("appendectomy"), facts)
    focus(page, "540.9")
    press(page, "p")
    find(page, "/", "lap appendectomy", "47.01")
    press(page, "Enter")
    press(page, "d", "a")
    expect(bench(page, ".setting").filter(has_text="2012-05-02")).to_be_visible()
    press(page, "h", "1")
    page.keyboard.type("asked about the asthma")
    press(page, "Enter")
    expect(bench(page, ".notice.hold")).to_contain_text("asked about the asthma", timeout=SLOW)
    press(page, "f")
    expect(bench(page, ".finish")).to_be_hidden()

    with second_coder(page, server, encounter) as other:
        expect(bench(other, ".notice.claim")).to_contain_text("is working on this")
        focus(other, "276.8")
        press(other, "a")
        wait_until_saved(other)
        press(other, "o")
        for _ in my_codes(other):
            press(other, "y")
        press(other, "Escape")
        expect(bench(other, ".mine .setting").filter(has_text="POA Y")).to_have_count(2)
        wait_until_saved(other)

    press(page, "h")
    expect(bench(page, ".notice.hold")).to_have_count(0)
    wait_until_saved(page)
    expect(bench(page, ".notice.news")).to_contain_text("Second coder accepted 276.8", timeout=SLOW)
    assert my_codes(page) == ["540.9", "276.8", "47.01"]
    press(page, "f")
    expect(bench(page, ".finish .sign")).to_be_enabled(timeout=SLOW)
    expect(bench(page, ".finish h2")).to_have_text("Sign without these lines?")
    expect(bench(page, ".finish .left-line")).to_have_text("Asthma")
    press(page, "Enter")
    expect(bench(page, ".finish h2")).to_have_text("Anything missing?")
    press(page, "Enter")
    page.wait_for_url(lambda url: encounter not in url, timeout=SLOW)

    page.goto(f"{server.url}/workbench?encounter={encounter}")
    expect(bench(page, ".notice.signed")).to_contain_text("Development coder", timeout=SLOW)
    press(page, "u")
    expect(bench(page, ".spoken")).to_contain_text("finalised")
    press(page, "f", "3", "Enter")
    expect(bench(page, ".notice.signed")).to_have_count(0, timeout=SLOW)
    wait_until_saved(page)
    kinds = history(server.data, encounter)
    assert [kind for kind in kinds if kind in ("held", "released", "finalised", "reopened")] == [
        "held",
        "released",
        "finalised",
        "reopened",
    ]


def test_an_injury_is_coded_with_its_cause_and_its_procedures_from_what_is_proposed(
    page: Page, server: Server
) -> None:
    facts = Facts(age=52, sex="Male", admitted="2013/06/08", discharged="2013/06/09")
    encounter = open_new(page, server, chart("injury"), facts)
    codes = ["401.9", "E881.0", "873.0", "813.41", "79.02", "86.59"]
    accept(page, *codes)
    assert my_codes(page) == codes
    sign(page)
    (payload,) = signed(server.data, encounter)
    assert [code[1] for code in payload["codes"]] == [
        "813.41",
        *("401.9", "E881.0", "873.0", "79.02", "86.59"),
    ]
    assert {code[2] for code in payload["codes"]} == {"suggested"}


REAL = {
    "mts-3397": Facts(age=66, sex="Male", admitted="2013/02/04", discharged="2013/02/08"),
    "mts-2601": Facts(age=41, sex="Female", admitted="2013/02/04", discharged="2013/02/08"),
    "mts-3390": Facts(age=42, sex="Male", admitted="2013/02/04", discharged="2013/02/05"),
}
"""A medical discharge with a catheterization, an operation, an injury without one."""


@pytest.mark.reference
@pytest.mark.parametrize("name", REAL)
def test_a_real_chart_is_coded_to_the_signature_from_what_is_proposed(
    page: Page, server: Server, reference_data: Path, name: str
) -> None:
    files = ("mtsamples_procedures_labelled.jsonl", "mtsamples_dev_labelled.jsonl")
    texts = ((reference_data / "notes" / file).read_text("utf-8") for file in files)
    labelled = (json.loads(line) for line in chain.from_iterable(map(str.splitlines, texts)))
    note = next(note for note in labelled if note["id"] == name)
    right = {code for label in note["labels"] for code in label["any_of"]}
    encounter = take_in(page, server.url, note["text"], REAL[name])
    proposed = [each.split()[0] for each in bench(page, ".list .code").all_inner_texts()]
    taken = [code for code in proposed if code in right]
    causes = [code for code in taken if code.startswith("E")]
    operations = [code for code in taken if is_valid(Kind.PROCEDURE, code)]
    assert set(taken) - {*causes, *operations}
    assert causes if name == "mts-3390" else operations
    accept(page, *taken)
    sign(page)
    (payload,) = signed(server.data, encounter)
    assert {code[1] for code in payload["codes"]} == set(taken)


def test_a_poisoning_and_what_happened_are_taken_from_one_row_of_the_table_of_drugs(
    page: Page, server: Server
) -> None:
    import_drugs(server.data)
    open_new(page, server, chart("office-visit"), Facts(setting="Outpatient", age=58))
    find(page, "/", "digoxin overdose", "972.1")
    press(page, "ArrowUp", "Enter")
    expect(bench(page, ".found-message")).to_contain_text("Digoxin")
    expect(bench(page, ".hit strong")).to_have_text(
        ["Poisoning", "Accident", "Therapeutic use", "Suicide attempt", "Assault", "Undetermined"]
    )
    press(page, "Enter", "ArrowDown", "ArrowDown", "Enter")
    expect(bench(page, ".hit.taken .code")).to_have_text(["972.1", "E950.4"])
    press(page, "Escape")
    expect(bench(page, ".palette")).to_be_hidden()
    expect(bench(page, ".mine .code")).to_have_text(["972.1", "E950.4"])
    wait_until_saved(page)


def import_drugs(data: Path) -> None:
    """The table of drugs with one substance, as an administrator imports it."""
    digoxin = Substance("Digoxin", "972.1", "E858.3", "E942.1", "E950.4", "E962.0", "E980.4")
    source = Provenance(ListOrigin.OFFICIAL, "Table of Drugs and Chemicals", "d" * 64)
    database = open_database(f"sqlite:///{data / 'icd9_review.sqlite3'}")
    table = Release(SourceName.DRUGS, source, drugs=(digoxin,))
    replace_lists(database, [table], actor=system_user(database))
    database.engine.dispose()


def test_a_demoted_code_says_why_and_is_decided_on_like_any_other(
    page: Page, server: Server
) -> None:
    encounter = open_new(page, server, chart("heart-failure") + "\nRead by the ward.")
    rows = bench(page, ".list.demoted .row")
    expect(rows).to_have_count(0)
    press(page, "v")
    symptom = rows.filter(has_text="786.02")
    expect(symptom).to_contain_text("a symptom that 428.0 may explain")
    expect(bench(page, ".list.demoted .row.focused")).to_have_count(1)
    focus(page, "786.02")
    expect(bench(page, ".used .how")).to_contain_text("adds up", timeout=SLOW)
    press(page, "a")
    expect(bench(page, ".mine .code")).to_have_text(["786.02"])
    expect(rows.filter(has_text="786.02")).to_have_count(0, timeout=SLOW)
    wait_until_saved(page)
    press(page, "u")
    expect(bench(page, ".mine .code")).to_have_count(0)
    expect(rows.filter(has_text="786.02")).to_be_visible(timeout=SLOW)
    press(page, "v")
    expect(rows).to_have_count(0)
    assert history(server.data, encounter).count("accepted") == 1
