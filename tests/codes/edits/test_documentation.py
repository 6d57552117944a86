from __future__ import annotations

import re
from pathlib import Path

import icd9_review.codes.edits as edits_package
from icd9_review.codes.edits.rules import SECTIONS, RuleWords, rule_words

PAGE = Path(__file__).parents[3] / "docs" / "edits.md"
_NUMBER = re.compile(r"(?:Edit\(\s*|_edit\()(?P<number>[0-9]{1,2}),")


def rule_row(rule: RuleWords) -> str:
    """A rule as the first table of the page has it."""
    cells = (str(rule.number), rule.checks, rule.severity, rule.section, rule.needs or "–")
    return f"| {' | '.join(cells)} |"


def why_row(rule: RuleWords) -> str:
    """Why there is a rule, as the second table has it."""
    return f"| {rule.number} | {rule.why} |"


def test_the_page_has_every_rule_in_the_words_of_the_program_and_no_other() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rules = tuple(rule_words().values())
    for heading, row in (("| no. | what is checked |", rule_row), ("| no. | why |", why_row)):
        table = page[page.index(heading) :].split("\n\n", 1)[0].splitlines()
        assert table[2:] == [row(rule) for rule in rules]
    assert SECTIONS in page


def test_every_rule_that_speaks_has_words_and_no_other() -> None:
    folder = Path(edits_package.__file__).parent
    coded = {
        int(match["number"])
        for file in folder.rglob("*.py")
        for match in _NUMBER.finditer(file.read_text(encoding="utf-8"))
    }
    assert sorted(coded) == list(rule_words()) == list(range(1, 32))
