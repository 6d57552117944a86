"""Behind every edit of a chart stands its rule."""

from __future__ import annotations

from icd9_review.codes.edits.rules import rule_words
from icd9_review.ui.workbench.charting import present_edits
from icd9_review.values import Edit, Severity


def test_an_edit_comes_with_the_rule_that_says_it() -> None:
    (view,) = present_edits((Edit(12, Severity.WARNING, "401.9 and 585.9", "I.C.7.a.3", "401.9"),))
    rule = rule_words()[12]
    assert (view.rule.number, view.rule.checks, view.rule.why) == (12, rule.checks, rule.why)
    assert (view.rule.section, view.rule.needs) == (rule.section, "")


def test_every_rule_can_be_shown() -> None:
    edits = [Edit(number, Severity.HINT, "m", "s", None) for number in rule_words()]
    assert [view.rule.number for view in present_edits(edits)] == list(rule_words())
