"""Whether an explanation points where a coder would: at the words marked as evidence.

Agreement with human rationales, DeYoung et al., ERASER, ACL 2020, section 4.1. A word is
marked where it shares a character with a marked span of the label. Words are those with a
letter or a digit: nobody marks a comma, and finding one is no merit.

Marked evidence shows one clear mention of a condition, not all of them. Where the window
that was explained holds no marked word, its explanation cannot be judged: it counts as a
miss in the hit rate of all codes and is left out of that of the judgeable ones; the truth
lies between the two.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Offsets = tuple[int, int]
"""``text[start:end]`` of the note."""


@dataclass(frozen=True, slots=True)
class MarkedWords:
    """The words of a window in reading order, and which of them are marked as evidence."""

    words: tuple[Offsets, ...]
    marked: tuple[bool, ...]

    @classmethod
    def of(cls, words: Iterable[Offsets], evidence: Iterable[Offsets]) -> MarkedWords:
        """The words of a window under the marked spans of its note."""
        given, spans = tuple(words), tuple(evidence)
        return cls(given, tuple(any(overlap(word, span) for span in spans) for word in given))

    @property
    def count(self) -> int:
        """How many words are marked."""
        return sum(self.marked)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One explanation against the marked words; NaN stands for what cannot be judged.

    ``hit``: whether the best span shares a word with the marked ones, 0 where none is marked.
    ``judgeable_hit``: the same, NaN where none is marked. ``precision``: the share of marked
    ones among the first k words, k being their number; words that are lacking are misses.
    """

    hit: float
    judgeable_hit: float
    precision: float


def overlap(one: Offsets, other: Offsets) -> bool:
    """Whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


def judge(window: MarkedWords, best: Offsets | None, ranked: Sequence[Offsets]) -> Judgement:
    """An explanation by its best span and its words, best first; it may have neither."""
    marked = [
        word for word, is_marked in zip(window.words, window.marked, strict=True) if is_marked
    ]
    hit = best is not None and any(overlap(best, word) for word in marked)
    right = sum(any(overlap(one, word) for word in marked) for one in ranked[: len(marked)])
    return _judgement(float(hit), right, len(marked))


def judge_chance(window: MarkedWords, length: int) -> Judgement:
    """What words at random would reach, as exact expectations.

    The best span is a run of ``length`` words anywhere in the window, each place as likely;
    the first k words are any k.
    """
    starts = range(len(window.words) - length + 1) if length else range(0)
    hits = sum(any(window.marked[start : start + length]) for start in starts)
    hit = hits / len(starts) if starts else 0.0
    right = window.count * window.count / max(len(window.words), 1)
    return _judgement(hit, right, window.count)


def _judgement(hit: float, right: float, marked: int) -> Judgement:
    if not marked:
        return Judgement(0.0, math.nan, math.nan)
    return Judgement(hit, hit, right / marked)
