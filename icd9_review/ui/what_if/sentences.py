"""The sentences of a note as people strike them, and a text without some of them.

They are those that cues go by (``notes/text/sentences.py``) with the headings apart, but for what
reads oddly when struck: the number of a list item belongs to its item.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from icd9_review.notes.text.sections import sections
from icd9_review.notes.text.sentences import sentence_starts

_ENDS = ".!?;:"


@dataclass(frozen=True, slots=True)
class Sentence:
    """``text[start:end]``, without the white space around it; ``heading`` where it is one."""

    start: int
    end: int
    heading: bool = False


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text in order and apart; between them are no letters and no digits."""
    joined: list[Sentence] = []
    for each in _pieces(text):
        if joined and _belongs(text, joined[-1], each):
            joined[-1] = replace(joined[-1], end=each.end)
        elif any(map(str.isalnum, text[each.start : each.end])):
            joined.append(each)
    return tuple(joined)


def leave_out(text: str, pieces: Sequence[Sentence], struck: Collection[int]) -> str:
    """The text without the sentences of these numbers; all else of it stays as it is."""
    kept: list[str] = []
    at = 0
    for number, sentence in enumerate(pieces):
        if number in struck:
            kept.append(text[at : sentence.start])
            at = sentence.end
    return "".join((*kept, text[at:]))


def _pieces(text: str) -> Iterator[Sentence]:
    headings = {each.heading_start: each.heading_end for each in sections(text)}
    headings = {start: end for start, end in headings.items() if start < end}
    inside = {at for start, end in headings.items() for at in range(start + 1, end)}
    borders = {0, len(text), *headings, *headings.values()} | {*sentence_starts(text)} - inside
    for start, end in pairwise(sorted(borders)):
        piece = text[start:end]
        first = start + len(piece) - len(piece.lstrip())
        last = start + len(piece.rstrip())
        if first < last:
            yield Sentence(first, last, start in headings)


def _belongs(text: str, before: Sentence, piece: Sentence) -> bool:
    """Whether a piece is of one sentence with that before it: "1. Sepsis", "died at 59."."""
    if before.heading or piece.heading or "\n" in text[before.end : piece.start]:
        return False
    if not _has_letters(text, before):
        return True
    return not _has_letters(text, piece) and text[before.end - 1] not in _ENDS


def _has_letters(text: str, sentence: Sentence) -> bool:
    return any(map(str.isalpha, text[sentence.start : sentence.end]))
