"""Headings that a document declares itself, written into a note so that they stay certain.

A stored note is flat text. What a format says of its own structure (the title and code of a
C-CDA section, a heading of a web page or of a Word document) would have to be guessed again,
so its reader marks the line: INVISIBLE SEPARATOR, which neither people nor models see, stands
before the title. A mark behind it, too, says that the section is closed: the document says
where it ends, and nothing inside it is taken for a heading.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from icd9_review.outline.section_titles import normalise_title, section_kind

MARK = "\N{INVISIBLE SEPARATOR}"
_DECLARED = re.compile(rf"(?:\A|(?<=\n)){MARK}(?P<title>[^\n{MARK}]+?)(?P<closed>{MARK})?(?=\n|\Z)")

HeadingPlace = tuple[int, int, str]
"""Start and end of a heading, and its title in capitals."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A marked heading: ``text[start:end]`` with its marks; ``title`` is in capitals."""

    start: int
    end: int
    title: str
    closed: bool


def write_heading(title: str, meaning: str = "", *, closed: bool = False) -> str:
    """The line of a heading as it is stored.

    ``meaning`` is the usual title of what the source's code says the section holds; where the
    title alone says something else, it is added in brackets, and decides.

    >>> from icd9_review.outline.sections import sections
    >>> text = "\\n".join([write_heading("Antecedentes", "Family History"), "Stroke."])
    >>> [(each.title, each.kind.value) for each in sections(text)]
    [('ANTECEDENTES [FAMILY HISTORY]', 'family history')]
    """
    line = " ".join(title.replace(MARK, "").split()) or meaning
    if meaning and section_kind(meaning) is not section_kind(line):
        line = f"{line.removesuffix(':').rstrip()} [{meaning}]:"
    return f"{MARK}{line}{MARK if closed else ''}"


def without_marks(text: str) -> str:
    """A text of a source that cannot declare headings by itself."""
    return text.replace(MARK, "")


def declared_headings(text: str) -> tuple[Declared, ...]:
    """The marked headings of a note in order."""
    if MARK not in text:
        return ()
    return tuple(
        Declared(
            match.start(), match.end(), normalise_title(match["title"]), match["closed"] is not None
        )
        for match in _DECLARED.finditer(text)
    )


def settle(
    declared: Iterable[Declared], guessed: Iterable[HeadingPlace]
) -> tuple[HeadingPlace, ...]:
    """All headings in order: the declared ones, and the guesses that they leave room for."""
    known = tuple(declared)
    room = (
        place
        for place in guessed
        if not (number := bisect_right(known, place[0], key=attrgetter("start")))
        or (not known[number - 1].closed and place[0] >= known[number - 1].end)
    )
    return tuple(sorted([*((each.start, each.end, each.title) for each in known), *room]))
