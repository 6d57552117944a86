"""Word pieces put together to the words people read.

A word is an unbroken run of letters and digits; a single dot, hyphen or apostrophe
between two such runs belongs to it (b.i.d, x-ray, 98.6, patient's). Everything else,
such as a comma or an emoji, stands alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

_JOINERS = frozenset(".-'’‐‑")


@dataclass(frozen=True, slots=True)
class Word:
    """``text[start:end]`` of a note, made of the pieces from ``first`` to before ``beyond``."""

    start: int
    end: int
    first: int
    beyond: int


def group_words(text: str, offsets: Sequence[tuple[int, int]]) -> tuple[Word, ...]:
    """The words that pieces with these offsets make, in reading order, every piece in one.

    A piece of nothing but space belongs to the word before it.

    >>> text = "Pneumonia, x-ray."
    >>> pieces = [(0, 5), (5, 9), (9, 10), (11, 12), (12, 13), (13, 16), (16, 17)]
    >>> [text[each.start : each.end] for each in group_words(text, pieces)]
    ['Pneumonia', ',', 'x-ray', '.']
    """
    words: list[Word] = []
    lettered = [_in_word(text, offsets, index) for index in range(len(offsets))]
    for index, (start, end) in enumerate(offsets):
        last = words[-1] if words else None
        if last and last.start == last.end:  # space before all words goes with the first
            words[-1] = Word(start, end, last.first, index + 1)
        elif last and start == end:
            words[-1] = replace(last, beyond=index + 1)
        elif last and _continues(text, last.end, start, lettered[index - 1] and lettered[index]):
            words[-1] = replace(last, end=max(end, last.end), beyond=index + 1)
        else:
            words.append(Word(start, end, index, index + 1))
    bounds = [*(word.start for word in words[1:]), len(text)]
    return tuple(_with_marks(text, word, bound) for word, bound in zip(words, bounds, strict=False))


def _with_marks(text: str, word: Word, bound: int) -> Word:
    """The word with the marks on its last letter, so that no character is cut in two."""
    end = word.end
    while end < bound and _is_mark(text[end]):
        end += 1
    return replace(word, end=end)


def _continues(text: str, end: int, start: int, lettered: bool) -> bool:
    """Whether a piece goes on with the word before it.

    Marks between the two, which a tokenizer may drop, do not part them; pieces that stand
    for the same characters always belong together.
    """
    return start < end or (lettered and all(_is_mark(letter) for letter in text[end:start]))


def _in_word(text: str, offsets: Sequence[tuple[int, int]], index: int) -> bool:
    start, end = offsets[index]
    if start < end and (text[start].isalnum() or _is_mark(text[start])):
        return True
    if text[start:end] not in _JOINERS or not 0 < index < len(offsets) - 1:
        return False
    before, after = offsets[index - 1], offsets[index + 1]
    return (
        before[1] == start
        and after[0] == end
        and text[start - 1].isalnum()
        and text[end : end + 1].isalnum()
    )


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")
