"""From an attribution to the few pieces of text that people are shown as evidence.

The workbench shows what is chosen here and the evaluation measures it, so that what is
measured is what people see. Offsets are code points of the note. Words below a noise floor
are not marked; white space between two marked words of the same sign is, so that
"atrial fibrillation" reads as one. A word that the window's edge cuts in two is marked whole.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from icd9_review.values import Attribution, Window, WordWeight

NOISE_FLOOR = 0.15
"""Share of the largest weight below which a word is not marked; by judgement."""

MOST_EVIDENCE = 6
"""How many pieces of evidence are shown for one code; by judgement."""

_STOP_WORDS = (
    "a an and are as at be by for from had has have he her his i in is it its no not of on or our "
    "she so than that the their then there they this to was we were which who will with you your"
)
_NO_CONTENT = frozenset(_STOP_WORDS.split())


@dataclass(frozen=True, slots=True)
class Mark:
    """``text[start:end]`` with its weight relative to the largest, in [-1, 1].

    A positive weight supports the code, a negative one opposes it.
    """

    start: int
    end: int
    weight: float


def shown_words(text: str, attribution: Attribution) -> tuple[tuple[WordWeight, float], ...]:
    """The words above the noise floor in reading order, each with its relative weight.

    >>> words = (WordWeight(0, 6, 2.0), WordWeight(7, 12, 0.1), WordWeight(13, 19, -0.5))
    >>> window = Window(index=0, start=0, end=19)
    >>> found = Attribution("427.31", window, words, "any", "none", 8, 0.0, holds=True)
    >>> [(word.start, weight) for word, weight in shown_words("atrial again denied", found)]
    [(0, 1.0), (13, -0.25)]
    """
    usable = [word for word in attribution.words if math.isfinite(word.weight)]
    largest = max((abs(word.weight) for word in usable), default=0.0)
    if largest == 0.0:
        return ()
    relative = ((word, word.weight / largest) for word in usable if word.start < word.end)
    return tuple(
        (_whole(text, attribution.window, word), weight)
        for word, weight in relative
        if abs(weight) >= NOISE_FLOOR
    )


def mark(text: str, attribution: Attribution) -> tuple[Mark, ...]:
    """The shown words and the white space that joins them, in reading order.

    Weights are rounded to three places; white space has the lighter one of its neighbours.

    >>> words = tuple(WordWeight(*each) for each in ((0, 6, 2.0), (7, 19, 1.0), (20, 24, 0.1)))
    >>> window = Window(index=0, start=0, end=24)
    >>> found = Attribution("427.31", window, words, "any", "none", 8, 0.0, holds=True)
    >>> [(each.start, each.end, each.weight) for each in mark("atrial fibrillation seen", found)]
    [(0, 6, 1.0), (6, 7, 0.5), (7, 19, 0.5)]
    """
    return tuple(_marks(text, attribution))


def choose_evidence(
    text: str, attribution: Attribution, most: int | None = MOST_EVIDENCE
) -> tuple[Mark, ...]:
    """The marked runs worth reading, heaviest first; none of only punctuation or stop words.

    A run is what is marked without a gap and with one sign, without punctuation at its ends;
    its weight is its heaviest. ``most`` of them, None for all.

    >>> words = tuple(WordWeight(*each) for each in ((0, 6, 2.0), (7, 19, 1.5)))
    >>> window = Window(index=0, start=0, end=19)
    >>> found = Attribution("427.31", window, words, "any", "none", 8, 0.0, holds=True)
    >>> text = "atrial fibrillation"
    >>> [text[each.start : each.end] for each in choose_evidence(text, found)]
    ['atrial fibrillation']
    """
    runs: list[list[Mark]] = []
    for one in mark(text, attribution):
        last = runs[-1][-1] if runs else None
        if last and last.end == one.start and last.weight * one.weight > 0:
            runs[-1].append(one)
        else:
            runs.append([one])
    joined = (
        Mark(run[0].start, run[-1].end, max((one.weight for one in run), key=abs))
        for run in (_trim(text, run) for run in runs)
        if run
    )
    worth = [run for run in joined if has_content(text[run.start : run.end])]
    return tuple(sorted(worth, key=lambda run: -abs(run.weight))[:most])


def _marks(text: str, attribution: Attribution) -> Iterator[Mark]:
    before: Mark | None = None
    for word, weight in shown_words(text, attribution):
        one = Mark(word.start, word.end, round(weight, 3))
        if before and _joins(text[before.end : one.start]) and before.weight * one.weight > 0:
            yield Mark(before.end, one.start, min(before.weight, one.weight, key=abs))
        yield one
        before = one


def _joins(gap: str) -> bool:
    return len(gap) <= 2 and gap.isspace()


def has_content(text: str) -> bool:
    """Whether there is a word that is no stop word.

    >>> has_content("of the"), has_content("of the lung")
    (False, True)
    """
    words = re.findall(r"[^\W_]+", text.lower())
    return any(word not in _NO_CONTENT for word in words)


def _trim(text: str, run: Sequence[Mark]) -> list[Mark]:
    """The run without what has neither letter nor digit at its ends."""

    def is_empty(one: Mark) -> bool:
        return not any(letter.isalnum() for letter in text[one.start : one.end])

    begun = list(dropwhile(is_empty, run))
    return list(dropwhile(is_empty, reversed(begun)))[::-1]


def _whole(text: str, window: Window, word: WordWeight) -> WordWeight:
    """The word with what the edges of its window cut off."""
    start, end = word.start, word.end
    if start == window.start and _is_letter(text, start):
        while _is_letter(text, start - 1):
            start -= 1
    if end >= window.end and _is_letter(text, end - 1):
        while _is_letter(text, end):
            end += 1
    return WordWeight(start, end, word.weight)


def _is_letter(text: str, at: int) -> bool:
    """Whether a letter, a digit or a mark on one stands there."""
    return 0 <= at < len(text) and (
        text[at].isalnum() or unicodedata.category(text[at]).startswith("M")
    )
