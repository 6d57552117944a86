"""What a query to a physician quotes of the record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from icd9_review.values import Span


def quoted(indicators: Iterable[Span], texts: Mapping[str, str]) -> tuple[str, ...]:
    """The words of each place, on one line; ``texts`` are the notes by their ids.

    A place of a note that is not there, or whose text was purged, gives empty words.

    >>> quoted([Span("n", 0, 3)], {"n": "BNP\\n1240"})
    ('BNP',)
    """
    cut = (texts.get(each.note_id, "")[each.start : each.end] for each in indicators)
    return tuple(" ".join(each.split()) for each in cut)


def find_quote(words: str, texts: Mapping[str, str]) -> Span | None:
    """Where words stand first in the notes, whatever blanks and line ends are between them.

    None where they do not; ``texts`` are the notes by their ids, in their order.

    >>> find_quote("BNP 1240", {"n": "Labs: BNP\\n  1240."})
    Span(note_id='n', start=6, end=16)
    """
    parts = words.split()
    if not parts:
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, parts)))
    found = ((note, pattern.search(text)) for note, text in texts.items())
    return next((Span(note, *match.span()) for note, match in found if match), None)
