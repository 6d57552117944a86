"""A coder who knows what is right and codes a chart by keyboard, with the fewest sensible keys.

Every key is counted, typed letters and digits too, by what it was for. Looking costs nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from playwright.sync_api import Locator, Page, expect

from icd9_review.values import Kind
from tests.browser.day_charts import DayChart, RightCode
from tests.browser.workbench import SLOW, wait_until_saved

FAR = 5
"""Rows passed by for one suggestion: beyond that, lines and typing are quicker."""

_SEEN = """([parts, pane]) => {
  const hosts = [...document.querySelectorAll('*')].map(node => node.shadowRoot);
  const bench = hosts.find(root => root?.querySelector('.workbench'));
  const frame = bench.querySelector(pane).getBoundingClientRect();
  const whole = ({top, bottom, height}) =>
    height && top >= frame.top - 1 && bottom <= frame.bottom + 1;
  const found = [...bench.querySelectorAll(parts)];
  return found.filter(each => [...each.getClientRects()].some(whole)).length;
}"""


class KeyboardCoder:
    """One chart on the workbench, and the keys that were pressed for it.

    ``keys`` counts them by task. ``beyond`` names the right codes that were typed in full, because
    neither the suggestions nor the lines of the chart offered them.
    """

    def __init__(self, page: Page, chart: DayChart) -> None:
        self.page = page
        self.chart = chart
        self.keys: Counter[str] = Counter()
        self.beyond: list[str] = []
        self._task = ""

    # What is on the screen

    def part(self, selector: str) -> Locator:
        return self.page.locator(f".workbench {selector}")

    def mine(self) -> list[str]:
        return self.part(".mine .code").all_inner_texts()

    def missing(self) -> list[RightCode]:
        mine = self.mine()
        return [right for right in self.chart.codes if right.code not in mine]

    def rows_in_sight(self) -> int:
        """How many suggestions can be read whole, without scrolling."""
        return int(self.page.evaluate(_SEEN, [".left .row .pick", ".left .scroll"]))

    def marks_in_sight(self) -> int:
        """How many marks of the code in focus the note shows without a key."""
        marks = ", ".join(f".note .{each}" for each in ("supports", "cited", "mentioned"))
        return int(self.page.evaluate(_SEEN, [marks, ".note"]))

    # Keys

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys[self._task] += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys[self._task] += len(text)

    # The chart from the first key to the signature

    def code(self) -> None:
        """All but the signature."""
        self.take_facts()
        self.walk_suggestions()
        self.go_through_lines()
        self.type_what_is_missing()
        self.set_admitting()
        self.date_procedures()
        self.sweep_poa()

    def take_facts(self) -> None:
        """The facts that the notes state at once, the others of the truth by hand."""
        self._task = "facts"
        self.press("q")
        expect(self.part(".told")).to_be_visible()
        if self.part(".told .offer").count():
            self.press("a")
            wait_until_saved(self.page)
        if self.part(".told").is_hidden():
            return
        for name, answer in self._facts():
            row = self.part(".told .fact").filter(has_text=name)
            if answer and "not known" in row.inner_text():
                self._correct(row, answer)
        self.press("Escape")

    def _facts(self) -> list[tuple[str, str]]:
        chart = self.chart
        days = (chart.admitted, chart.discharged)
        admitted, discharged = (f"{day:%Y%m%d}" if day else "" for day in days)
        return [
            ("Day of admission", admitted),
            ("Day of discharge", discharged),
            ("Disposition", chart.disposition or ""),
        ]

    def _correct(self, row: Locator, answer: str) -> None:
        place = self.part(".told .stop")
        at = place.evaluate_all("es => es.findIndex(e => e === e.getRootNode().activeElement)")
        to = row.evaluate("e => [...e.parentElement.querySelectorAll('.stop')].indexOf(e)")
        self.press(*["j" if to > at else "k"] * abs(to - at), "Enter")
        if answer.isdigit():
            self.type(answer)
            self.press("Enter")
        else:
            words = self.part(".told .choice").filter(has_text=answer.replace("_", " "))
            self.press(words.locator("kbd").inner_text())
        wait_until_saved(self.page)

    def walk_suggestions(self) -> None:
        """Down the suggestions to the last right one that is near enough."""
        self._task = "suggestions"
        while (distance := self._next_right()) is not None and distance <= FAR:
            self.press(*["j"] * distance)
            code = self._focused()
            self.press("p" if code == self.chart.principal else "a")
            expect(self.part(f".mine[data-key$=':{code}']")).to_be_visible()
            wait_until_saved(self.page)

    def _focused(self) -> str:
        return self.part(".row.focused .code").inner_text().split()[0]

    def _next_right(self) -> int | None:
        """How many rows below the focus the next right suggestion stands."""
        rows = [text.split()[0] for text in self.part(".left .row .code").all_inner_texts()]
        below = rows[rows.index(self._focused()) :]
        right = {each.code for each in self.missing()}
        return next((n for n, code in enumerate(below) if code in right), None)

    def go_through_lines(self) -> None:
        """The lines that are left, by digit; then the second code of lines that name two."""
        if not self.part(".lines-opener.left-over").count():
            return
        self._task = "lines"
        self.press("l")
        passed = 0
        while self._looks_for_lines(passed):
            if self._take_of_line():
                passed = 0
            else:
                self.press("j")
                passed += 1
        self.press("Escape")
        wait_until_saved(self.page)

    def _looks_for_lines(self, passed: int) -> bool:
        """Whether lines are left that matter, after so many passed by without a right code."""
        if not self.part(".chartline[data-state=open]").count():
            return False
        if self.chart.lines:
            return passed < FAR * len(self.chart.lines)
        return bool(self.missing()) and passed < FAR

    def _take_of_line(self) -> bool:
        """Take what is right among the five codes of the line in focus."""
        line = self.part(".chartline.focused")
        left = line.get_attribute("data-state") == "open"
        if not left and not line.locator(".linehit").count():
            return False  # one that names a further condition stays open
        expect(line.locator(".hits.waiting")).to_have_count(0, timeout=SLOW)
        hits = [hit.split()[0] for hit in line.locator(".linehit .code").all_inner_texts()]
        wanted = {each.code for each in self.missing()} | {self.chart.admitting}
        of_line = next(
            (self.chart.lines[k] for k in self.chart.lines if k in line.inner_text()), ()
        )
        digit = next((n for n, code in enumerate(hits, 1) if code in wanted), None)
        words = line.locator(".words").inner_text()
        if digit is None:
            typed = next((each for each in self.missing() if each.code in of_line), None)
            if typed is None or not left:
                return False
            self._type_code(typed)
        else:
            self.press(str(digit))
        self._wait_for_line(words)
        return True

    def _wait_for_line(self, words: str) -> None:
        line = self.part(".chartline[data-state=open]").filter(has_text=words)
        expect(line).to_have_count(0, timeout=SLOW)

    def type_what_is_missing(self) -> None:
        self._task = "typed codes"
        for right in self.missing():
            self._type_code(right)
            wait_until_saved(self.page)

    def _type_code(self, right: RightCode) -> None:
        before, self._task = self._task, "typed codes"
        self.beyond.append(right.code)
        self.press("/")
        expect(self.part(".palette .field")).to_be_focused()
        self._enter_code(right.code)
        self._task = before

    def _enter_code(self, code: str) -> None:
        self.type(code.replace(".", ""))
        kind = next((each.kind for each in self.chart.codes if each.code == code), Kind.DIAGNOSIS)
        hit = self.part(f".hit[id$='{kind}:{code}']")
        expect(self.part(".palette.waiting")).to_have_count(0, timeout=SLOW)
        expect(hit).to_be_visible(timeout=SLOW)
        while "active" not in (hit.get_attribute("class") or ""):
            self.press("ArrowDown")
        self.press("Enter")
        expect(self.part(".palette")).to_be_hidden()

    def set_admitting(self) -> None:
        if not self.chart.admitting or self.part(".admitting .code").count():
            return
        self._task = "admitting"
        self.press("m")
        self._enter_code(self.chart.admitting)
        wait_until_saved(self.page)

    def date_procedures(self) -> None:
        """The days: read from the note, that of the admission, or typed."""
        self._task = "dates"
        days = {each.code: each.performed for each in self.chart.codes if each.performed}
        if not days:
            return
        self.press("d")
        while self.part(".strip").is_visible():
            self._answer_day(days[self.part(".mine.focused .code").inner_text()])
            wait_until_saved(self.page)

    def _answer_day(self, day: date | None) -> None:
        offered = self.part(".strip .choice").filter(has_text=f"{day}")
        if offered.count():
            return self.press(offered.first.locator("kbd").inner_text().lower())
        self.type(f"{day:%Y%m%d}")
        return self.press("Enter")

    def sweep_poa(self) -> None:
        """Present on admission, in one sweep: A once all that is left is yes."""
        self._task = "POA"
        answers = {each.code: each.poa for each in self.chart.codes if each.poa}
        if not answers:
            return
        self.press("o")
        while self.part(".strip").is_visible():
            code = self.part(".mine.focused .code").inner_text()
            if set(answers.values()) <= {"Y"}:
                self.press("a")
                break
            self.press((answers.pop(code, "") or "1").lower())
        wait_until_saved(self.page)

    def principal(self) -> str:
        """What will be signed as principal, once the question before the signature is there.

        Who knows what is right goes on without the lines that have no code.
        """
        self._task = "signature"
        self.press("f")
        expect(self.part(".finish .sign")).to_be_enabled(timeout=SLOW)
        if "without" in self.part(".finish h2").inner_text():
            self.press("Enter")
            expect(self.part(".finish h2")).not_to_contain_text("without")
        if "principal" in self.part(".finish h2").inner_text():
            proposed = self.part(".finish .sign").inner_text()
            self.press("Enter")
            expect(self.part(".finish h2")).not_to_contain_text("principal")
            return proposed.split()[1]
        return self.part(".mine .code").first.inner_text()

    def sign(self) -> None:
        self._task = "signature"
        encounter = self.page.url
        expect(self.part(".finish .sign")).to_be_enabled(timeout=SLOW)
        self.press("Enter")
        self.page.wait_for_url(re.compile(f"^(?!{re.escape(encounter)}$)"), timeout=SLOW)
