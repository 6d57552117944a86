"""Mentions: the places of a text that name a code, with what the text says of it there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from icd9_review.training.default.phrases import PhraseBook

_SHORTEST_TERM = 3  # letters of a term that is looked for in other people's notes; by judgement


@dataclass(frozen=True, slots=True)
class LabelledMention:
    """A term in a text: ``text[start:end]``; ``target`` 1 asserted, 0 not, -1 not known."""

    start: int
    end: int
    code: str
    target: int


def without_overlaps(mentions: Iterable[LabelledMention]) -> tuple[LabelledMention, ...]:
    """Mentions in order; of overlapping ones only the first and those at the same place."""
    kept: list[LabelledMention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if not kept or mention.start >= kept[-1].end or _same_place(mention, kept[-1]):
            kept.append(mention)
    return tuple(kept)


def _same_place(one: LabelledMention, other: LabelledMention) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def find_terms(text: str, codes: Collection[str], book: PhraseBook) -> Iterator[LabelledMention]:
    """Every place that names one of the codes in a phrase of the book, as asserted mentions."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter whose small form is longer would move what follows
        lowered = text
    for code in sorted(codes):
        for phrase in {*book.written.get(code, ()), *book.official[code]}:
            if len(phrase) >= _SHORTEST_TERM:
                for start in _places(lowered, phrase.lower()):
                    yield LabelledMention(start, start + len(phrase), code, 1)


def _places(text: str, words: str) -> Iterator[int]:
    """Where the words stand in the text, not within other words."""
    at = text.find(words)
    while at >= 0:
        end = at + len(words)
        if not (text[max(0, at - 1) : at].isalnum() or text[end : end + 1].isalnum()):
            yield at
        at = text.find(words, end)
