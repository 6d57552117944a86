"""Every phrase under which a code or header can be found, and how far it is trusted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from math import log

from icd9_review.codes.hierarchy import headers, heading_title, parents
from icd9_review.codes.lists import Lists
from icd9_review.codes.search.phrasebook import Sort, phrasebook
from icd9_review.codes.table import codes
from icd9_review.codes.written_terms import written_terms
from icd9_review.values import CodeKey, Kind

_VAGUE = ("unspecified", " NOS", "without mention", "not otherwise specified")
STATUS = ("V42", "V43", "V44", "V45", "V46", "V49")
"""Categories that say what is left of a procedure; a bare word means the procedure itself."""
_SHORT = 3  # words; a shorter inclusion term is often a fragment of its heading; by judgement
# What items gain over others that match as well, where a whole match scores 1. Set by hand, as the
# sources' values below, looking only at the queries "tuned" in tests/codes/queries.tsv.
_HEADER = -0.1  # people look for codes
_COMMON = 0.03  # a code that has written terms, which the common ones have
_COMMONEST = 0.07  # more for the first of these, by the logarithm of its place
_OPEN = 0.04  # a bare word means the unspecified code
_OTHER = -0.02  # "Other …" is meant by nobody who does not say so
_STATUS = -0.06  # see ``STATUS``
_CAUSE = -0.03  # the injury is meant, not how it came about
_LATER = -0.02  # each further code of an abbreviation: the table has the usual one first


class Source(Enum):
    """Where a phrase comes from; the value multiplies its score."""

    TITLE = 1.0  # the measure of the others
    WRITTEN = 0.99  # behind the title that says the same
    ABBREVIATION = 1.08  # means these codes and hardly others
    LAY = 1.07  # likewise
    INCLUSION = 0.9  # one of several conditions of its code
    INDEX = 0.93  # chosen by the index, its words turned about
    TOGETHER = 0.84
    """All words of a code's own phrases and of the headers above it."""


@dataclass(frozen=True, slots=True)
class Item:
    """A code or header; ``prior`` is what it gains over others that match as well."""

    kind: Kind
    code: str
    title: str
    header: bool
    prior: float


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of the item with the number ``item``.

    ``trust`` multiplies its score; ``context`` are words it counts as having.
    """

    item: int
    text: str
    source: Source
    trust: float
    context: str = ""


def items() -> tuple[Item, ...]:
    """Codes and headers of both volumes, in the order of the book within a volume.

    Their order of frequency is not known here. What stands for it: codes that have
    written terms, in the order those were written (common ones first), and titles that
    leave things open ("unspecified"), which is what a bare word means.
    """
    ranks = {code: rank for rank, code in enumerate(written_terms())}
    found = []
    for kind in Kind:
        for code, entry in codes(kind).items():
            rank = ranks.get(code) if kind is Kind.DIAGNOSIS else None
            found.append(Item(kind, code, entry.title, False, _prior(code, entry.title, rank)))
    return tuple(found)


def with_headers(plain: tuple[Item, ...], lists: Lists) -> tuple[Item, ...]:
    """The codes, then the headers with the titles they have in the lists in force."""
    return plain + tuple(
        Item(kind, header, heading_title(kind, header, lists), True, _HEADER)
        for kind in Kind
        for header in headers(kind)
    )


def _prior(code: str, title: str, rank: int | None) -> float:
    prior = 0.0
    if rank is not None:
        prior += _COMMON + _COMMONEST * (1 - log(1 + rank) / log(1 + len(written_terms())))
    if any(word in title.lower() for word in _VAGUE):
        prior += _OPEN
    if title.startswith("Other"):
        prior += _OTHER
    if code.startswith(STATUS):
        prior += _STATUS
    return prior + (_CAUSE if code.startswith("E") else 0.0)


def phrases(held: tuple[Item, ...], lists: Lists) -> Iterator[Phrase]:
    """Every phrase of every item; an item's phrases need not stand together."""
    numbers: dict[CodeKey, int] = {(item.kind, item.code): at for at, item in enumerate(held)}
    own: dict[int, list[str]] = defaultdict(list)
    for at, item in enumerate(held):
        yield Phrase(at, item.title, Source.TITLE, Source.TITLE.value)
    for key, text, source, trust in (*_of_tables(), *_of_tabular(lists)):
        at = numbers.get(key, -1)
        if at >= 0:
            own[at].append(text)
            yield Phrase(at, text, source, trust, _context(text, source, held[at]))
    for key, text in (*_of_indexes(lists), *_of_drugs(lists)):
        at = numbers.get(key, -1)
        if at >= 0:
            yield Phrase(at, text, Source.INDEX, Source.INDEX.value)
    for at, item in enumerate(held):
        if not item.header:
            above = [heading.title for heading in parents(item.kind, item.code, lists)]
            text = " ".join((item.title, *above, *own[at]))
            yield Phrase(at, text, Source.TOGETHER, Source.TOGETHER.value)


def _context(text: str, source: Source, item: Item) -> str:
    """The title for an inclusion term that is too short to mean something alone."""
    return item.title if source is Source.INCLUSION and len(text.split()) < _SHORT else ""


_Row = tuple[CodeKey, str, Source, float]


def _of_tables() -> Iterator[_Row]:
    for code, terms in written_terms().items():
        for term in terms:
            yield (Kind.DIAGNOSIS, code), term, Source.WRITTEN, Source.WRITTEN.value
    for entry in phrasebook().entries.values():
        source = Source.LAY if entry.sort is Sort.LAY else Source.ABBREVIATION
        for place, key in enumerate(entry.codes):
            yield key, entry.phrase, source, source.value + _LATER * place


def _of_tabular(lists: Lists) -> Iterator[_Row]:
    for kind in Kind:
        for heading, notes in lists.notes_of(kind).items():
            if notes.title:
                yield (kind, heading), notes.title, Source.TITLE, Source.INCLUSION.value
            for term in (*notes.inclusion, *notes.includes):
                yield (kind, heading), term, Source.INCLUSION, Source.INCLUSION.value


def _of_indexes(lists: Lists) -> Iterator[tuple[CodeKey, str]]:
    for entry in lists.index:
        yield (entry.kind, entry.code), entry.phrase


def _of_drugs(lists: Lists) -> Iterator[tuple[CodeKey, str]]:
    """A substance as poisoning, accident and adverse effect.

    Suicide attempt, assault and undetermined have a handful of codes for all substances: a
    substance says nothing of which is meant, and the table is beside the search.
    """
    for substance in lists.drugs:
        for code, words in (
            (substance.poisoning, "poisoning"),
            (substance.accident, "accidental poisoning"),
            (substance.therapeutic, "adverse effect in therapeutic use"),
        ):
            yield (Kind.DIAGNOSIS, code), f"{substance.name}, {words}"
