"""Reading the notes of the tabular list: which codes they name, and how firmly.

A note is a sentence with its list, in one line or in the lines that follow. References are
what stands in parentheses, and codes with a dot or a letter elsewhere; "with fifth-digit 1"
behind a range narrows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from icd9_review.codes.edits.ranges import CodeRange, Ranges
from icd9_review.codes.lists import Lists, TabularNotes
from icd9_review.codes.notation import category

_CODE = r"(?:E[0-9]{3}|V[0-9]{2}|[0-9]{3})(?:\.[0-9]{1,2})?"
_REFERENCE = re.compile(
    rf"(?<![0-9.])(?P<first>{_CODE})(?:\s*[-–]\s*(?P<last>{_CODE}))?(?![0-9])"
    r"(?:\s*with\s*\.(?P<fourth>[0-9]))?"
)
_FIFTH = re.compile(r"with fifth[- ]digits?\s+(?P<digits>[0-9](?:(?:\s*,\s*|\s+or\s+)[0-9])*)")
_PARENTHESES = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_EXCEPTION = re.compile(r"\bexcept (?:as in|for|with|those)\b[^)]*", re.IGNORECASE)
_BEGINS = re.compile(r"(?:code|use)\b", re.IGNORECASE)
_CONDITION = re.compile(
    r"if applicable|if known|if desired|if any\b|if due to|any (?:associated|continuing|current|"
    r"concurrent|sequela)|associated with|when associated|, if\b|drug-induced",
    re.IGNORECASE,
)
_EXAMPLES = re.compile(r"\b(?:such )?as\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Instruction:
    """One note: its first words, its codes, and whether they are conditions or examples.

    ``conditional``: the note begins with an "if"; ``examples``: its codes stand in a list.
    """

    words: str
    codes: Ranges
    conditional: bool
    examples: bool


class NoteReach(IntEnum):
    """How far a note reaches, narrowest first; CODE takes in a subcategory."""

    CODE = 0
    CATEGORY = 1
    SECTION = 2


@dataclass(frozen=True, slots=True)
class Above:
    """The notes that apply to a code, from one heading, and what sort of heading it is."""

    notes: TabularNotes
    reach: NoteReach


def gathering_headings(lists: Lists) -> tuple[tuple[str, CodeRange], ...]:
    """The headings that gather categories: 390-459, 401-405."""
    parted = ((key, key.partition("-")) for key in lists.tabular if "-" in key)
    return tuple((heading, CodeRange(ends[0], ends[2])) for heading, ends in parted)


def applying(lists: Lists, wide: tuple[tuple[str, CodeRange], ...], code: str) -> tuple[Above, ...]:
    """What applies to a code: its own notes, those of its headers, then of sections around."""
    number = category(code)
    chain = [code] if "." in code else []
    if len(code.partition(".")[2]) == 2:
        chain.append(code[:-1])
    chain.append(number)
    found = [
        Above(lists.tabular[key], NoteReach.CATEGORY if key == number else NoteReach.CODE)
        for key in chain
        if key in lists.tabular
    ]
    found += [
        Above(lists.tabular[heading], NoteReach.SECTION) for heading, held in wide if number in held
    ]
    return tuple(found)


@lru_cache(maxsize=20_000)
def references(lines: tuple[str, ...]) -> Ranges:
    """Every code that some lines name."""
    return Ranges(tuple(dict.fromkeys(held for line in lines for held in _references(line))))


@lru_cache(maxsize=20_000)
def exact_references(lines: tuple[str, ...]) -> Ranges:
    """The codes that some lines name, without ranges over several categories (996.0-999.9)."""
    held = references(lines).held
    return Ranges(tuple(one for one in held if category(one.first) == category(one.last)))


@lru_cache(maxsize=20_000)
def instructions(lines: tuple[str, ...]) -> tuple[Instruction, ...]:
    """The notes that some lines hold, in order."""
    groups: list[list[str]] = []
    for line in lines:
        if _BEGINS.match(line) or not groups:
            groups.append([line])
        else:
            groups[-1].append(line)
    return tuple(_instruction(tuple(group)) for group in groups if _BEGINS.match(group[0]))


def _instruction(lines: tuple[str, ...]) -> Instruction:
    head, colon, _ = lines[0].partition(":")
    return Instruction(
        words=" ".join(_PARENTHESES.sub("", head).split()).rstrip(" ,"),
        codes=references(lines),
        conditional=_CONDITION.search(head) is not None,
        examples=bool(colon) or len(lines) > 1 or _EXAMPLES.search(head) is not None,
    )


def _references(line: str) -> Iterator[CodeRange]:
    text = _EXCEPTION.sub("", line)
    digits = frozenset(digit for match in _FIFTH.finditer(text) for digit in match["digits"])
    digits = digits.intersection("0123456789")
    text = _FIFTH.sub("", text)
    inside = [one or other for one, other in _PARENTHESES.findall(text)]
    for part in inside:
        yield from _ranges(part, digits, bare=True)
    yield from _ranges(_PARENTHESES.sub(" ", text), digits, bare=False)


def _ranges(text: str, digits: frozenset[str], *, bare: bool) -> Iterator[CodeRange]:
    """``bare``: whether three digits alone are a category, or may be any number."""
    for match in _REFERENCE.finditer(text):
        first, last, fourth = match["first"], match["last"] or match["first"], match["fourth"]
        if not bare and first.isdigit() and last == first:
            continue
        if fourth:
            yield CodeRange(first, last, 4, frozenset(fourth))
        elif digits:
            yield CodeRange(first, last, 5, digits)
        else:
            yield CodeRange(first, last)
