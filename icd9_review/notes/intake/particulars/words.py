"""What a source says of an encounter or a document besides its facts and text, made fit to keep.

Author, service and payer are short texts of one line. An account number is told by its letters
and digits alone: people type it as they see it, and systems pad it.
"""

from __future__ import annotations

import unicodedata

AUTHOR_LIMIT = 80
"""Characters; by judgement, a name with its titles and a service."""
WORDS_LIMIT = 60
"""Characters of a service or a payer; by judgement."""
ACCOUNT_LIMIT = 100
"""Characters of an account number as it is typed; by judgement, the longest have a third."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def one_line(text: str, limit: int) -> str:
    """A text as one line of so many characters, invisible ones replaced by U+FFFD.

    >>> one_line(" Heart\\n failure  clinic", 9)
    'Heart fa…'
    """
    line = " ".join(text.split())
    visible = "".join(c if c.isprintable() else _REPLACEMENT for c in line)
    return visible if len(visible) <= limit else visible[: limit - 1] + "…"


def short_words(text: str | None, limit: int = WORDS_LIMIT) -> str | None:
    """A service, a payer or an author as it is kept; None where no letter or digit stands in it.

    >>> short_words("  CARDIOLOGY "), short_words(" - ")
    ('CARDIOLOGY', None)
    """
    line = one_line(text or "", limit)
    return line if any(map(str.isalnum, line)) else None


def account_key(text: str | None) -> str | None:
    """What is the same however an account number is written; None for what has no digit.

    >>> account_key("00-4711 a"), account_key("4711A"), account_key("self")
    ('4711a', '4711a', None)
    """
    folded = unicodedata.normalize("NFKC", (text or "")[:ACCOUNT_LIMIT]).casefold()
    key = "".join(filter(str.isalnum, folded)).lstrip("0")
    return key if any(map(str.isdecimal, key)) else None
