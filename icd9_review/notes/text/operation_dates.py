"""The days on which a note says that something was done.

Three ways of saying it are read: a line that heads an operative note or its list ("DATE OF
PROCEDURE: 03/14/2013", "PROCEDURES (03/14/2013):"), which holds for the whole note, a sentence that
tells what was done and when ("On 3/4/2010 the patient underwent …"), which holds for that sentence,
and an item of a list of procedures ("1. Bronchoscopy, 03/14/2013"), which holds for that item. What
is only planned, and a sentence or an item with two days, says nothing. Offsets are code points:
``text[start:end]``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from icd9_review.notes.text.not_done import is_planned
from icd9_review.notes.text.written_days import DAY, written_day
from icd9_review.outline.breaks import sentence_starts

_WHAT = r"(?:procedures?|operations?|surgery|surgeries|procedure\(s\))"
_HEADED = re.compile(
    rf"(?:\A|\n)[ \t]*(?:(?:date\s+of\s+(?:the\s+)?{_WHAT}|{_WHAT}\s+dates?|operative\s+date|"
    rf"date\s+performed)[ \t]*[:\-–][ \t]*\n?|{_WHAT}(?:[ \t]+performed)?[ \t]*\()[ \t]*",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\bunderwent\b|\bundergone\b|\bperformed\b|\btaken\s+(?:back\s+)?to\s+(?:the\s+)?"
    r"(?:operating|OR\b|cath|endoscopy|theat)|\b(?:was|were)\s+(?:\w+ly\s+)?(?:placed|inserted|"
    r"implanted|removed|repaired|completed|done|intubated|extubated|transfused|dialy[sz]ed)\b|"
    r"\bstatus\s+post\b|\bs/p\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StatedDay:
    """A day that ``text[start:end]`` writes, and holds for what stands in ``text[first:last]``.

    ``heads`` is whether it heads the whole note.
    """

    day: date
    start: int
    end: int
    first: int
    last: int
    heads: bool = False


def stated_days(text: str, listed: Iterable[tuple[int, int]] = ()) -> tuple[StatedDay, ...]:
    """The days in the order of the text.

    ``listed`` says where the items of its lists of procedures stand.

    >>> [each.day.isoformat() for each in stated_days("DATE OF PROCEDURE: 03/14/2013")]
    ['2013-03-14']
    """
    found = [*_headed(text), *_told(text), *_listed(text, listed)]
    return tuple(sorted(found, key=lambda each: (each.start, each.first)))


def day_holding(days: Iterable[StatedDay], start: int) -> StatedDay | None:
    """The day that holds for words at this offset; what their own sentence says goes first.

    None where several days head the note: nothing says which one is meant.
    """
    holding = [each for each in days if each.first <= start < each.last]
    holding = [each for each in holding if not each.heads] or holding
    return holding[0] if len({each.day for each in holding}) == 1 else None


def _headed(text: str) -> Iterator[StatedDay]:
    for heading in _HEADED.finditer(text):
        written = DAY.match(text, heading.end())
        if written is not None and (day := written_day(written)) is not None:
            yield StatedDay(day, written.start(), written.end(), 0, len(text), heads=True)


def _told(text: str) -> Iterator[StatedDay]:
    """The days of sentences that say what was done, each holding for its sentence."""
    starts = sentence_starts(text)
    sentences: dict[int, list[tuple[re.Match[str], date]]] = {}
    for written in DAY.finditer(text):
        if (day := written_day(written)) is not None:
            at = bisect_right(starts, written.start()) - 1
            sentences.setdefault(at, []).append((written, day))
    for at, days in sentences.items():
        first = starts[at]
        last = starts[at + 1] if at + 1 < len(starts) else len(text)
        written, day = days[0]
        alone = len({each for _, each in days}) == 1
        sentence = text[first:last]
        if alone and _DONE.search(sentence) and not is_planned(sentence):
            yield StatedDay(day, written.start(), written.end(), first, last)


def _listed(text: str, listed: Iterable[tuple[int, int]]) -> Iterator[StatedDay]:
    """The days of items that name a procedure; the list itself says that it was done."""
    for first, last in listed:
        written = [
            (day, each.start(), each.end())
            for each in DAY.finditer(text, first, last)
            if (day := written_day(each)) is not None
        ]
        alone = len({day for day, _, _ in written}) == 1
        if alone and not is_planned(text[first:last]):
            yield StatedDay(*written[0], first, last)
