"""The sentences of a text: what people strike, and what a model may read by itself.

They are those that cues go by (``breaks``) with the headings apart, but for what reads oddly by
itself: the number of a list item belongs to its item, and a comma that some transcriptions put
where a line ended to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from icd9_review.outline.breaks import sentence_starts
from icd9_review.outline.sections import sections

_ENDS = ".!?;:"
_LEADING = re.compile(r"[\s,]*")
_NUMBER = re.compile(r"(\d{1,2})[.)]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """``text[start:end]``, without the white space around it; ``heading`` where it is one."""

    start: int
    end: int
    heading: bool = False


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text in order and apart; between them are no letters and no digits.

    >>> text = "IMPRESSION: 1. Gout.  2. Chest pain,\\nresolved."
    >>> [text[each.start : each.end] for each in sentences(text)]
    ['IMPRESSION:', '1. Gout.', '2. Chest pain,\\nresolved.']
    """
    joined: list[Sentence] = []
    lettered = False  # of the last; looked for once, as a row of bare numbers may be long
    for each in _pieces(text):
        letters = _has_letters(text, each)
        if joined and _belongs(text, (joined[-1], lettered), (each, letters)):
            joined[-1] = replace(joined[-1], end=each.end)
            lettered = lettered or letters
        elif any(map(str.isalnum, text[each.start : each.end])):
            joined.append(each)
            lettered = letters
    return tuple(joined)


def _pieces(text: str) -> Iterator[Sentence]:
    headings = {each.heading_start: each.heading_end for each in sections(text)}
    headings = {start: end for start, end in headings.items() if start < end}
    inside = {at for start, end in headings.items() for at in range(start + 1, end)}
    borders = {0, len(text), *headings, *headings.values()} | {*sentence_starts(text)} - inside
    for start, end in pairwise(sorted(borders)):
        piece = text[start:end]
        leading = _LEADING.match(piece)
        first = start + (leading.end() if leading else 0)
        last = start + len(piece.rstrip())
        if first < last:
            yield Sentence(first, last, start in headings)


def _belongs(text: str, last: tuple[Sentence, bool], following: tuple[Sentence, bool]) -> bool:
    """Whether a piece is of one sentence with that before it: "1. Sepsis", "died at 59.".

    Each comes with whether it has letters.
    """
    (before, lettered), (piece, letters) = last, following
    lines = text.count("\n", before.end, piece.start)
    numbered = _NUMBER.fullmatch(text, before.start, before.end) is not None
    if before.heading or piece.heading or lines > numbered:
        return False
    if not lettered:
        return True
    return not letters and text[before.end - 1] not in _ENDS and not _next_item(text, before, piece)


def _next_item(text: str, before: Sentence, piece: Sentence) -> bool:
    """Whether a piece is the number of an item: behind a comma, or next in its row."""
    number = _NUMBER.fullmatch(text, piece.start, piece.end)
    if number is None:
        return False
    last = _NUMBER.match(text, before.start)
    in_row = last is not None and int(last[1]) + 1 == int(number[1])
    return in_row or "," in text[before.end - 1 : piece.start]


def _has_letters(text: str, sentence: Sentence) -> bool:
    return any(map(str.isalpha, text[sentence.start : sentence.end]))
