"""The rules in words: whole, short enough to be read, and found by the code they are about."""

from __future__ import annotations

import re

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.edits.ranges import ranges
from icd9_review.codes.edits.rules import RuleWords, rule_words, rules_about
from icd9_review.codes.lists import ListName, Lists, TabularNotes
from icd9_review.codes.table import codes
from icd9_review.values import Kind

DIAGNOSIS, PROCEDURE = Kind.DIAGNOSIS, Kind.PROCEDURE


def about(code: str, lists: Lists | None = None, kind: Kind = DIAGNOSIS) -> list[int]:
    return [rule.number for rule in rules_about(kind, code, lists or built_in_lists())]


@pytest.mark.parametrize("rule", rule_words().values(), ids=lambda rule: str(rule.number))
def test_each_says_what_it_checks_how_gravely_where_it_stands_and_why(rule: RuleWords) -> None:
    for words in (rule.checks, rule.severity, rule.section, rule.why):
        assert words.strip() == words != ""
    assert len(rule.why) < 300
    assert rule.why.endswith(".")


@pytest.mark.parametrize("rule", rule_words().values(), ids=lambda rule: str(rule.number))
def test_what_a_rule_is_about_can_be_found(rule: RuleWords) -> None:
    notes = {"code_first", "use_additional", "excludes"}
    known = sorted(codes(DIAGNOSIS))
    for word in rule.about.split():
        if word.startswith("@"):
            assert ListName(word[1:])
        elif word.startswith("~"):
            assert word[1:] in notes
        else:
            assert re.fullmatch(r"[EV0-9.]+(-[EV0-9.]+)?", word)
            assert ranges(word).among(known), word


def test_a_code_has_the_rules_of_its_chapter_and_of_its_lists() -> None:
    assert about("250.60") == [15]
    assert 22 in about("648.01")
    assert 6 in about("357.2")
    assert 3 in about("E888.9")
    assert about("45.23", kind=PROCEDURE) == []


def test_the_notes_of_the_tabular_list_bring_their_rules() -> None:
    notes = TabularNotes("428", "Heart failure", code_first=("Code hypertension first (402)",))
    noted = Lists(built_in_lists().lists, {"428": notes})
    assert 9 in about("428.0", noted)
    assert 9 not in about("427.31", noted)
    assert 11 not in about("428.0", noted)


@pytest.mark.parametrize(("heading", "asked"), [("390-459", False), ("428", True), ("428.0", True)])
def test_an_excludes_note_counts_where_its_rule_asks_it(heading: str, asked: bool) -> None:
    notes = TabularNotes(heading, "", excludes=("fluid overload (276.69)",))
    noted = Lists(built_in_lists().lists, {heading: notes})
    assert (11 in about("428.0", noted)) is asked


@pytest.mark.parametrize("code", ["", "999999", "<b>", "V", "E"])
def test_what_is_no_code_has_none(code: str) -> None:
    assert about(code) == []
