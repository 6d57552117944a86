"""What the search has first for chart lines, while an encounter is open."""

from __future__ import annotations

from icd9_review.naming.lines.conditions import NamedCondition, named_conditions
from icd9_review.naming.lines.wordings import find_line
from icd9_review.ui.reference import Reference
from icd9_review.values import CodeKey, Kind


class LineFinder:
    """The codes that the search has first for chart lines: each is looked up once."""

    def __init__(self) -> None:
        self._version = ""
        self._found: dict[tuple[Kind, str], tuple[CodeKey, ...]] = {}
        self._named: dict[tuple[Kind, str], tuple[NamedCondition, ...]] = {}

    def find(self, reference: Reference, kind: Kind, text: str) -> tuple[CodeKey, ...]:
        """The keys of the first codes for a line of this text, best first."""
        self._forget_older(reference)
        key = kind, text
        if key not in self._found:
            found = find_line(reference.index, text, kind)
            self._found[key] = tuple((each.kind, each.code) for each in found)
        return self._found[key]

    def conditions(self, reference: Reference, kind: Kind, text: str) -> tuple[NamedCondition, ...]:
        """What a line of this text names beside one another; none where that is one thing."""
        self._forget_older(reference)
        key = kind, text
        if key not in self._named:
            self._named[key] = named_conditions(reference.index, text, kind)
        return self._named[key]

    def _forget_older(self, reference: Reference) -> None:
        if self._version != reference.version:
            self._version, self._found, self._named = reference.version, {}, {}
