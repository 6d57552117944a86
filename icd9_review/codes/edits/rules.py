"""The rules in words: what each checks, why, and where that stands.

``rules.tsv`` beside this module is the one place for them: the workbench shows them behind the
number of an edit and in the book of a code, and docs/edits.md has the same words, which a test
compares. They are ours; the sections they name are official.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from icd9_review.codes.edits.ranges import ranges
from icd9_review.codes.hierarchy import details
from icd9_review.codes.lists import ListName, Lists
from icd9_review.errors import CodeError
from icd9_review.values import Kind

SECTIONS = (
    "Sections are those of the ICD-9-CM Official Guidelines for Coding and Reporting, effective "
    '1 October 2011, the last edition. "MCE" is the Medicare Code Editor, version 32.'
)
"""What the sections of all rules are sections of."""
_LIST, _NOTE = "@", "~"


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule in words.

    ``severity`` says of what its edits can be, ``section`` where the rule stands, ``needs`` the
    list it consults, empty for none. ``about`` names the codes it is about: ranges, lists
    (``@manifestation``), notes of the tabular list (``~code_first``); empty where it is about
    every code.
    """

    number: int
    checks: str
    severity: str
    section: str
    needs: str
    why: str
    about: str


@cache
def rule_words() -> Mapping[int, RuleWords]:
    """Every rule by its number, in the order of the numbers.

    >>> rule_words()[4].checks, rule_words()[4].section
    ('no diagnosis twice', 'I.B.14; MCE duplicate')
    """
    text = files("icd9_review.codes.edits").joinpath("rules.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    rules = (
        RuleWords(
            int(row["number"]),
            *(row[name] for name in ("checks", "severity", "section", "list", "why", "about")),
        )
        for row in rows
    )
    return MappingProxyType({rule.number: rule for rule in rules})


def rules_about(kind: Kind, code: str, lists: Lists) -> tuple[RuleWords, ...]:
    """The rules that are about this code or header in particular, by number; none for another text.

    >>> from icd9_review.codes.built_in import built_in_lists
    >>> [rule.number for rule in rules_about(Kind.DIAGNOSIS, "401.9", built_in_lists())]
    [12, 13, 14, 28]
    """
    try:
        noted = _note_kinds(kind, code, lists)
    except CodeError:
        return ()
    return tuple(
        rule
        for rule in rule_words().values()
        if any(_is_about(word, kind, code, lists, noted) for word in rule.about.split())
    )


def _is_about(word: str, kind: Kind, code: str, lists: Lists, noted: frozenset[str]) -> bool:
    if word.startswith(_LIST):
        return lists.holds(ListName(word.removeprefix(_LIST)), code, kind)
    if word.startswith(_NOTE):
        return word.removeprefix(_NOTE) in noted
    return kind is Kind.DIAGNOSIS and code in ranges(word)


def _note_kinds(kind: Kind, code: str, lists: Lists) -> frozenset[str]:
    """Which notes the tabular list has at a code or above it. Raises CodeError for no code.

    Excludes notes of sections and chapters count for none: no rule asks them.
    """
    notes = details(kind, code, lists).notes
    kinds = ("code_first", "use_additional", "excludes") if kind is Kind.DIAGNOSIS else ()
    return frozenset(
        name
        for name in kinds
        for note in notes
        if getattr(note, name) and not (name == "excludes" and "-" in note.heading)
    )
