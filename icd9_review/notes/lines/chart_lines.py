"""Chart lines: what the sections of diagnoses and procedures of a note list, line by line.

A line is an item of a list, numbered, with a bullet or on a line of its own; a sentence where
there is no list, and a part of one between semicolons or the commas of a series ("anemia, gout,
and asthma"). Of a problem with its plan ("1. CHF: will diurese") the problem is the line. Long
sentences after the first are a story and no lines, as is a paragraph that tells of the patient
("The patient is …"), with which the list ends; neither are "None" and "Same as above", nor
what only opens a list ("Include:"). Offsets are code points: ``text[start:end]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from icd9_review.notes.lines.items import read_items
from icd9_review.notes.lines.kinds import LineKind, line_kind
from icd9_review.notes.text.assertions import Reader
from icd9_review.outline.section_titles import is_known_title
from icd9_review.outline.sections import Section, sections
from icd9_review.outline.sentences import sentences
from icd9_review.values import Assertion


@dataclass(frozen=True, slots=True)
class ChartLine:
    """What stands at ``text[start:end]`` of a note, under the heading ``title`` (in capitals).

    ``text`` is the same with its line breaks as spaces; ``assertion`` is what the note says of it.
    """

    kind: LineKind
    title: str
    start: int
    end: int
    text: str
    assertion: Assertion


def chart_lines(
    text: str, found: Sequence[Section] | None = None, reader: Reader | None = None
) -> tuple[ChartLine, ...]:
    """The chart lines of a note in order and apart.

    ``found`` are the sections of the text and ``reader`` reads it, where they are at hand.

    >>> text = "DISCHARGE DIAGNOSES: 1. Gout.  2. No pneumonia.\\nPLAN: Rest."
    >>> [(each.text, each.assertion.value) for each in chart_lines(text)]
    [('Gout', 'present'), ('No pneumonia', 'negated')]
    """
    found = sections(text) if found is None else found
    listing = list(_listing(text, found))
    if not listing:
        return ()
    reader = reader or Reader(text, found)
    pieces = sentences(text)
    return tuple(
        ChartLine(
            kind,
            title,
            item.start,
            item.end,
            " ".join(text[item.start : item.end].split()),
            reader.read(item.start, item.end).assertion,
        )
        for kind, title, start, end in listing
        for item in read_items(
            text, kind, [each for each in pieces if start <= each.start and each.end <= end]
        )
    )


def _listing(text: str, found: Sequence[Section]) -> Iterator[tuple[LineKind, str, int, int]]:
    """The sections that list something: kind and title, and where what they list stands.

    A heading that is an item of the list above it ("2. RENAL FAILURE:") goes on with that list.
    """
    at = 0
    while at < len(found):
        section = found[at]
        kind = line_kind(section.title)
        at += 1
        if kind is None:
            continue
        while at < len(found) and _is_item(text, found[at]):
            at += 1
        yield kind, section.title, section.heading_end, found[at - 1].end


def _is_item(text: str, section: Section) -> bool:
    """Whether a heading has the mark of an item and is no title that is known."""
    line = text.rfind("\n", 0, section.heading_start) + 1
    before = text[line : section.heading_start].strip()
    return bool(before) and not is_known_title(section.title) and not line_kind(section.title)
