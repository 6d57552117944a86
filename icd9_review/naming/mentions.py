"""Documented, but outside the model: terms of a note that name codes the model cannot suggest.

Only what the note asserts, or holds for possible, is listed. A longer term of a code that the
model knows takes the place of a shorter one of a code it does not know. Offsets are code points.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from icd9_review.naming.terms import WORD, Term, fold_word
from icd9_review.notes.text.assertions import assertions
from icd9_review.notes.text.phrases import Phrases
from icd9_review.outline.section_titles import SectionKind
from icd9_review.outline.sections import Section, section_at, sections
from icd9_review.values import Assertion, CodeKey

_TOGETHER = re.compile(r"[ \t'’/-]{0,3}\n?[ \t'’/-]{0,3}")
# "Nephrostomy tube", "mastopexy scar": what was done once gives a name to a thing.
_THING = re.compile(r"[ -](?:tube|scar|catheter|site|clinic|spatula|unit|team|diet|position)s?\b")
_ASSERTED = frozenset({Assertion.PRESENT, Assertion.UNCERTAIN})
# Sections that tell of drugs, in words that name what they are for.
_SILENT = frozenset({SectionKind.MEDICATIONS, SectionKind.ALLERGIES})


@dataclass(frozen=True, slots=True)
class Mention:
    """A term at ``text[start:end]`` and the codes it names."""

    start: int
    end: int
    keys: tuple[CodeKey, ...]


@dataclass(frozen=True, slots=True)
class OutsideMention:
    """A code that the note names and the model does not know.

    ``spans`` are offsets in the note, in order; ``assertion`` is PRESENT where one of them is,
    else UNCERTAIN.
    """

    key: CodeKey
    spans: tuple[tuple[int, int], ...]
    assertion: Assertion


def find_mentions(text: str, phrases: Phrases[Term]) -> tuple[Mention, ...]:
    """The longest terms from left to right; they do not overlap and cross no punctuation.

    >>> from icd9_review.naming.terms import fold_words
    >>> from icd9_review.values import Kind
    >>> asthma = Term(((Kind.DIAGNOSIS, "493.90"),))
    >>> found = find_mentions("Asthmas, in two brothers.", Phrases({fold_words("asthma"): asthma}))
    >>> [(each.start, each.end, each.keys[0][1]) for each in found]
    [(0, 7, '493.90')]
    """
    return tuple(_mentions(text, phrases))


def outside(
    text: str,
    phrases: Phrases[Term],
    known: Container[CodeKey],
    found: Sequence[Section] | None = None,
) -> tuple[OutsideMention, ...]:
    """The codes that the text names and that are not known, most mentions first.

    Of as many mentions the longest term comes first, then the one that is read first.
    ``found`` are the sections of the text, where they are at hand.

    >>> from icd9_review.naming.terms import fold_words
    >>> from icd9_review.values import Kind
    >>> named = {"asthma": "493.90", "pneumonia": "486", "stroke": "434.91"}
    >>> phrases = Phrases(
    ...     {fold_words(words): Term(((Kind.DIAGNOSIS, code),)) for words, code in named.items()}
    ... )
    >>> found = outside("Asthma. No pneumonia. Stroke.", phrases, {(Kind.DIAGNOSIS, "434.91")})
    >>> [(each.key[1], each.assertion.value) for each in found]
    [('493.90', 'present')]
    """
    found = sections(text) if found is None else found
    unknown = [
        mention
        for mention in find_mentions(text, phrases)
        if not any(key in known for key in mention.keys) and _is_told(text, mention, found)
    ]
    read = assertions(text, [(mention.start, mention.end) for mention in unknown], found)
    spans: dict[CodeKey, dict[tuple[int, int], Assertion]] = {}
    for mention, said in zip(unknown, read, strict=True):
        if said.assertion in _ASSERTED:
            for key in mention.keys:
                spans.setdefault(key, {})[mention.start, mention.end] = said.assertion
    rows = (_row(key, held) for key, held in spans.items())
    return tuple(sorted(rows, key=_weight))


def _row(key: CodeKey, held: dict[tuple[int, int], Assertion]) -> OutsideMention:
    present = Assertion.PRESENT in held.values()
    return OutsideMention(key, tuple(held), Assertion.PRESENT if present else Assertion.UNCERTAIN)


def _weight(row: OutsideMention) -> tuple[int, int, int]:
    longest = max(end - start for start, end in row.spans)
    return -len(row.spans), -longest, row.spans[0][0]


def _is_told(text: str, mention: Mention, found: Sequence[Section]) -> bool:
    """Whether the words tell of the patient, and not of a drug, a thing or in a heading."""
    if _THING.match(text, mention.end):
        return False
    section = section_at(found, mention.start)
    return mention.start >= section.heading_end and section.kind not in _SILENT


def _mentions(text: str, phrases: Phrases[Term]) -> Iterator[Mention]:
    matches = list(WORD.finditer(text))
    words = [fold_word(match[0]) for match in matches]
    at = 0
    while at < len(words):
        size, term = _longest(text, matches, words, at, phrases) or (1, None)
        if term is not None:
            yield Mention(matches[at].start(), matches[at + size - 1].end(), term.keys)
        at += size


def _longest(
    text: str,
    matches: Sequence[re.Match[str]],
    words: Sequence[str],
    at: int,
    phrases: Phrases[Term],
) -> tuple[int, Term] | None:
    """The longest term whose words stand together from this word on."""
    found = phrases.longest(words, at)
    if found is None:
        return None
    size, term = found
    together = _standing_together(text, matches, at, size)
    if together < size:
        shorter = phrases.longest(words[at : at + together], 0)
        if shorter is None:
            return None
        size, term = shorter
    if term.capitals and not matches[at][0].isupper():
        return None
    return size, term


def _standing_together(text: str, matches: Sequence[re.Match[str]], at: int, size: int) -> int:
    """How many of so many words from this one on have no punctuation between them."""
    for number in range(1, size):
        before, after = matches[at + number - 1], matches[at + number]
        if not _TOGETHER.fullmatch(text, before.end(), after.start()):
            return number
    return size
