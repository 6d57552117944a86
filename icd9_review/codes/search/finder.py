"""Searching: codes as they are written, else words in any order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from icd9_review.codes.hierarchy import below
from icd9_review.codes.search.found import Found, Why
from icd9_review.codes.search.index import Index
from icd9_review.codes.search.phrases import Item, Source
from icd9_review.codes.search.ranking import NEAR, Match, Query, best_matches
from icd9_review.codes.search.written_codes import code_keys, leading_code
from icd9_review.values import CodeKey, Kind

_MOST_HEADERS = 4
_TABLES = (Source.ABBREVIATION, Source.LAY)


def search(
    index: Index,
    query: str,
    kinds: Sequence[Kind] = (Kind.DIAGNOSIS, Kind.PROCEDURE),
    limit: int = 20,
) -> tuple[Found, ...]:
    """What a coder may mean by a code, its beginning, or words; best first.

    A code typed with words beside it comes first, then what the words find. Never raises:
    a query without a word to go by finds nothing. Only the first 200 characters count.
    """
    if limit < 1 or not kinds:
        return ()
    written = code_keys(query, kinds, limit)
    if written:
        found = [_by_code(index, key, full) for key, full in written]
        return tuple(found[:limit])
    led = leading_code(query, kinds)
    words = led[1] if led else query
    matches = _by_words(index, words, kinds)
    if led:
        first = _by_code(index, led[0], True)
        under = {code.code for code in below(*led[0])}
        matches.sort(key=lambda each: each.kind is not led[0][0] or each.code not in under)
        matches = [first, *(each for each in matches if (each.kind, each.code) != led[0])]
    return tuple(matches[:limit])


def _by_code(index: Index, key: CodeKey, full: bool) -> Found:
    item = index.items[index.numbers[key]]
    return _found(item, "", Why.CODE if full else Why.PREFIX)


def _by_words(index: Index, words: str, kinds: Sequence[Kind]) -> list[Found]:
    query = Query(index, words)
    matches = best_matches(index, query, kinds)
    ranked = sorted(matches.items(), key=lambda pair: (-pair[1].score, pair[0]))
    if not ranked:
        return []
    least = NEAR * ranked[0][1].score
    found = [_matched(index, item, match) for item, match in ranked if match.score >= least]
    return list(_few_headers(found))


def _few_headers(found: Iterable[Found]) -> Iterable[Found]:
    """At most four headers: people look for codes, and each header has its own beside it."""
    left = _MOST_HEADERS
    for each in found:
        left -= each.header
        if not each.header or left >= 0:
            yield each


def _matched(index: Index, number: int, match: Match) -> Found:
    item, phrase = index.items[number], index.phrases[match.phrase]
    hidden = phrase.source in (Source.TITLE, Source.TOGETHER) or phrase.text == item.title
    if match.misspelt:
        why = Why.SPELLING
    elif match.rewritten or phrase.source in _TABLES:
        why = Why.ABBREVIATION
    else:
        why = Why.WORDS
    return _found(item, "" if hidden else phrase.text, why)


def _found(item: Item, matched: str, why: Why) -> Found:
    return Found(item.kind, item.code, item.title, item.header, matched, why)
