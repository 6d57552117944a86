"""Encounters of which nobody said whether inpatient or outpatient, so that it is assumed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from icd9_review.notes.intake.documents import (
    PLACES_NAMED,
    Document,
    FileFormat,
    FoundEncounter,
    sentence,
)
from icd9_review.notes.intake.formats.tables.table import Table
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.values import CareSetting

SILENT = frozenset(
    {FileFormat.TEXT, FileFormat.PDF, FileFormat.DOCX, FileFormat.RTF, FileFormat.HTML}
)
"""Formats that have no place for a setting: what is said of one such file holds of all."""


class UnsaidSettings:
    """The encounters of one file without a setting, as its parts come in.

    An encounter that comes again in a later part counts once, as it came first: what is stored
    keeps its setting. Of each there are kept its identifier, and of the first few their places.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._seen: set[Identifier] = set()
        self._encounters = 0
        self._places: list[str] = []
        self._count = 0
        self.silent = False  # whether the file is of a format that could not say it

    def take(self, found: FoundEncounter, format_: FileFormat, *, new: bool = True) -> None:
        """An encounter; where it is not ``new``, its setting is known and nothing is assumed."""
        self._encounters += 1
        if not new or found.external_id in self._seen:
            return
        if found.external_id:
            self._seen.add(found.external_id)
        if found.facts.setting is None:
            self._count += 1
            self.silent = format_ in SILENT
            if len(self._places) < PLACES_NAMED:
                self._places.append(found.place)

    def notices(self, rest: str) -> tuple[str, ...]:
        """One sentence with the first places, none where every setting was said.

        ``rest`` is what follows from it, where it is said.
        """
        if not self._count:
            return ()
        places = [] if self._encounters == 1 else [each for each in self._places if each]
        words = f"does not say whether inpatient or outpatient; {rest}"
        return (sentence(self._title, words, places, self._count),)


def unsaid_settings(
    file: Document | Table, found: Iterable[FoundEncounter], setting: CareSetting
) -> tuple[str, ...]:
    """That a setting is assumed for encounters of a file that names none and could have."""
    unsaid = UnsaidSettings(file.title)
    for each in found:
        unsaid.take(each, file.format)
    return () if unsaid.silent else unsaid.notices(f"taken as {setting}")


def silent_files(titles: Sequence[str], count: int, rest: str) -> tuple[str, ...]:
    """The same of files that cannot say it, together: ``count`` of them, of which one is named.

    >>> silent_files(["a.txt"], 1, "taken as inpatient")
    ('"a.txt" does not say whether inpatient or outpatient, as text and printed pages cannot; \
taken as inpatient.',)
    >>> silent_files(["a.txt"], 0, "taken as inpatient")
    ()
    """
    if not count:
        return ()
    who = f'"{titles[0]}" does' if count == 1 else f"{count:,} files do"
    words = "not say whether inpatient or outpatient, as text and printed pages cannot"
    return (f"{who} {words}; {rest}.",)
