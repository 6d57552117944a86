"""A query to the physician from words of the note, by keys and by mouse."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from icd9_review.store.database.engine import open_database
from icd9_review.store.querying.queries import answer_query, physician_queries
from icd9_review.store.users import users
from icd9_review.values import PhysicianQueryReason, Role
from tests.browser.accessibility import serious_violations
from tests.browser.conftest import Server
from tests.browser.workbench import SLOW, Facts, open_new

pytestmark = pytest.mark.browser
NOTE = (Path(__file__).parent / "charts" / "heart-failure.txt").read_text("utf-8")


def part(page: Page, selector: str) -> Locator:
    return page.locator(f".workbench {selector}")


def select_by_mouse(page: Page, words: str) -> None:
    """A double click on a word of the note."""
    place = part(page, ".note .text").first.evaluate(
        """(note, words) => {
          const walker = document.createTreeWalker(note, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.textContent.indexOf(words);
            if (at < 0) continue;
            node.parentElement.scrollIntoView({ block: "center" });
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + words.length);
            const { x, y, width, height } = range.getBoundingClientRect();
            return [x + width / 2, y + height / 2];
          }
        }""",
        words,
    )
    page.mouse.dblclick(*place)


def test_words_of_the_note_are_asked_about_and_the_chart_waits(page: Page, server: Server) -> None:
    encounter = open_new(page, server, f"{NOTE}\nThe query.", Facts(age=74, sex="Female"))

    # By keys: words are found, chosen, and asked about.
    page.keyboard.press("w")
    page.keyboard.type("furosemide")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Q")
    dialog = page.get_by_role("dialog", name="Queries to the physician")
    expect(dialog).to_be_visible()
    expect(part(page, ".quotes .quote")).to_contain_text("urosemide")
    page.keyboard.press("2")
    answers = page.get_by_label("Answers to choose from, one a line")
    expect(answers).to_be_focused()
    page.keyboard.type("Acute\nChronic")

    # What is written stays while the server answers, and after another look at the note.
    part(page, ".ask-question").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Which acuity does this treatment stand for?")
    page.wait_for_timeout(500)
    expect(answers).to_have_value("Acute\nChronic")
    assert serious_violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    # A second place by mouse joins it; the button keeps the selection.
    select_by_mouse(page, "orthopnea")
    part(page, ".queries-opener").click()
    expect(part(page, ".quotes .quote")).to_have_count(2)
    expect(answers).to_have_value("Acute\nChronic")
    page.keyboard.press("Control+Enter")
    expect(part(page, ".spoken")).to_have_text("the physician is asked", timeout=SLOW)
    expect(dialog).to_be_hidden()

    # The chart waits for it, and says so beside the edits and in the banner.
    expect(part(page, ".notice.hold")).to_contain_text("waits for a physician's answer")
    expect(part(page, ".queries-opener")).to_contain_text("1 query open")
    part(page, ".notice.hold .link").click()
    expect(part(page, ".query.open")).to_contain_text("Which acuity")
    page.keyboard.press("Escape")

    with closing(open_database(f"sqlite:///{server.data / 'icd9_review.sqlite3'}")) as database:
        (asked,) = physician_queries(database, encounter)
        assert asked.reason is PhysicianQueryReason.SPECIFICITY
        assert len(asked.indicators) == 2
        doctor = next(each for each in users(database) if each.role is Role.CLINICIAN)
        answer_query(
            database, encounter, asked.sequence, option=0, words="EF 25 %", actor=doctor, key="q-a"
        )
    expect(part(page, ".queries-opener")).to_contain_text("1 query answered", timeout=SLOW)
    expect(part(page, ".notice.hold")).to_have_count(0)
    page.keyboard.press("Shift+Q")
    expect(part(page, ".query.answered")).to_contain_text(re.compile("Acute\nEF 25 %"))
    for size in ((1024, 768), (720, 450)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        expect(part(page, ".queries .send")).to_be_attached()
        assert serious_violations(page) == []
