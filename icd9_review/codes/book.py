"""The code book around a code: the way down to it, what is noted there, what leads to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from icd9_review.codes.chapters import Chapter
from icd9_review.codes.hierarchy import details
from icd9_review.codes.lists import Lists, TabularNotes
from icd9_review.values import CodeKey, Kind


@dataclass(frozen=True, slots=True)
class BookStep:
    """A step of the way down: ``heading`` is a range, a category, a subcategory or the code.

    ``notes`` is what the tabular list says there, None where it says nothing or was not imported.
    """

    heading: str
    title: str
    notes: TabularNotes | None


def way_to(kind: Kind, code: str, lists: Lists) -> tuple[BookStep, ...]:
    """The steps from the chapter down to a code or header; CodeError for what is neither.

    Sections stand between the two where the tabular list was imported.

    >>> from icd9_review.codes.built_in import built_in_lists
    >>> [step.heading for step in way_to(Kind.DIAGNOSIS, "428.22", built_in_lists())]
    ['390-459', '428', '428.2', '428.22']
    """
    known = details(kind, code, lists)
    titles = {_heading_of(known.chapter): known.chapter.title} if known.chapter else {}
    for note in known.notes:
        if "-" in note.heading:
            titles.setdefault(note.heading, note.title)
    titles |= {above.code: above.title for above in known.above}
    titles[code] = known.title
    noted = {note.heading: note for note in known.notes}
    return tuple(BookStep(heading, words, noted.get(heading)) for heading, words in titles.items())


def _heading_of(chapter: Chapter) -> str:
    return chapter.first if chapter.first == chapter.last else f"{chapter.first}-{chapter.last}"


def phrases_by_code(lists: Lists) -> Mapping[CodeKey, tuple[str, ...]]:
    """The lines of the alphabetic indexes by the code or header they lead to, in their order.

    >>> from icd9_review.codes.lists import IndexEntry, SourceName
    >>> entries = (IndexEntry("Dropsy, cardiac", "428.0"),)
    >>> phrases_by_code(Lists({}, indexes={SourceName.INDEX: entries}))[Kind.DIAGNOSIS, "428.0"]
    ('Dropsy, cardiac',)
    """
    found: dict[CodeKey, list[str]] = defaultdict(list)
    for entry in lists.index:
        found[entry.kind, entry.code].append(entry.phrase)
    return {key: tuple(dict.fromkeys(phrases)) for key, phrases in found.items()}
