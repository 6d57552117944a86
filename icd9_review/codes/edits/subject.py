"""A chart arranged for the rules: its diagnoses in order, and quick ways to ask for some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from icd9_review.codes.edits.ranges import Ranges, ranges
from icd9_review.codes.edits.tabular.tabular_notes import Above, applying, gathering_headings
from icd9_review.codes.hierarchy import is_header
from icd9_review.codes.lists import Lists
from icd9_review.codes.successors import retired
from icd9_review.codes.table import is_valid
from icd9_review.values import CareSetting, Chart, Edit, Kind

GUIDELINES = "Guidelines Oct 2011, "
MCE = "MCE v32, "


@dataclass(frozen=True)
class Subject:
    """What a rule is asked about: a chart, and the lists in force."""

    chart: Chart
    lists: Lists

    @property
    def inpatient(self) -> bool:
        return self.chart.setting is CareSetting.INPATIENT

    @property
    def principal(self) -> str | None:
        """The principal diagnosis; outpatient: the first-listed one. It may be no code at all."""
        return self.chart.diagnoses[0].code if self.chart.diagnoses else None

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The diagnoses in the coder's order, each once, without what never was a code."""
        every = dict.fromkeys(entry.code for entry in self.chart.diagnoses)
        return tuple(code for code in every if _exists(code))

    @cached_property
    def ordered(self) -> tuple[str, ...]:
        """The diagnoses in the order of the book."""
        return tuple(sorted(self.codes))

    @cached_property
    def positions(self) -> dict[str, int]:
        return {code: position for position, code in enumerate(self.codes)}

    @cached_property
    def notes(self) -> dict[str, tuple[Above, ...]]:
        """What of the tabular list applies to each diagnosis."""
        wide = gathering_headings(self.lists)
        return {code: applying(self.lists, wide, code) for code in self.codes}

    def having(self, text: str) -> tuple[str, ...]:
        """The diagnoses in some ranges (``"401 585.1-585.4"``), in the coder's order."""
        return self.in_order(ranges(text).among(self.ordered))

    def among(self, held: Ranges) -> tuple[str, ...]:
        return self.in_order(held.among(self.ordered))

    def in_order(self, codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(codes, key=self.positions.__getitem__))

    def before(self, code: str, other: str) -> bool:
        return self.positions[code] < self.positions[other]


def _exists(code: str) -> bool:
    kind = Kind.DIAGNOSIS
    return is_valid(kind, code) or is_header(kind, code) or retired(kind, code) is not None


Edits = Iterator[Edit]
"""What a rule gives."""


# Six by judgement: what one reads of a sentence.
def listed(codes: Iterable[str], most: int = 6) -> str:
    """Codes for a sentence: the first few, and how many more."""
    every = tuple(codes)
    shown = ", ".join(every[:most])
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown
