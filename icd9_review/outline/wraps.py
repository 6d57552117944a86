"""Which lines of a text merely wrap.

A writer or a printer broke such a line where the next word had no room. How wide a line may be is
told by the paragraph it stands in: nothing outside it counts, so that a line added elsewhere
changes nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

_NARROWEST = 50
"""Characters of the widest line of a wrapped paragraph, at least. By judgement: notes wrap at 65
or more, and the widest line of two may lack a long word."""

_WIDEST = 160
"""Characters of it, at most. By judgement: a wider line is a paragraph by itself."""

_LINE = re.compile(r"[^\n]+")
_FIRST_WORD = re.compile(r"[ \t]*\S+")
_ITEM = re.compile(r"[ \t]*(?:[-*•+>|]|#(?!\d)|\d{1,2}[.)](?!\d))")
_ENDED = (".", "!", "?", ":", ";", "|")


def wrapped_ends(text: str) -> frozenset[int]:
    """Offsets of the line feeds at which a line may merely wrap, unless a sentence ends there.

    Such a line is full: the first word of the next had no room in its paragraph. Most lines of
    the paragraph that end no sentence are, so that the longest of a list does not count as full.
    """
    return frozenset(end for lines in _paragraphs(text) for end in _wrapped(lines))


def _paragraphs(text: str) -> Iterator[Sequence[re.Match[str]]]:
    """Lines with words that follow each other."""
    lines: list[re.Match[str]] = []
    for line in _LINE.finditer(text):
        if lines and (line[0].isspace() or line.start() > lines[-1].end() + 1):
            yield lines
            lines = []
        if not line[0].isspace():
            lines.append(line)
    if lines:
        yield lines


def _wrapped(lines: Sequence[re.Match[str]]) -> Iterator[int]:
    width = max(len(line[0].rstrip()) for line in lines)
    if not _NARROWEST <= width <= _WIDEST:
        return
    pairs = [pair for pair in pairwise(lines) if not _ITEM.match(pair[1][0])]
    full = {line.end() for line, following in pairs if _had_no_room(line, following, width)}
    open_ends = {line.end() for line, _ in pairs if not line[0].rstrip().endswith(_ENDED)}
    if not open_ends or 2 * len(open_ends & full) > len(open_ends):
        yield from full


def _had_no_room(line: re.Match[str], following: re.Match[str], width: int) -> bool:
    word = _FIRST_WORD.match(following[0])
    return word is not None and len(line[0].rstrip()) + 1 + len(word[0]) > width
