"""Forms of one condition: codes of a subcategory or category that say more than another."""

from __future__ import annotations

import re
from functools import lru_cache

from icd9_review.codes.edits.ranges import ranges
from icd9_review.codes.edits.subject import Subject
from icd9_review.codes.hierarchy import below, is_header
from icd9_review.codes.lists import ListName
from icd9_review.codes.table import Code, find_code, title
from icd9_review.values import Kind

_DEFAULTS = ranges("250 401-405 410.9 434.91")
"""Where the guidelines make the unspecified code the default: I.C.3.a.2, I.C.7.a, b and e."""

_OTHER = re.compile(r"^Other\b|\bother specified\b|\bother (?!than\b)", re.IGNORECASE)
_NO_SITE = re.compile(
    r"\bunspecified (?:site|part|bone)|\b(?:site|part) unspecified|^Unspecified fracture",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]{4,}")  # by judgement: shorter ones are mostly "of", "due"
_EMPTY_WORDS = frozenset(
    {"acute", "chronic", "classified", "condition", "conditions", "disease", "diseases"}
    | {"disorder", "disorders", "elsewhere", "mention", "organism", "other", "site", "specified"}
    | {"stated", "type", "unspecified", "with", "without"}
)
_WOUNDS = frozenset({"open", "closed"})


def leaves_open(subject: Subject, code: str) -> bool:
    """Whether a code is unspecified, and not the one that the guidelines make the default."""
    return subject.lists.holds(ListName.UNSPECIFIED, code) and code not in _DEFAULTS


def is_siteless(code: str) -> bool:
    """Whether a code says by its title that the site is not stated."""
    return _NO_SITE.search(title(Kind.DIAGNOSIS, code) or "") is not None


@lru_cache(maxsize=4_000)
def other_forms(code: str) -> tuple[Code, ...]:
    """The other forms of a code's condition, none that is "other" or of another wound.

    Codes of one subcategory are forms of one condition, and 9 closes a category. Any other fourth
    digit is a condition of its own, so that only neighbours count that share words.

    >>> [each.code for each in other_forms("584.9")]
    ['584.5', '584.6', '584.7']
    """
    known = find_code(Kind.DIAGNOSIS, code)
    header = code[:-1].rstrip(".")
    if known is None or not is_header(Kind.DIAGNOSIS, header):
        return ()
    words = _content(known.title)
    fewest = 1 if "." in header or code.endswith("9") else 2
    return tuple(
        other
        for other in below(Kind.DIAGNOSIS, header)
        if other.code != code
        and not _OTHER.search(other.title)
        and len(words & _content(other.title)) >= fewest
        and len((words | _content(other.title)) & _WOUNDS) <= 1
    )


def _content(title: str) -> set[str]:
    return set(_WORD.findall(title.lower())) - _EMPTY_WORDS
