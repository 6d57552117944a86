"""How well every phrase matches a query, and the best phrase of every item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from icd9_review.arrays import Singles
from icd9_review.codes.search.index import Index
from icd9_review.codes.search.text import STOP_WORDS, words_of
from icd9_review.codes.search.words import Meant, is_cut_off, meanings, misspellings
from icd9_review.values import Kind

# "Tuned": set by hand, looking only at the queries of that name in tests/codes/queries.tsv.
_LONGEST = 200  # characters read; what the search field takes (palette.js)
_MOST_WORDS = 16  # by judgement: the longest in tests/codes/queries.tsv has six
_MOST_MISSPELT = 4  # words corrected in a query; by judgement: each is compared with all words
_UNKNOWN_WEIGHT = 6.0  # of a word no phrase has: near the 5.9 that 95 % of the words exceed; tuned
_LEAST_COVERED = 0.4  # of the query's weight; a phrase that has less is no match; tuned
_REWRITTEN = 0.98  # of its score that a match keeps: what was typed goes first at a tie; tuned
_WHOLE = 0.999  # of a phrase's weight; 1 but for rounding of float32
_PARTIAL = 1.0
"""The most a phrase is trusted of which the query lacks a word: "asp pna" says nothing of "pna"."""
_BARE, _FILLED = 0.55, 0.45
"""Of a score: what is left where the query has nearly nothing of a phrase, and the rest; tuned."""

_LIGHTEST = 0.1  # weight of a phrase, so that one of stop words alone is no division by zero
_KEPT = 400  # phrases of one rewrite; by judgement: many times the 30 items of a list
NEAR = 0.4
"""The share of the best score below which nothing is shown; tuned."""


@dataclass(frozen=True, slots=True)
class Match:
    """The best phrase of an item, and whether it took a rewrite or a spelling."""

    score: float
    phrase: int
    rewritten: bool
    misspelt: bool


class Query:
    """A query's words, each looked up once however many rewrites hold it."""

    def __init__(self, index: Index, text: str) -> None:
        self.words = words_of(text[:_LONGEST])[:_MOST_WORDS]
        self.misspelt: set[str] = set()
        self._index = index
        self._last = self.words[-1] if self.words and not text.endswith(" ") else ""
        self._known: dict[str, tuple[float, Singles, Singles]] = {}

    def rewrites(self) -> list[list[str]]:
        """The content words, each once, as typed and in the words of titles; each list once."""
        told = self._index.book.rewrites(self.words)
        once = (dict.fromkeys(words) for words in told)
        plain = (tuple(word for word in words if word not in STOP_WORDS) for words in once)
        return [list(words[:_MOST_WORDS]) for words in dict.fromkeys(plain) if words]

    def look_up(self, word: str) -> tuple[float, Singles, Singles]:
        """A word's weight, and for every phrase how well it has it and what that weighs."""
        if word not in self._known:
            self._known[word] = self._spread(self._meant(word))
        return self._known[word]

    def _meant(self, word: str) -> Meant:
        last = word == self._last
        meant = meanings(self._index, word, last)
        if len(self.misspelt) < _MOST_MISSPELT and (not meant or is_cut_off(meant, last)):
            near = misspellings(self._index, word, one_edit=bool(meant))
            if near:
                self.misspelt.add(word)
            meant = near | meant
        return meant

    def _spread(self, meant: Meant) -> tuple[float, Singles, Singles]:
        index = self._index
        hits = np.zeros(len(index.phrases), np.float32)
        heavy = np.zeros(len(index.phrases), np.float32)
        weight = _UNKNOWN_WEIGHT
        for place, share in sorted(meant.items(), key=lambda pair: pair[1]):
            held = index.postings[index.starts[place] : index.starts[place + 1]]
            weight = float(index.weights[place])
            hits[held] = share
            heavy[held] = share * weight
        return weight, hits, heavy


def best_matches(index: Index, query: Query, kinds: Sequence[Kind]) -> dict[int, Match]:
    """By item number the best match of a query's words, in any order."""
    found: dict[int, Match] = {}
    for number, words in enumerate(query.rewrites()):
        scores = _scores(index, query, words)
        if len(kinds) == 1:
            scores[index.procedures != (kinds[0] is Kind.PROCEDURE)] = 0
        if number:
            scores *= _REWRITTEN
        misspelt = any(word in query.misspelt for word in words)
        for phrase in _best(scores):
            item, score = int(index.owners[phrase]), float(scores[phrase])
            if item not in found or found[item].score < score:
                found[item] = Match(score, int(phrase), number > 0, misspelt)
    return found


def _scores(index: Index, query: Query, words: list[str]) -> Singles:
    """Of every phrase: how much of the query it has, and how much of it the query has.

    The first counts squared. Zero where less than two fifths of the query is there.
    """
    total = 0.0
    covered = np.zeros(len(index.phrases), np.float32)
    held = np.zeros(len(index.phrases), np.float32)
    for word in words:
        weight, hits, heavy = query.look_up(word)
        total += weight
        covered += weight * hits
        held += heavy
    covered /= total
    matched = np.minimum(held / np.maximum(index.lengths, _LIGHTEST), 1.0)
    trusts = np.where(matched < _WHOLE, np.minimum(index.trusts, _PARTIAL), index.trusts)
    scores: Singles = (covered**2 * (_BARE + _FILLED * matched) * trusts + index.priors).astype(
        np.float32, copy=False
    )
    scores[covered < _LEAST_COVERED] = 0
    return scores


def _best(scores: Singles) -> list[int]:
    """The phrases near enough to the best one, at most 400 of them."""
    best = float(scores.max())
    if best <= 0:
        return []
    top = np.flatnonzero(scores >= NEAR * best)
    if len(top) > _KEPT:
        top = top[np.argsort(-scores[top])[:_KEPT]]
    return [int(phrase) for phrase in top]
