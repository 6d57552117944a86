"""Where an injury happened, what was done meanwhile and whether it was work, by the words beside
its cause: ``circumstances.tsv``.

How a row is written stands at the head of the table.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from icd9_review.notes.lines.cause_cues import read_spaces


def circumstances(words: str, sentence: str) -> tuple[str, ...]:
    """The E codes of place, activity and status, one of each at most, in a sentence that tells a
    cause in some of its ``words``.

    >>> told = "She tripped over a rug in her kitchen and was brought to the hospital."
    >>> circumstances("tripped over a rug", told)
    ('E849.0',)
    """
    found: dict[str, str] = {}
    for code, kind, pattern in _rows():
        inside = kind == _INSTITUTION
        name = _PLACE if inside else kind
        if name not in found and pattern.search(words if inside else sentence):
            found[name] = code
    return tuple(found.values())


def circumstance_codes() -> tuple[str, ...]:
    """Every code of the table, in its order."""
    return tuple(code for code, _, _ in _rows())


_PLACE, _INSTITUTION = "place", "institution"


@cache
def _rows() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    table = (files("icd9_review.naming.lines") / "circumstances.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in table.splitlines() if line and line[0] != "#"][1:]
    return tuple((code, kind, _pattern(words)) for code, kind, words in lines)


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{read_spaces(words)})", re.IGNORECASE)
