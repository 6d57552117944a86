"""What the titles of neighbouring codes share, and what sets each apart.

Version 32 brings titles of codes only. A header's title is derived from those below it;
it is a description, not the wording of the tabular list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_LINKS = """
    a an and as at by due following for from in into involving not of on or other than the
    to with without which when during except mention elsewhere classified type is
"""
_CONNECTIVES = frozenset(_LINKS.split())
_BRIDGES = frozenset({"of", "in", "to"})
_LEADERS = frozenset({"type", "stage", "with", "without", "not", "except", "during", "following"})
_VAGUE_WORD = re.compile(r"\b(?:unspecified|NOS)\b", re.IGNORECASE)
_VAGUE_END = re.compile(
    r",?\s*\b(?:(?:of|in) )?(?:(?:site|type|cause|level|as to) )?\b(?:unspecified|NOS)\b.*",
    re.IGNORECASE,
)
_VAGUE_START = re.compile(
    r"^(?:other and unspecified|unspecified|other(?: specified)?) ", re.IGNORECASE
)
_EDGES = " ,;:-–"
_LONGEST = 90  # characters of a shared title; by judgement: nine of ten titles are shorter
_BETWEEN = " … "
_PUNCTUATION = str.maketrans("", "", "(),[]")


def shared_title(titles: Sequence[str]) -> str:
    """A title for what stands directly above ``titles``, in their own words.

    What says most of: the words all begin with, the words all have in one order and, if
    all begin with little, the title of the unspecified one without that word. Else the
    first and the last title.
    """
    if len(titles) == 1:
        return titles[0]
    begin, common = _beginning(titles), _common(titles)
    unspecified = "" if _content(begin) > 1 else _unspecified(titles)
    found = max((begin, unspecified, common), key=_content)
    if _content(found):
        return found[0].upper() + found[1:]
    first, last = titles[0].split(_BETWEEN)[0], titles[-1].split(_BETWEEN)[-1]
    return f"{_cut(first)}{_BETWEEN}{_cut(last)}"


def differences(titles: Sequence[str]) -> tuple[str, ...]:
    """For each title the part that the others do not share, in its own words.

    Parts that stand apart are joined with " · ". What is shared goes from all titles or
    from none; all are given whole where two of them would not be told apart otherwise.
    """
    shared = _shared_words(titles)
    aligned = [_align(_words(title), shared) for title in titles]
    gone = set(range(len(shared)))
    for title, places in zip(titles, aligned, strict=True):
        gone &= _droppable(_words(title), places)
    parts = tuple(
        _remainder(title, {places[index] for index in gone})
        for title, places in zip(titles, aligned, strict=True)
    )
    told_apart = len(set(map(_bare, parts))) == len(set(map(_bare, titles)))
    return parts if told_apart else tuple(titles)


def _bare(text: str) -> str:
    """A title without its punctuation, which alone tells nobody anything apart."""
    return text.translate(_PUNCTUATION)


def _shared_words(titles: Sequence[str]) -> list[str]:
    """A sequence of words that every title has, in its order."""
    words = [_words(title) for title in titles]
    shared = words[0] if words else []
    for other in words[1:]:
        blocks = SequenceMatcher(None, shared, other, autojunk=False).get_matching_blocks()
        shared = [word for a, _, size in blocks for word in shared[a : a + size]]
        if not shared:
            break
    return shared


def _align(words: list[str], shared: list[str]) -> dict[int, int]:
    """Where a title has each shared word, by its place among them.

    Found from both ends, so that what all titles begin or end with is one run.
    """
    places: dict[int, int] = {}
    start = 0
    while start < len(shared) and words[start] == shared[start]:
        places[start] = start
        start += 1
    after = len(words)
    for index in range(len(shared) - 1, start - 1, -1):
        after -= 1
        while words[after] != shared[index]:
            after -= 1
        places[index] = after
    return places


def _droppable(words: list[str], places: dict[int, int]) -> set[int]:
    """The shared words a title can do without: see ``_says_something``."""
    at = {place: index for index, place in places.items()}
    dropped = [place in at for place in range(len(words))]
    for start, end in _runs(dropped):
        if not _says_something(words, start, end):
            dropped[start:end] = [False] * (end - start)
            continue
        while end < len(words) and end > start and words[end - 1] in _LEADERS:
            end -= 1
            dropped[end] = False
    for place, (before, here) in enumerate(pairwise(dropped), start=1):
        governed = not before and words[place - 1] in _CONNECTIVES and words[place - 1] != "of"
        while governed and here and place < len(words) and dropped[place]:
            dropped[place] = False
            place += 1
    return {at[place] for place, gone in enumerate(dropped) if gone}


def _says_something(words: list[str], start: int, end: int) -> bool:
    """Whether a shared run may go: one word of content at the beginning, two elsewhere."""
    content = sum(word not in _CONNECTIVES for word in words[start:end])
    return content >= (1 if start == 0 else 2)


def _runs(flags: list[bool]) -> list[tuple[int, int]]:
    """The stretches of true flags as (start, end)."""
    edges = [0, *(index for index in range(1, len(flags)) if flags[index] != flags[index - 1])]
    ends = [*edges[1:], len(flags)]
    return [
        (start, end)
        for start, end in zip(edges, ends, strict=True)
        if flags[start:end][:1] == [True]
    ]


def _remainder(title: str, gone: set[int]) -> str:
    spans = [match.span() for match in _WORD.finditer(title)]
    kept = [place not in gone for place in range(len(spans))]
    parts = []
    for start, end in _runs(kept):
        begin = spans[start][0] if start else 0
        until = spans[end][0] if end < len(spans) else len(title)
        parts.append(_tidy(title[begin:until]).removeprefix("of "))
    return " · ".join(part for part in parts if part) or title


def _beginning(titles: Sequence[str]) -> str:
    words = [_words(title) for title in titles]
    low, high = min(words), max(words)
    size = 0
    while size < min(len(low), len(high)) and low[size] == high[size]:
        size += 1
    ends = sum(len(title) == size or title[size] in _CONNECTIVES for title in words)
    if size == 1 and 2 * ends < len(titles):
        return ""
    return _trimmed(titles[0], size)


def _unspecified(titles: Sequence[str]) -> str:
    vague = [title for title in titles if _VAGUE_WORD.search(title)]
    if not vague:
        return ""
    plain = _VAGUE_END.sub("", _VAGUE_START.sub("", vague[-1])).strip(_EDGES)
    return _trimmed(plain, len(_words(plain)))


def _common(titles: Sequence[str]) -> str:
    """The first run of shared words, and the next where a connective leads over to it."""
    shared = _shared_words(titles)
    title = min(titles, key=len)
    words = _words(title)
    places = set(_align(words, shared).values())
    chosen: list[int] = []
    for start, end in _runs([place in places for place in range(len(words))]):
        if chosen and words[chosen[-1]] not in _BRIDGES:
            break
        while chosen and words[chosen[-1]] in _CONNECTIVES and words[start] in _CONNECTIVES:
            chosen.pop()
        chosen.extend(range(start, end))
    while chosen and words[chosen[0]] in _CONNECTIVES:
        chosen.pop(0)
    while chosen and words[chosen[-1]] in _CONNECTIVES:
        chosen.pop()
    spans = [match.span() for match in _WORD.finditer(title)]
    text = " ".join(title[slice(*spans[place])] for place in chosen)
    return text if _content(text) > 1 else ""


def _trimmed(title: str, size: int) -> str:
    """The first ``size`` words without the connectives they end with."""
    matches = list(_WORD.finditer(title))[:size]
    while matches and matches[-1].group().casefold() in _CONNECTIVES:
        matches.pop()
    return _tidy(title[: matches[-1].end()]) if matches else ""


def _content(text: str) -> int:
    return sum(word not in _CONNECTIVES for word in _words(text))


def _tidy(part: str) -> str:
    """A piece of a title without loose punctuation and half brackets."""
    part = part.strip(_EDGES)
    for opening, closing in ("()", "[]"):
        if part.count(opening) != part.count(closing):
            part = part.replace(opening, "").replace(closing, "")
    return part.strip(_EDGES)


def _cut(title: str) -> str:
    return title if len(title) <= _LONGEST else title[:_LONGEST].rsplit(" ", 1)[0] + "…"


def _words(title: str) -> list[str]:
    return [match.group().casefold() for match in _WORD.finditer(title)]
