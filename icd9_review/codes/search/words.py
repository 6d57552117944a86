"""From a typed word to the words of the index it may mean."""

from __future__ import annotations

from bisect import bisect_left

from rapidfuzz import process
from rapidfuzz.distance import OSA

from icd9_review.codes.search.index import Index

_ALIKE = 0.85
_LONGEST = 30
_SHORT_WORD = 3
_SHORTEST_PREFIX = 2
_SHORTEST_INNER_PREFIX = 4
_SHORTEST_MISSPELT = 4
_MOST_PREFIXED = 150
_MOST_SPELLINGS = 12
_SIMILAR = 0.65
_CLOSE = 0.09

Meant = dict[int, float]
"""Places in the vocabulary with how well each matches, up to 1."""


def meanings(index: Index, word: str, last: bool) -> Meant:
    """The words equal to a folded word, alike, or beginning with it.

    The word that is still being typed, the last, may be short and goes on; but a short word that
    is known is meant as it stands, and no part of a longer one ("om" is not omphalocele).
    """
    meant: Meant = {}
    known = word in index.places or (word,) in index.book.entries
    if not (known and len(word) <= _SHORT_WORD) and len(word) >= (
        _SHORTEST_PREFIX if last else _SHORTEST_INNER_PREFIX
    ):
        for place in _beginning_with(index, word):
            meant[place] = 0.7 + 0.2 * len(word) / len(index.vocabulary[place])
    for other in index.book.alike.get(word, ()):
        if other in index.places:
            meant[index.places[other]] = _ALIKE
    if word in index.places:
        meant[index.places[word]] = 1.0
    return meant


def misspellings(index: Index, word: str) -> Meant:
    """The words of the index closest to a misspelt one, by edits and transpositions."""
    if not _SHORTEST_MISSPELT <= len(word) <= _LONGEST or not word.isalpha():
        return {}
    found = process.extract(
        word,
        index.vocabulary,
        scorer=OSA.normalized_similarity,
        score_cutoff=_SIMILAR,
        limit=_MOST_SPELLINGS,
        processor=None,
    )
    scored = [(score + (0.05 if other[0] == word[0] else 0), at) for other, score, at in found]
    best = max((score for score, _ in scored), default=0.0)
    return {at: 0.9 * min(score, 1.0) for score, at in scored if score >= best - _CLOSE}


def _beginning_with(index: Index, word: str) -> range:
    first = bisect_left(index.vocabulary, word)
    last = bisect_left(index.vocabulary, word + "\x7f", first)
    return range(first, min(last, first + _MOST_PREFIXED))
