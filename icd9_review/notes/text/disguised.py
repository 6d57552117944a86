"""Characters by which a text reads otherwise than it looks: to a person and to a model.

Embeddings, overrides and isolates turn the order in which words are shown (Unicode Standard Annex
9); characters without width stand inside words unseen; Cyrillic letters look like Latin ones
(Unicode Technical Standard 39). A byte-order mark, joiners (emoji, Persian) and marks of direction
are met in honest texts and change neither words nor their order: they are left out, and so is the
mark that readers put before the titles of a structured document (``outline.headings``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_TURNING: Final = "\u202a-\u202e\u2066-\u2069"
_UNSEEN: Final = "\u180e\u200b\u2060-\u2062\u2064\U000e0001-\U000e007f"
_IN_TWO_ALPHABETS: Final = r"(?<!\w)(?=\w*[A-Za-z])(?=\w*[\u0400-\u04ff])\w+"
_DISGUISED: Final = re.compile(f"[{_TURNING}{_UNSEEN}]+|{_IN_TWO_ALPHABETS}")
_TURNED: Final = re.compile(f"[{_TURNING}]")
_CONTROLS: Final = ("Cc", "Cs")


@dataclass(frozen=True, slots=True)
class Disguised:
    """How many places of a text read otherwise than they look; the first as an offset."""

    places: int
    first: int


def find_disguised(text: str) -> Disguised | None:
    """What a text has of such characters; None for nothing.

    >>> find_disguised("No \\u202eaimuenp."), find_disguised("β2 agonist")
    (Disguised(places=1, first=3), None)
    """
    starts = [found.start() for found in _DISGUISED.finditer(text)]
    return Disguised(len(starts), starts[0]) if starts else None


def has_controls(words: str, *, besides: str = "") -> bool:
    """Whether what a person wrote has a control character, or one that turns the order of words.

    ``besides`` are those that it may have.
    """
    turned = _TURNED.search(words) is not None
    return turned or any(
        unicodedata.category(each) in _CONTROLS and each not in besides for each in words
    )
