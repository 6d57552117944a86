"""What stands around the words of a note: its sections, and what the context says of a span."""

from __future__ import annotations

from functools import cached_property

from icd9_review.naming.own_words import OwnWords
from icd9_review.notes.lines.causes import CauseLine, cause_lines
from icd9_review.notes.lines.chart_lines import ChartLine, chart_lines
from icd9_review.notes.lines.kinds import LineKind
from icd9_review.notes.text.assertions import Reader
from icd9_review.notes.text.facts.reading import stated_facts
from icd9_review.notes.text.facts.statement import StatedFact
from icd9_review.notes.text.operation_dates import StatedDay, stated_days
from icd9_review.outline.flow import flowing_ends
from icd9_review.outline.sections import Section, section_at, sections
from icd9_review.review.principal.linking import ListedLine
from icd9_review.values import Assertion


class NoteContext:
    """A note's text, read once: what is asked of it never changes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._asserted: dict[tuple[int, int], Assertion] = {}
        self._present: dict[int, frozenset[str]] = {}

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return sections(self.text)

    @cached_property
    def listed_lines(self) -> tuple[ListedLine, ...]:
        """What its sections of diagnoses list."""
        kept = (each for each in self.lines if each.kind is not LineKind.PROCEDURES)
        return tuple(map(ListedLine, kept))

    @cached_property
    def stated_days(self) -> tuple[StatedDay, ...]:
        kept = (each for each in self.lines if each.kind is LineKind.PROCEDURES)
        present = (each for each in kept if each.assertion is Assertion.PRESENT)
        return stated_days(self.text, [(each.start, each.end) for each in present])

    @cached_property
    def lines(self) -> tuple[ChartLine, ...]:
        """What its sections of diagnoses and procedures list."""
        return chart_lines(self.text, self.sections, self._reader)

    @cached_property
    def causes(self) -> tuple[CauseLine, ...]:
        """Where it tells how an injury came about."""
        return cause_lines(self.text, self.sections, self._reader, self.lines)

    @cached_property
    def stated_facts(self) -> tuple[StatedFact, ...]:
        return stated_facts(self.text, self.sections)

    @cached_property
    def headings(self) -> tuple[tuple[int, int], ...]:
        """Where the section headings stand."""
        return tuple(
            (section.heading_start, section.heading_end)
            for section in self.sections
            if section.heading_start < section.heading_end
        )

    @cached_property
    def own_words(self) -> OwnWords:
        """Its words, in which those of codes are looked for."""
        return OwnWords(self.text)

    @cached_property
    def wraps(self) -> tuple[tuple[int, int], ...]:
        """The white space around line ends that merely wrap, as far as it may read as a space."""
        return flowing_ends(self.text)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.text, self.sections)

    def assertion(self, start: int, end: int) -> Assertion:
        """What the context says of ``text[start:end]``."""
        key = start, end
        if key not in self._asserted:
            self._asserted[key] = self._reader.read(start, end).assertion
        return self._asserted[key]

    def words_present(self, offset: int) -> frozenset[str]:
        """The words of the sentence at an offset that are said to be present."""
        if offset not in self._present:
            self._present[offset] = self._reader.words_present(offset)
        return self._present[offset]

    def section_title(self, offset: int) -> str:
        """The title of the section at an offset; empty before the first heading."""
        return section_at(self.sections, offset).title

    def describe(self, start: int, end: int) -> tuple[str, str]:
        """Assertion and section title of a span, in words."""
        return self.assertion(start, end).value, self.section_title(start)
