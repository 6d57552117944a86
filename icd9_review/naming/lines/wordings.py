"""How a chart line is looked up: as it is written, then with less and less around its condition.

A line says more than a title: whose condition it is, on which side, how sure, since when. Words
that no title has keep the search from finding anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, zip_longest

from icd9_review.codes.search import Found, Index, search
from icd9_review.values import Kind

MOST_HITS = 5
"""Codes that are offered for a line: more are a search of its own."""
_MOST_PARTS = 4  # of a line that are looked up: what stands behind is told, not listed

_LOOKED_AT = 20  # codes of a wording among which headers may stand
_LONGEST = 160  # characters of a wording; the search looks at 200
_ASIDE = re.compile(r"[(\[][^()\[\]]*(?:[)\]]|\Z)")
_PERSON = re.compile(  # with bounds, by judgement, so that no line makes it go over itself
    r"(?:(?:this|the|patient|pt|he|she|mr|mrs|ms|who|is|was|has|had|an?|presents?|presenting|"
    r"admitted|here|seen|comes?|in|returns?|complain(?:s|ing)|today)\b\.?,?\s{1,4}){0,12}"
    r"(?:\b[\w.]{1,20}[ -])?"
    r"(?:\d{1,3}[ -]{0,3}(?:year|yr|month|week|day)s?[ -]{0,3}old|\d{1,3} ?y/?o)\b"
    r"[^,.;]{0,80}?\b(?:with|for|of|by|has|had)\b(?:\s{1,4}(?:an?|the|history of))?\s{1,4}",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:(?:the )?(?:patient|pt|he|she|this)\b\.? ?(?:is|was|has|had|with|underwent)?|regarding|"
    r"follow[- ]?up|evaluation|management|treatment|visit|diagnosis|on|of|for|possible|possibly|"
    r"probable|probably|likely|suspected|suspicion|questionable|presumed|presumptive|rule out|"
    r"r/o|consistent with|suggestive of|most likely|by history|known|new[- ]onset|here|"
    r"secondary diagnos[ie]s|axis [iv]+|an?|the|some|s/p)\b[\s,:]*",
    re.IGNORECASE,
)
_PLACES = re.compile(
    r"\b(?:left|right|bilateral|both)(?:[- ]sided)?\b|\b[CTLS]\d{1,2}(?:\s?(?:-|to|through)\s?"
    r"[CTLS]?\d{1,2})?\b(?: levels?)?|#\s?\d+|\b\d+(?:\.\d+)?\s?(?:mm|cm|%)|\bx ?\d\b|"
    r"\b(?:mild|moderate|severe)(?: to (?:moderate|severe))?\b|\bon \w+ \d{1,2}, \d{4}|"
    r"\b\d{1,2}/\d{1,2}/\d{2,4}",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[,;]|\s(?:with|without|secondary to|due to|status post|s/p|for|at|using|via|in the|of the|"
    r"on the|from|by|after|and|as well as|which|who|while|that|managed|controlled|worsening|"
    r"improving|resolved|stable|rule out|r/o|unresponsive to|probably|likely|possibly)\s|"
    r"\s(?:-|–|—)\s",
    re.IGNORECASE,
)
_GAPS = re.compile(r"\s+")
_WORD = re.compile(r"\w+")
_EMPTY = re.compile(r" ?,(?: ?,)+| ,")


def wordings(text: str) -> tuple[str, ...]:
    """What to look up for a line, the closest to it first; each once.

    >>> wordings("Possible left hip fracture, status post fall")
    ('left hip fracture, status post fall', 'hip fracture, status post fall', 'hip fracture')
    """
    return tuple(dict.fromkeys(filter(None, _wordings(text))))


def _wordings(text: str) -> Iterator[str]:
    plain = _plain(text)
    yield _tidy(plain)
    bare = _tidy(_PLACES.sub(" ", plain))
    yield bare
    yield _tidy(_TAIL.split(bare, maxsplit=1)[0])


def _plain(text: str) -> str:
    """The line without whose it is and what leads up to it."""
    plain = _PERSON.sub("", _ASIDE.sub("", text), count=1)
    lead = _LEAD.match(plain)
    while lead and lead.end() < len(plain):
        plain = plain[lead.end() :]
        lead = _LEAD.match(plain)
    return plain


def _tidy(text: str) -> str:
    return _EMPTY.sub(",", _GAPS.sub(" ", text)).strip(" ,;.:-–")[:_LONGEST]


def find_line(index: Index, text: str, kind: Kind) -> tuple[Found, ...]:
    """The codes that the search has first for a line, none of them a header.

    Each wording gives its first, then each its second: what stands around a condition may
    find codes of its own, and a condition by itself what is unspecified.
    """
    lists = [_hits(index, wording, kind) for wording in wordings(text)]
    once: dict[str, Found] = {}
    for each in chain.from_iterable(zip_longest(*lists)):
        if each is not None:
            once.setdefault(each.code, each)
    return tuple(once.values())[:MOST_HITS]


def find_further(index: Index, text: str, kind: Kind) -> tuple[Found, ...]:
    """The first code of each condition that a line names behind its first one.

    Only where the phrase that finds it stands there in whole: a line goes on with circumstances
    more often than with conditions.

    >>> from icd9_review.codes.built_in import built_in_lists
    >>> from icd9_review.codes.search import build_index
    >>> index = build_index(built_in_lists())
    >>> text = "Peripheral vascular disease, bilateral carotid artery stenosis"
    >>> [found.code for found in find_further(index, text, Kind.DIAGNOSIS)]
    ['433.10']
    """
    parts = _TAIL.split(_tidy(_PLACES.sub(" ", _plain(text))))
    once: dict[str, Found] = {}
    for part in parts[1:_MOST_PARTS]:
        if hit := find_whole(index, part, kind):
            once.setdefault(hit.code, hit)
    return tuple(once.values())


def before_tail(text: str) -> str:
    """A part of a line as far as circumstances begin, as it stands there.

    >>> before_tail("carotid artery stenosis status post endarterectomy")
    'carotid artery stenosis'
    """
    return _TAIL.split(text, maxsplit=1)[0].rstrip()


def find_whole(index: Index, text: str, kind: Kind) -> Found | None:
    """The first code for a part of a line, where the phrase that finds it stands there in whole."""
    words = _tidy(_PLACES.sub(" ", _plain(text)))
    hit = next(iter(_hits(index, words, kind)), None)
    return hit if hit and _words(hit.matched or hit.title) <= _words(words) else None


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _hits(index: Index, wording: str, kind: Kind) -> list[Found]:
    found = search(index, wording, kinds=(kind,), limit=_LOOKED_AT)
    return [each for each in found if not each.header][:MOST_HITS]
