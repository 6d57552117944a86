"""What the search has first for chart lines, while an encounter is open."""

from __future__ import annotations

from dataclasses import dataclass

from icd9_review.codes.search import Found
from icd9_review.model.reading.meaning import codes_among
from icd9_review.model.reading.predictor import Predictor
from icd9_review.naming.lines.causes import find_circumstances, find_external_causes, is_cause
from icd9_review.naming.lines.conditions import NamedCondition, named_conditions
from icd9_review.naming.lines.wordings import find_line
from icd9_review.notes.lines.causes import CauseLine
from icd9_review.ui.reference import Reference
from icd9_review.values import CodeKey, Kind


@dataclass(frozen=True, slots=True)
class CauseCodes:
    """E codes for a cause, best first, and those of the place and activity that it names."""

    found: tuple[Found, ...]
    beside: tuple[Found, ...]


class LineFinder:
    """The codes that the search has first for chart lines: each is looked up once."""

    def __init__(self) -> None:
        self._version = ""
        self._found: dict[tuple[Kind, str], tuple[CodeKey, ...]] = {}
        self._named: dict[tuple[Kind, str], tuple[NamedCondition, ...]] = {}
        self._causes: dict[tuple[str, CauseLine], CauseCodes] = {}

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

    def causes(
        self, reference: Reference, predictor: Predictor | None, line: CauseLine
    ) -> CauseCodes:
        """The E codes for a cause.

        The model reads its words where there is one; while that has no time the index answers, and
        the next time both are asked again.
        """
        self._forget_older(reference)
        key = predictor.model_version if predictor else "", line
        if key in self._causes:
            return self._causes[key]
        meant = codes_among(predictor, line.line.text, is_cause) if predictor else ()
        found = CauseCodes(
            find_external_causes(reference.index, line, meant or ()),
            find_circumstances(reference.index, line),
        )
        if meant is not None:
            self._causes[key] = found
        return found

    def _forget_older(self, reference: Reference) -> None:
        if self._version != reference.version:
            self._version = reference.version
            self._found, self._named, self._causes = {}, {}, {}
