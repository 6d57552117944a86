"""Which word pieces of a note make a window each, where windows are sentences.

What is read of a sentence depends on it alone: a word changed elsewhere, another line wrap or a
further heading leave its window as it was. A heading is a window by itself, so that it may be
written twice, and so that the sentence behind it may go without changing the next.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from icd9_review.outline.sentences import sentences

_Offsets = Sequence[tuple[int, int]]
_CLAUSE_ENDS = (",", ";")


def sentence_ranges(text: str, offsets: _Offsets, most: int) -> tuple[range, ...]:
    """The pieces of each window, ``most`` at most, every piece in one.

    ``offsets`` are those of the pieces, ``text[start:end]``, in reading order.

    A longer sentence is cut behind a comma or semicolon of the second half of what a window
    holds, else between words, else wherever it has to be.
    """
    starts = [sentence.start for sentence in sentences(text)]
    ends = [end for _, end in offsets]
    firsts = sorted({0, *(bisect_right(ends, start) for start in starts[1:]), len(offsets)})
    parts = (_cut(text, offsets, first, beyond, most) for first, beyond in pairwise(firsts))
    return tuple(chain.from_iterable(parts))


def _cut(text: str, offsets: _Offsets, first: int, beyond: int, most: int) -> Iterator[range]:
    while beyond - first > most:
        at = _cut_at(text, offsets, first, first + most)
        yield range(first, at)
        first = at
    yield range(first, beyond)


def _cut_at(text: str, offsets: _Offsets, first: int, last: int) -> int:
    """The piece that begins the next window: ``last``, or a better one before it."""
    middle = (first + last) // 2
    rows = (
        (at for at in range(last, middle, -1) if _behind_clause(text, offsets, at)),
        (at for at in range(last, middle, -1) if offsets[at - 1][1] < offsets[at][0]),
        (at for at in range(last, first, -1) if offsets[at - 1][1] <= offsets[at][0]),
    )
    return next((at for row in rows for at in row), last)


def _behind_clause(text: str, offsets: _Offsets, at: int) -> bool:
    start, end = offsets[at - 1]
    return text[start:end] in _CLAUSE_ENDS and end < offsets[at][0]
