"""From a typed word to the words of the index it may mean."""

from __future__ import annotations

from bisect import bisect_left

from rapidfuzz import process
from rapidfuzz.distance import OSA

from icd9_review.codes.search.index import Index

# "Tuned": set by hand, looking only at the queries of that name in tests/codes/queries.tsv.
_ALIKE = 0.85  # of a match, for a word that the table has for the typed one; tuned
_LONGEST = 30  # letters corrected; the longest word of the titles has 26
_SHORT_WORD = 3  # letters up to which a known word stands for itself alone; tuned
_SHORTEST_PREFIX = 2  # letters of the word being typed; one letter begins too many; by judgement
_SHORTEST_INNER_PREFIX = 4  # letters of a finished word that may be cut off; tuned
_SHORTEST_MISSPELT = 4  # letters; in shorter words one edit makes another word; by judgement
_MOST_PREFIXED = 150  # words, as many as begin with "hyp"; no other three letters begin more
_MOST_SPELLINGS = 12  # words; by judgement: few are left within ``_CLOSE``
_PREFIX, _PREFIX_FILLED = 0.7, 0.2  # of a match: beginning with it, and how much of it; tuned
_MISSPELT = 0.9  # of a match: a corrected word comes after the same one well spelt; tuned
_SAME_START = 0.05  # of similarity, where the first letter is right, as it mostly is; tuned
_SIMILAR = 0.65  # the least similarity, 1 - edits / letters: two edits in six letters; tuned
_CLOSE = 0.09  # how far below the most similar word others are still taken; tuned

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
            meant[place] = _PREFIX + _PREFIX_FILLED * len(word) / len(index.vocabulary[place])
    for other in index.book.alike.get(word, ()):
        if other in index.places:
            meant[index.places[other]] = _ALIKE
    if word in index.places:
        meant[index.places[word]] = 1.0
    return meant


def is_cut_off(meant: Meant, last: bool) -> bool:
    """Whether a finished word is known as the beginning of others alone ("hart" of "hartmann")."""
    return not last and max(meant.values(), default=0.0) < _ALIKE


def misspellings(index: Index, word: str, *, one_edit: bool = False) -> Meant:
    """The words of the index closest to a misspelt one, by edits and transpositions.

    ``one_edit`` takes those alone that differ by one.
    """
    if not _SHORTEST_MISSPELT <= len(word) <= _LONGEST or not word.isalpha():
        return {}
    found = process.extract(
        word,
        index.vocabulary,
        scorer=OSA.normalized_similarity,
        score_cutoff=1 - 1 / len(word) if one_edit else _SIMILAR,
        limit=_MOST_SPELLINGS,
        processor=None,
    )
    scored = [
        (score + (_SAME_START if other[0] == word[0] else 0), at) for other, score, at in found
    ]
    best = max((score for score, _ in scored), default=0.0)
    return {at: _MISSPELT * min(score, 1.0) for score, at in scored if score >= best - _CLOSE}


def _beginning_with(index: Index, word: str) -> range:
    first = bisect_left(index.vocabulary, word)
    last = bisect_left(index.vocabulary, word + "\x7f", first)
    return range(first, min(last, first + _MOST_PREFIXED))
