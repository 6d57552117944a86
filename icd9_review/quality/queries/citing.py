"""What a query to a physician quotes of the record."""

from __future__ import annotations

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
