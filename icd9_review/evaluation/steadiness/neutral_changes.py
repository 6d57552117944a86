"""A note written a little differently, with nothing in it that a coder would code differently.

Every change is a pure function of the text. A line that is put in says nothing of the patient;
a wrap turns single spaces into line ends, never in front of what could begin a heading or an
item of a list; a heading that is doubled stands twice in a row. A change that a text has no
place for gives None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from icd9_review.outline.sections import sections

NEUTRAL_LINES = (
    "Transcribed from dictation and filed as received.",
    "This document was printed for the file.",
    "Electronic copy, two pages.",
)
"""Lines about the document alone; notes take them in turn, so that no one line decides."""

_WIDTHS = (80, 60)  # columns, by judgement: usual ones; the narrow one for what is wrapped already
# A line that ends a sentence, and one that begins with a capital: no list, no wrapped sentence.
_PARAGRAPHS = re.compile(r"(?<=[.!?])[ \t]*\n(?:[ \t]*\n)*(?=[A-Z])")
_SPACE = re.compile(r"(?<=\S) (?=[a-z])")


class NeutralChange(StrEnum):
    """The ways in which a note is changed."""

    FRONT = "line in front"
    BEHIND = "line behind"
    BETWEEN = "line between paragraphs"
    WRAP = "another line wrap"
    HEADING = "second copy of a heading"


def neutral_changes(text: str, line: str) -> dict[NeutralChange, str]:
    """The text in every way that it can be changed; ``line`` is the neutral line that is put in."""
    changed: Mapping[NeutralChange, str | None] = {
        NeutralChange.FRONT: f"{line}\n{text}",
        NeutralChange.BEHIND: f"{text}\n{line}",
        NeutralChange.BETWEEN: put_between(text, line),
        NeutralChange.WRAP: wrap_again(text),
        NeutralChange.HEADING: double_heading(text),
    }
    return {change: one for change, one in changed.items() if one is not None}


def put_between(text: str, line: str) -> str | None:
    """The line between the two paragraphs that are nearest to the middle of the text.

    >>> put_between("Cough.\\n\\nNo fever.", "Page 2.")
    'Cough.\\n\\nPage 2.\\n\\nNo fever.'
    """
    breaks = [(match.start(), match.end()) for match in _PARAGRAPHS.finditer(text)]
    if not breaks:
        return None
    start, end = breaks[_nearest_to_middle(text, (end for _, end in breaks))]
    return f"{text[:end]}{line}{text[start:end]}{text[end:]}"


def wrap_again(text: str) -> str | None:
    """The text with line ends in its long lines; as long as before, and of the same words.

    >>> wrap_again("He was seen " + "again and " * 9 + "Again.").count("\\n")
    1
    """
    longest = max(map(len, text.split("\n")))
    width = next((width for width in _WIDTHS if longest > width), None)
    if width is None:
        return None
    wrapped = "\n".join(_wrap(line, width) for line in text.split("\n"))
    return None if wrapped == text else wrapped


def double_heading(text: str) -> str | None:
    """A heading on a line of its own in front of itself: the one nearest to the middle.

    >>> double_heading("PLAN: Rest.")
    'PLAN:\\nPLAN: Rest.'
    """
    headings = [
        (each.heading_start, each.heading_end)
        for each in sections(text)
        if each.heading_start < each.heading_end
        if each.heading_start == 0 or text[each.heading_start - 1] == "\n"
    ]
    if not headings:
        return None
    start, end = headings[_nearest_to_middle(text, (start for start, _ in headings))]
    return f"{text[:start]}{text[start:end].rstrip()}\n{text[start:]}"


def _nearest_to_middle(text: str, places: Iterable[int]) -> int:
    distances = [abs(place - len(text) // 2) for place in places]
    return distances.index(min(distances))


def _wrap(line: str, width: int) -> str:
    """Line ends at the last space before each margin that a small letter follows."""
    parts: list[str] = []
    begun = last = 0
    for match in _SPACE.finditer(line):
        if match.start() - begun > width and last > begun:
            parts.append(line[begun : last - 1])
            begun = last
        last = match.end()
    if len(line) - begun > width and last > begun:
        parts.append(line[begun : last - 1])
        begun = last
    return "\n".join((*parts, line[begun:]))
