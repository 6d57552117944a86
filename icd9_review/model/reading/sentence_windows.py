"""Which word pieces of a note make a window each, where windows are sentences.

What is read of a sentence depends on it alone: a word changed elsewhere, another line wrap or a
further heading leave its window as it was. A heading is a window by itself, so that it may be
written twice, and so that the sentence behind it may go without changing the next. Only where a
heading says whose, what or when its section's words are is the section read with it: "Breast
cancer" is another code under "Family history", "Penicillin" is none but under "Allergies", and
"Appendectomy" is none of this encounter under "Past surgical history".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from icd9_review.outline.section_titles import SectionKind
from icd9_review.outline.sections import sections
from icd9_review.outline.sentences import Sentence, sentences

_Offsets = Sequence[tuple[int, int]]
_CLAUSE_ENDS = (",", ";")
_FIRST_WORD = re.compile(r"\w")
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_TOLD_BY_HEADING = frozenset(
    {SectionKind.FAMILY_HISTORY, SectionKind.ALLERGIES, SectionKind.SURGICAL_HISTORY}
)


def sentence_ranges(text: str, offsets: _Offsets, most: int) -> tuple[range, ...]:
    """The pieces of each window, ``most`` at most, every piece in one.

    ``offsets`` are those of the pieces, ``text[start:end]``, in reading order. What is longer is
    cut between sentences, else behind a comma or semicolon of the second half of what a window
    holds, else between words, else wherever it has to be.
    """
    ends = [end for _, end in offsets]
    found = sentences(text)
    starts = frozenset(bisect_right(ends, each.start) for each in found[1:])
    windows = {bisect_right(ends, start) for start in _starts(text, found)}
    cut = _Cut(text, offsets, starts | {0}, most)
    parts = (cut.fitting(*pair) for pair in pairwise(sorted({0, *windows, len(offsets)})))
    return tuple(chain.from_iterable(parts))


def ranges_of(offsets: _Offsets, spans: Iterable[tuple[int, int]]) -> tuple[range, ...]:
    """The pieces that stand in each of these spans of the text, where there are any.

    >>> ranges_of([(0, 5), (5, 6), (7, 9)], [(0, 5), (7, 9)])
    (range(0, 1), range(2, 3))
    """
    starts, ends = [start for start, _ in offsets], [end for _, end in offsets]
    found = (range(bisect_right(ends, each[0]), bisect_left(starts, each[1])) for each in spans)
    return tuple(each for each in found if each)


def window_starts(text: str) -> tuple[int, ...]:
    """Where windows start in a text, in order, the first at 0; what is too long is cut further.

    >>> window_starts("HPI: Gout. No cough. FAMILY HISTORY: Gout.")
    (0, 5, 11, 21)
    """
    return _starts(text, sentences(text))


def _starts(text: str, apart: Sequence[Sentence]) -> tuple[int, ...]:
    told = _told_by_headings(text)
    found = [0]
    for each in apart[1:]:
        number = bisect_left(told, (each.start, 0)) - 1  # of the last that starts before it
        if each.heading or number < 0 or told[number][1] <= each.start:
            found.append(each.start)
    return tuple(found)


def _told_by_headings(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each section that is read with its heading, up to an empty line."""
    found = []
    for section in sections(text):
        if section.kind in _TOLD_BY_HEADING:
            body = _FIRST_WORD.search(text, section.heading_end, section.end)
            blank = _EMPTY_LINE.search(text, body.start(), section.end) if body else None
            found.append((section.start, blank.start() if blank else section.end))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Cut:
    """How what is too long is cut; ``starts`` are the pieces that sentences begin with."""

    text: str
    offsets: _Offsets
    starts: frozenset[int]
    most: int

    def fitting(self, first: int, beyond: int) -> Iterator[range]:
        """The pieces from ``first`` to before ``beyond`` in windows."""
        while beyond - first > self.most:
            at = self._best(first, first + self.most)
            yield range(first, at)
            first = at
        yield range(first, beyond)

    def _best(self, first: int, last: int) -> int:
        """The piece that begins the next window: ``last``, or a better one before it."""
        middle, offsets = (first + last) // 2, self.offsets
        rows = (
            (at for at in range(last, first, -1) if at in self.starts),
            (at for at in range(last, middle, -1) if self._is_behind_clause(at)),
            (at for at in range(last, middle, -1) if offsets[at - 1][1] < offsets[at][0]),
            (at for at in range(last, first, -1) if offsets[at - 1][1] <= offsets[at][0]),
        )
        return next((at for row in rows for at in row), last)

    def _is_behind_clause(self, at: int) -> bool:
        start, end = self.offsets[at - 1]
        return self.text[start:end] in _CLAUSE_ENDS and end < self.offsets[at][0]
