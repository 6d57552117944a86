"""How words are compared: without case, accents, apostrophes and plural endings.

British and American spellings are one: both lose what sets them apart.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9]+")
_LIGATURES = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ı": "i", "’": "'"})
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}")
_SLASHED = {
    "w/o": "without",
    "w/": "with ",
    "s/p": "status post",
    "h/o": "history of",
    "&": " and ",
}

_STOP = """
    a an and as at be by for from has have he her his i in is it its me my of on or
    patient pt she that the their them this to was were with you
"""
_VAGUE = """
    unspecified nos nec other otherwise specified mention without not stated elsewhere
    classified due except type site part disease disorder condition
"""

STOP_WORDS = frozenset(_STOP.split())
"""Words that say nothing about a code."""


def without_unseen(text: str) -> str:
    """A query as it is seen: what is copied from elsewhere may hold characters without a shape.

    >>> without_unseen("he\u200bart\u00ad failure\u202e")
    'heart failure'
    """
    if text.isascii():
        return text
    return "".join(each for each in text if unicodedata.category(each) != "Cf")


def words_of(text: str) -> list[str]:
    """The folded words of a text, in their order, stop words among them."""
    return [fold_plain(word) for word in split(text)]


def split(text: str) -> list[str]:
    """The plain words of a text: lower case, ASCII letters and digits."""
    text = text.casefold()
    if not text.isascii():
        marks = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
        text = "".join(mark for mark in marks if not unicodedata.combining(mark))
    text = text.replace("'", "")
    if "." in text:
        text = _INITIALS.sub(lambda match: match.group().replace(".", ""), text)
    if "/" in text or "&" in text:
        for written, meant in _SLASHED.items():
            text = text.replace(written, meant)
    return _WORD.findall(text)


@lru_cache(maxsize=100_000)
def fold_plain(word: str) -> str:
    """One form for a plain word's spellings and its plural."""
    if len(word) > 4:  # by judgement: "toe" and "aed" are no British spellings
        word = word.replace("ae", "e").replace("oe", "e").replace("isation", "ization")
        if word.endswith("our") and len(word) > 5:
            word = word[:-3] + "or"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-3] + "y" if word.endswith("ies") and len(word) > 5 else word[:-1]
    return word


VAGUE_WORDS = frozenset(map(fold_plain, _VAGUE.split()))
"""Folded words of titles that a person seldom types; they count, but little."""
