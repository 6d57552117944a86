"""Words that a line end broke: one word again, while hyphenated compounds keep their hyphen.

A line end does not say which of the two a hyphen was. The rest of the document may (the word
stands there in one piece, or with its hyphen inside a line); else an English word list decides:
what is a word when joined is one, two words side by side are a compound, and what is neither
was broken.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from functools import cache

BREAK = "\ufffe"
"""What stands for a hyphen at a line end in the text that ``join_words`` reads."""

# A word is read from its beginning alone, and once.
_BROKEN = re.compile(
    rf"(?<![\w'’])(?<![\w'’]-)(?P<first>[\w'’]++(?:-[\w'’]++)*+){BREAK}\n?(?P<second>[\w'’]+)"
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# First parts of compounds that no word list has as words, or joins to something else.
_FIRST = "non post pre self ex well half all cross quasi follow co"
_COMPOUND_FIRST = frozenset(_FIRST.split())
# Combining forms end in o (cardio-, gastro-, hypo-): written in one word, unless it is a word
# that compounds are made of.
_WORDS_IN_O = "two zero no to so pro who also into do go auto photo video"
_NO_FORMS = frozenset(_WORDS_IN_O.split())
_SHORTEST_FORM = 4  # letters of a first part; by judgement: hypo- and endo- have four
_RARE = 50  # the count that the list gives to a word it knows from dictionaries alone
_COMMON = 1_000  # a word that stands by itself: "follow", "up", not "cemia"
_SUFFIXES = (
    "able ible al ally ance ant ate ated ation ed ence ent er est ful ic ical ile ing ion ious ish "
    "ism ist ity ive ize ized less ly ment ness or ous sion tion tions ure ures y"
)
_ENDINGS = frozenset(_SUFFIXES.split())


def join_words(text: str) -> str:
    """A text without its line-end hyphens, each as ``BREAK``, where they only broke a word."""
    if BREAK not in text:
        return text
    whole = {word.lower() for word in _WORD.findall(text.replace(BREAK, " "))}
    joined = _BROKEN.sub(lambda found: _joined(found["first"], found["second"], whole), text)
    return joined.replace(BREAK, "-")


def _joined(first: str, second: str, written: Container[str]) -> str:
    compound, word = f"{first}-{second}", f"{first}{second}"
    if compound.lower() in written or _stays(first, second, written):
        return compound
    return word


def _stays(first: str, second: str, written: Container[str]) -> bool:
    """Whether a hyphen belongs to the word."""
    if f"{first}{second}".lower() in written:
        return False
    if not (first.isalpha() and second.isalpha()) or len(first) == 1 or len(second) == 1:
        return True  # T-cell, 3-year-old, hepatitis-B
    if second[0].isupper() != first.isupper() and (second[0].isupper() or first.isupper()):
        return True  # Guillain-Barré, HIV-positive
    return _is_compound(first.lower(), second.lower())


def _is_compound(first: str, second: str) -> bool:
    joined = _count(f"{first}{second}")
    if joined > _RARE:
        return False
    if first in _COMPOUND_FIRST:
        return True
    if first.endswith("o") and len(first) >= _SHORTEST_FORM and first not in _NO_FORMS:
        return False
    if joined:
        return len(first) >= _SHORTEST_FORM and min(_count(first), _count(second)) >= _COMMON
    return bool(_count(first) and _count(second)) and second not in _ENDINGS


def _count(word: str) -> int:
    """How often a word occurs in the texts behind the list; 0 for what is none."""
    return int(_words()[word])


@cache
def _words() -> Mapping[str, int]:
    """160,000 English words (pyspellchecker); read when the first word is in doubt."""
    from spellchecker import SpellChecker

    counts: Mapping[str, int] = SpellChecker(language="en").word_frequency.dictionary
    return counts
