"""The table of drugs and chemicals, looked up by the words of a substance."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from icd9_review.codes.lists import Substance
from icd9_review.codes.search.phrasebook import phrasebook
from icd9_review.codes.search.text import STOP_WORDS, fold_plain, words_of

_SHORTEST = 3  # letters; fewer begin hundreds of substances; by judgement
_BESIDE = (
    "poisoning overdose intoxication toxicity toxic adverse effect reaction accidental accident "
    "suicide suicidal attempt assault undetermined therapeutic use"
)
_CIRCUMSTANCES = frozenset(map(fold_plain, _BESIDE.split()))
"""What people type beside a substance; the columns say it."""


@dataclass(frozen=True, slots=True)
class DrugTable:
    """The substances in the order of the table, and the folded words of each name.

    ``vocabulary`` is sorted; the word at a place stands in the names of ``holders`` there.
    """

    substances: tuple[Substance, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()
    vocabulary: tuple[str, ...] = ()
    holders: tuple[frozenset[int], ...] = ()

    def find(self, text: str, limit: int) -> tuple[Substance, ...]:
        """The substances whose name has every word typed, whole or its beginning; best first.

        Main terms come before what is indented under them, whole words before beginnings. A word
        that the phrasebook knows another for ("tylenol") stands for both.
        """
        alike = phrasebook().alike
        typed = [
            (word, *alike.get(word, ()))
            for word in words_of(text)
            if word not in STOP_WORDS and word not in _CIRCUMSTANCES
        ]
        if limit < 1 or sum(len(word) for word, *_ in typed) < _SHORTEST:
            return ()
        found = [
            (
                *_rank(self.words[number], typed),
                self.substances[number].name.count(", "),
                number,
            )
            for number in frozenset.intersection(*map(self._holding, typed))
        ]
        return tuple(self.substances[number] for *_, number in sorted(found)[:limit])

    def _holding(self, begun: tuple[str, ...]) -> frozenset[int]:
        """The substances of whose names one word begins with one of these."""
        found: set[int] = set()
        for word in begun:
            first = bisect_left(self.vocabulary, word)
            last = bisect_left(self.vocabulary, word + "\x7f", first)
            found.update(*self.holders[first:last])
        return frozenset(found)


def build_drug_table(substances: Iterable[Substance]) -> DrugTable:
    """The table with the words of every name folded once."""
    held = tuple(substances)
    words = tuple(tuple(words_of(each.name)) for each in held)
    holders: dict[str, set[int]] = defaultdict(set)
    for number, name in enumerate(words):
        for word in name:
            holders[word].add(number)
    vocabulary = tuple(sorted(holders))
    return DrugTable(held, words, vocabulary, tuple(frozenset(holders[w]) for w in vocabulary))


def _rank(words: tuple[str, ...], typed: list[tuple[str, ...]]) -> tuple[int, bool]:
    """How many words are typed in part only, and whether another word of the name comes first.

    Each of ``typed`` are the words that one typed word may stand for.
    """
    whole = sum(any(meant in words for meant in begun) for begun in typed)
    return len(typed) - whole, not words[0].startswith(typed[0])
