"""Searching: codes as they are written, else words in any order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter

from icd9_review.codes.hierarchy import below
from icd9_review.codes.search.body_mass import body_mass_code
from icd9_review.codes.search.found import Found, Why
from icd9_review.codes.search.index import Index
from icd9_review.codes.search.phrases import STATUS, Item, Source
from icd9_review.codes.search.ranking import NEAR, Match, Query, best_matches
from icd9_review.codes.search.text import fold_plain, without_unseen
from icd9_review.codes.search.written_codes import (
    code_keys,
    icd10_meant,
    is_icd10_form,
    leading_code,
)
from icd9_review.values import CodeKey, Kind

# "Tuned": set by hand, looking only at the queries of that name in tests/codes/queries.tsv.
_MOST_HEADERS = 4  # of a list; by judgement: headers help to get one's bearings, codes are sought
_ITSELF = 0.5  # of a status code's score: a procedure with less is not what was meant; tuned
_PROCEDURE = Kind.PROCEDURE
_STATUS_WORDS = frozenset(
    {
        fold_plain(word)
        for word in ("status", "post", "history", "hx", "presence", "situ", "dependence")
    }
    | {
        fold_plain(word)
        for word in ("absence", "prior", "previous", "old", "artificial", "replaced")
    }
)
"""Words by which a query asks for what is left of a procedure."""
_TABLES = (Source.ABBREVIATION, Source.LAY)


def search(
    index: Index,
    query: str,
    kinds: Sequence[Kind] = (Kind.DIAGNOSIS, Kind.PROCEDURE),
    limit: int = 20,
) -> tuple[Found, ...]:
    """What a coder may mean by a code, its beginning, or words; best first.

    A code typed with words beside it comes first, then what the words find. An ICD-10-CM code
    gives what the equivalence map has for it, marked so; a code of ICD-9-CM goes before. Never
    raises: a query without a word to go by finds nothing. Only the first 200 characters count.
    """
    if limit < 1 or not kinds:
        return ()
    query = without_unseen(query)
    written = code_keys(query, kinds, limit)
    found = [_by_code(index, key, full) for key, full in written]
    if not any(full for _, full in written):
        found.extend(_by_map(index, query, kinds))
    if found or is_icd10_form(query):
        return tuple(found[:limit])
    weighed = body_mass_code(query) if Kind.DIAGNOSIS in kinds else None
    if weighed:
        return tuple(_with_body_mass(index, *weighed, kinds)[:limit])
    led = leading_code(query, kinds)
    words = led[1] if led else query
    matches = _by_words(index, words, kinds)
    if led:
        first = _by_code(index, led[0], True)
        under = {code.code for code in below(*led[0])}
        matches.sort(key=lambda each: each.kind is not led[0][0] or each.code not in under)
        matches = [first, *(each for each in matches if (each.kind, each.code) != led[0])]
    return tuple(matches[:limit])


def _with_body_mass(index: Index, code: str, others: str, kinds: Sequence[Kind]) -> list[Found]:
    """The code of a body mass index, behind the first that the other words find."""
    item = index.items[index.numbers[Kind.DIAGNOSIS, code]]
    words = [each for each in _by_words(index, others, kinds) if each.code != code]
    return [*words[:1], _found(item, "", Why.WORDS), *words[1:]]


def _by_map(index: Index, query: str, kinds: Sequence[Kind]) -> list[Found]:
    """What the equivalence map gives for an ICD-10-CM code, what is asked for most first."""
    meant = icd10_meant(query)
    if meant is None or Kind.DIAGNOSIS not in kinds:
        return []
    found = []
    for target in meant.targets:
        item = index.items[index.numbers[Kind.DIAGNOSIS, target.code]]
        matched = " with ".join((meant.code, *target.together))
        found.append((-item.prior, _found(item, matched, Why.EQUIVALENT)))
    return [each for _, each in sorted(found, key=itemgetter(0))]


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
    near = [(item, match) for item, match in ranked if match.score >= least]
    if _STATUS_WORDS.isdisjoint(query.words):
        near = _procedures_first(index, near)
    return list(_few_headers(_matched(index, item, match) for item, match in near))


def _procedures_first(index: Index, near: list[tuple[int, Match]]) -> list[tuple[int, Match]]:
    """The matches with no status code before the procedure whose trace it is.

    A bare "kidney transplant" means the operation; a procedure counts where it matches at least
    half as well.
    """
    first = next((n for n, (at, _) in enumerate(near) if index.items[at].kind is _PROCEDURE), None)
    if first is None:
        return near
    score = near[first][1].score
    behind = [
        each
        for each in near[:first]
        if index.items[each[0]].code.startswith(STATUS) and score >= _ITSELF * each[1].score
    ]
    before = [each for each in near[:first] if each not in behind]
    return [*before, near[first], *behind, *near[first + 1 :]]


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
