"""A rule in words, as the workbench shows it behind an edit and in the book of a code."""

from __future__ import annotations

from icd9_review.codes.edits.rules import RuleWords
from icd9_review.ui.workbench.edits.view import RuleView


def present_rule(rule: RuleWords) -> RuleView:
    """The words of a rule; a rule that consults no list needs none."""
    return RuleView(rule.number, rule.checks, rule.severity, rule.section, rule.needs, rule.why)
