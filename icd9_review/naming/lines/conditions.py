"""The conditions (or procedures) that a chart line names beside one another, and which have a code.

A line such as "peripheral vascular disease, bilateral carotid artery stenosis" is coded by two
codes. What stands between commas, or on a chronic one, is a condition where the search knows it in
its very words: a line goes on with circumstances more often than with conditions. What is said to
follow ("with", "due to") may be what one code says of both, and is not taken apart.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from icd9_review.codes.edits.chapters.symptoms import SYMPTOMS
from icd9_review.codes.edits.redundancy import is_redundant
from icd9_review.codes.lists import Lists
from icd9_review.codes.search import Index
from icd9_review.naming.lines.coders import Coder, sibling_group
from icd9_review.naming.lines.wordings import before_tail, find_line, find_whole
from icd9_review.naming.own_words import OwnWords
from icd9_review.notes.text.assertions import Reader
from icd9_review.values import Assertion, CodeKey, Kind

_BETWEEN = re.compile(
    r"[,;]|\s(?:and|&|plus|as well as)\s|\son\s(?:top\sof\s)?(?=chronic\s)", re.IGNORECASE
)
_BESIDE_IT = re.compile(  # the past, and what goes with the condition before
    r"\b(?:history|status|s/p)\b|^(?:with|without|due to|secondary to|from|on|at|in)\b",
    re.IGNORECASE,
)
_MOST = 6  # parts of a line; by judgement: what goes on longer tells a story


@dataclass(frozen=True, slots=True)
class NamedCondition:
    """A condition in its words, and the codes that the search has first for them."""

    text: str
    found: tuple[CodeKey, ...]


def named_conditions(index: Index, text: str, kind: Kind) -> tuple[NamedCondition, ...]:
    """The conditions that a line names beside one another; none where it names fewer than two.

    >>> from icd9_review.codes.built_in import built_in_lists
    >>> from icd9_review.codes.search import build_index
    >>> index = build_index(built_in_lists())
    >>> text = "Peripheral vascular disease, bilateral carotid artery stenosis"
    >>> [each.text for each in named_conditions(index, text, Kind.DIAGNOSIS)]
    ['Peripheral vascular disease', 'bilateral carotid artery stenosis']
    """
    parts = _parts(text)
    if not 1 < len(parts) <= _MOST:
        return ()
    reader = Reader(text)
    named = []
    for start, end in parts:
        part = before_tail(text[start:end])
        if _BESIDE_IT.search(part):
            continue
        last = start + part.rfind(" ") + 1  # a cue in front speaks of what follows it
        if reader.read(last, start + len(part)).assertion is not Assertion.PRESENT:
            continue
        first = find_whole(index, part, kind)
        if first and first.code[0].isdigit():
            found = (first, *find_line(index, part, kind))
            named.append(NamedCondition(part, tuple((each.kind, each.code) for each in found)))
    return tuple(named) if len({each.found[0] for each in named}) > 1 else ()


def uncoded_conditions(
    named: Sequence[NamedCondition],
    coders: Sequence[Coder],
    accepted: Collection[CodeKey],
    lists: Lists,
) -> tuple[NamedCondition, ...]:
    """The conditions of a line that no accepted code says.

    None where the line has as many codes as conditions: who gave them looked at it. ``coders`` are
    the codes of the line, ``accepted`` those of the chart.
    """
    if len(coders) >= len(named):
        return ()
    definite = any(code not in SYMPTOMS for _, code in (each.key for each in coders))
    firsts = {each.found[0] for each in named}
    return tuple(
        each
        for each in named
        if not (definite and each.found[0][1] in SYMPTOMS)
        and not _is_coded(each, firsts - {each.found[0]}, accepted, lists)
    )


def _parts(text: str) -> list[tuple[int, int]]:
    """Where the parts between commas stand, without the space around them."""
    ends = [0, *(place for found in _BETWEEN.finditer(text) for place in found.span()), len(text)]
    parts = []
    for start, end in zip(ends[::2], ends[1::2], strict=True):
        part = text[start:end]
        if stripped := part.strip():
            begins = start + part.index(stripped)
            parts.append((begins, begins + len(stripped)))
    return parts


def _is_coded(
    condition: NamedCondition,
    others: Collection[CodeKey],
    accepted: Collection[CodeKey],
    lists: Lists,
) -> bool:
    """Whether a code of the chart names it, is among its first ones or a sibling, or says it.

    What is the first code of the ``others`` in the line is not one of its own.
    """
    first = condition.found[0]
    words = OwnWords(condition.text)
    named = any(
        (key in condition.found and key not in others)
        or sibling_group(key) == sibling_group(first)
        or words.named(key)
        for key in accepted
    )
    diagnoses = [code for kind, code in accepted if kind is Kind.DIAGNOSIS]
    return named or (first[0] is Kind.DIAGNOSIS and is_redundant(first[1], diagnoses, lists))
