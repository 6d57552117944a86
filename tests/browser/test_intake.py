"""Taking a note in, in a real browser: what is typed while the page answers is not lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.workbench import SLOW, wait_until_open

pytestmark = pytest.mark.browser

STATING = (
    "DISCHARGE SUMMARY\nDATE OF ADMISSION: 03/12/2014\nDATE OF DISCHARGE: 03/17/2014\n"
    "This is a 71-year-old woman.\nDISCHARGE DIAGNOSES: Congestive heart failure. Pneumonia.\n"
    "DISPOSITION: Home.\n"
)
SILENT = "ASSESSMENT: Congestive heart failure. Pneumonia."


def kept(page: Page, server: Server) -> dict[str, Any]:
    """The facts of the encounter that is open."""
    wait_until_open(page)
    with closing(sqlite3.connect(server.data / "icd9_review.sqlite3")) as database:
        database.row_factory = sqlite3.Row
        query = "SELECT * FROM encounters WHERE id = ?"
        return dict(database.execute(query, (page.url.rpartition("=")[2],)).fetchone())


def test_a_pasted_note_with_all_its_facts_takes_five_actions(page: Page, server: Server) -> None:
    page.goto(server.url)
    expect(page.get_by_role("button", name="New encounter")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="New encounter").click()  # 1
    page.get_by_label("Note", exact=True).click()  # 2
    page.keyboard.insert_text(STATING)  # 3, as pasting does
    page.keyboard.press("Tab")  # 4
    expect(page.get_by_role("button", name="age 71")).to_be_visible(timeout=SLOW)
    page.keyboard.press("Control+Enter")  # 5
    facts = kept(page, server)
    assert (facts["age"], facts["sex"], facts["disposition"]) == (71, "female", "home")
    assert (facts["admitted"], facts["discharged"]) == ("2014-03-12", "2014-03-17")


@pytest.mark.parametrize("text", [STATING, SILENT])
def test_what_is_typed_the_moment_a_note_is_pasted_is_what_is_kept(
    page: Page, server: Server, text: str
) -> None:
    page.goto(f"{server.url}/intake")
    page.get_by_label("Note", exact=True).click(timeout=SLOW)
    page.keyboard.insert_text(text)
    page.get_by_label("Age in years").click()
    page.keyboard.type("52")
    for label, day in (("Admitted", "20130304"), ("Discharged", "20130309")):
        page.get_by_role("spinbutton", name=f"year, {label}").click()
        page.keyboard.type(day)
        page.keyboard.press("Tab")
    page.keyboard.press("Control+Enter")
    facts = kept(page, server)
    assert (facts["admitted"], facts["discharged"]) == ("2013-03-04", "2013-03-09")
    assert facts["age"] == 52
