"""One list of two rankings: what the index finds in a query, and what a model reads in it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from icd9_review.codes.search.found import Found, Why
from icd9_review.codes.search.index import Index
from icd9_review.codes.search.written_codes import (
    code_keys,
    icd10_meant,
    is_icd10_form,
    leading_code,
)
from icd9_review.values import CodeKey, Kind

_SHORTEST = 3  # letters; fewer begin many words and mean nothing yet; by judgement
# How little the first places differ: 10 serves the "tuned" queries better than the 60 of Cormack
# et al., by which codes low in both lists pass those that are high in one.
_FLAT = 10.0
_CODES = (Why.CODE, Why.PREFIX, Why.EQUIVALENT)
_BOTH = tuple(Kind)


@dataclass(frozen=True, slots=True)
class ReadWords:
    """What a model reads in the words of a query.

    ``codes`` come likeliest first; ``known`` has all that it could have named.
    """

    codes: Sequence[CodeKey]
    known: Container[CodeKey]


def asks_in_words(query: str) -> bool:
    """Whether a query is words to be understood: no code of either revision, no first letters.

    >>> [asks_in_words(text) for text in ("weak heart", "428.0", "428.0 chf", "I50.9", "he")]
    [True, False, False, False, False]
    """
    if sum(letter.isalpha() for letter in query) < _SHORTEST:
        return False
    coded = code_keys(query, _BOTH, 1) or leading_code(query, _BOTH)
    return not (coded or is_icd10_form(query) or icd10_meant(query))


def merge_meaning(
    index: Index,
    found: Sequence[Found],
    meant: ReadWords,
    kinds: Sequence[Kind] = _BOTH,
    limit: int = 20,
) -> tuple[Found, ...]:
    """What the index found and what is meant, best first, each code once.

    By reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): a place counts
    1 / (10 + place), and what is in both lists the sum. What the index has first stays first, so
    that a list that is on the screen already keeps its head. A code or header that the model
    cannot name, so that its silence says nothing, counts as if the model had it in the same
    place. Where the index found codes as they are written they stand alone.
    """
    if any(each.why in _CODES for each in found):
        return tuple(found[:limit])
    codes = [key for key in meant.codes if key[0] in kinds and key in index.numbers]
    hits = {(each.kind, each.code): each for each in found}
    scores = {key: 1 / (_FLAT + place) for place, key in enumerate(codes)}
    for place, key in enumerate(hits):
        share = 1 / (_FLAT + place)
        scores[key] = scores.get(key, 0 if key in meant.known else share) + share
    ranked = [*list(hits)[:1], *sorted(scores, key=lambda key: -scores[key])]
    once = list(dict.fromkeys(ranked))[:limit]
    return tuple(hits.get(key) or _by_meaning(index, key) for key in once)


def _by_meaning(index: Index, key: CodeKey) -> Found:
    item = index.items[index.numbers[key]]
    return Found(item.kind, item.code, item.title, item.header, "", Why.MEANING)
