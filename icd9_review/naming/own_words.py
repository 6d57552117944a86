"""Where a text names a code in the code's own words: its title, and what clinicians write for it.

Words are compared folded (``terms.fold_word``). Offsets are code points: ``text[start:end]``.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import islice

from icd9_review.codes import codes
from icd9_review.codes.written_terms import written_terms
from icd9_review.naming.terms import WORD, fold_word, fold_words, title_variants
from icd9_review.values import CodeKey, Kind

_MOST_PLACES = 50  # of a term that are looked at; by judgement: no chart names one so often
_UNSEEN = 8.0  # the weight of a word that stands in no written term: about that of the rarest
_Words = tuple[str, ...]
# They join the words of a term, or are those of a code book.
_LINKS = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "be",
        "by",
        "classified",
        "due",
        "elsewhere",
        "for",
        "from",
        "her",
        "his",
        "history",
        "in",
        "is",
        "mention",
        "nec",
        "no",
        "nos",
        "not",
        "of",
        "on",
        "or",
        "other",
        "patient",
        "site",
        "specified",
        "state",
        "the",
        "to",
        "type",
        "unspecified",
        "with",
        "without",
    ]
)


class OwnWords:
    """The words of a text, in which those of codes are looked for."""

    def __init__(self, text: str) -> None:
        found = [(fold_word(word[0]), *word.span()) for word in WORD.finditer(text)]
        self._words = [word for word, _, _ in found]
        self._starts = [start for _, start, _ in found]
        self._ends = [end for _, _, end in found]
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self._words):
            self._places[word].append(place)

    def named(self, key: CodeKey) -> tuple[tuple[int, int], ...]:
        """Start and end of the places where a term of a code stands word by word, in order.

        A term may stand within a longer one.

        >>> OwnWords("CHF. Congestive heart failure.").named((Kind.DIAGNOSIS, "428.0"))
        ((0, 3), (5, 29), (16, 29))
        """
        places = {place for term in own_terms(key) for place in self._of(term)}
        return tuple(sorted(places))

    def places(self, term: _Words) -> tuple[tuple[int, int], ...]:
        """Start and end of the places where folded words stand one after the other.

        >>> OwnWords("Heart failure").places(("heart", "failure"))
        ((0, 13),)
        """
        return tuple(self._of(term)) if term else ()

    def share(self, key: CodeKey, start: int, end: int) -> float:
        """The largest share of a term's words, weighed by how telling they are, in a stretch."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        here = frozenset(self._words[first:last])
        return max((_share(term, here) for term in own_terms(key)), default=0.0)

    def met(self, key: CodeKey, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Start and end of the words in a stretch that stand in a term of a code, the first 50.

        >>> OwnWords("The appendix is out.").met((Kind.PROCEDURE, "47.19"), 0, 20)
        ()
        >>> OwnWords("Incidental appendectomy").met((Kind.PROCEDURE, "47.19"), 0, 23)
        ((0, 10), (11, 23))
        """
        own = frozenset(word for term in own_terms(key) for word in term) - _LINKS
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        met = (at for at in range(first, last) if self._words[at] in own)
        return tuple((self._starts[at], self._ends[at]) for at in islice(met, _MOST_PLACES))

    def _of(self, term: _Words) -> Iterator[tuple[int, int]]:
        size = len(term)
        starts = (
            place
            for place in self._places.get(term[0], ())
            if tuple(self._words[place : place + size]) == term
        )
        for place in islice(starts, _MOST_PLACES):
            yield self._starts[place], self._ends[place + size - 1]


@cache
def own_terms(key: CodeKey) -> tuple[_Words, ...]:
    """The terms of a code as folded words; none for a code that version 32 does not have."""
    kind, code = key
    known = codes(kind).get(code)
    if known is None:
        return ()
    titles = [text for text, _ in title_variants(known.title)] or [known.title]
    written = written_terms().get(code, ()) if kind is Kind.DIAGNOSIS else ()
    terms = (fold_words(text) for text in (*titles, *written))
    return tuple(dict.fromkeys(term for term in terms if term))


def _share(term: _Words, here: frozenset[str]) -> float:
    content = frozenset(term) - _LINKS or frozenset(term)
    return sum(map(_weight, content & here)) / sum(map(_weight, content))


def _weight(word: str) -> float:
    return _weights().get(word, _UNSEEN)


@cache
def _weights() -> dict[str, float]:
    """Inverse document frequency over the codes that have written terms (Spärck Jones 1972)."""
    of_codes = [
        frozenset(word for term in own_terms((Kind.DIAGNOSIS, code)) for word in term)
        for code in written_terms()
    ]
    counts = Counter(word for words in of_codes for word in words)
    return {word: math.log(len(of_codes) / (1 + count)) + 1 for word, count in counts.items()}
