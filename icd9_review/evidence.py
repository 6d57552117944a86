"""From an attribution to the few pieces of text that people are shown as evidence.

The workbench shows what is chosen here and the evaluation measures it, so that what is
measured is what people see. Offsets are code points of the note. Words below a noise floor
are not marked; white space between two marked words of the same sign is, so that
"atrial fibrillation" reads as one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from icd9_review.values import Attribution, WordWeight

NOISE_FLOOR = 0.15
"""Share of the largest weight below which a word is not marked."""

MOST_EVIDENCE = 6
"""How many pieces of evidence are shown for one code."""

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


def shown_words(attribution: Attribution) -> tuple[tuple[WordWeight, float], ...]:
    """The words above the noise floor in reading order, each with its relative weight."""
    usable = [word for word in attribution.words if math.isfinite(word.weight)]
    largest = max((abs(word.weight) for word in usable), default=0.0)
    if largest == 0.0:
        return ()
    relative = ((word, word.weight / largest) for word in usable if word.start < word.end)
    return tuple((word, weight) for word, weight in relative if abs(weight) >= NOISE_FLOOR)


def mark(text: str, attribution: Attribution) -> tuple[Mark, ...]:
    """The shown words and the white space that joins them, in reading order.

    Weights are rounded to three places; white space has the lighter one of its neighbours.
    """
    return tuple(_marks(text, attribution))


def choose_evidence(
    text: str, attribution: Attribution, most: int | None = MOST_EVIDENCE
) -> tuple[Mark, ...]:
    """The marked runs worth reading, heaviest first; none of only punctuation or stop words.

    A run is what is marked without a gap and with one sign; its weight is its heaviest.
    ``most`` of them, None for all.
    """
    runs: list[Mark] = []
    for one in mark(text, attribution):
        last = runs[-1] if runs else None
        if last and last.end == one.start and last.weight * one.weight > 0:
            runs[-1] = Mark(last.start, one.end, max(last.weight, one.weight, key=abs))
        else:
            runs.append(one)
    worth = [run for run in runs if has_content(text[run.start : run.end])]
    return tuple(sorted(worth, key=lambda run: -abs(run.weight))[:most])


def _marks(text: str, attribution: Attribution) -> Iterator[Mark]:
    before: Mark | None = None
    for word, weight in shown_words(attribution):
        one = Mark(word.start, word.end, round(weight, 3))
        if before and _joins(text[before.end : one.start]) and before.weight * one.weight > 0:
            yield Mark(before.end, one.start, min(before.weight, one.weight, key=abs))
        yield one
        before = one


def _joins(gap: str) -> bool:
    return len(gap) <= 2 and gap.isspace()


def has_content(text: str) -> bool:
    """Whether there is a word that is no stop word."""
    words = re.findall(r"\w+", text.lower())
    return any(word not in _NO_CONTENT for word in words)
