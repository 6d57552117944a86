"""What a note says about the condition at a span: present, denied, another's, over or uncertain.

The algorithm is that of ConText (Harkema et al. 2009, J Biomed Inform 42:839) with a cue table
of our own, ``cues.tsv``: cues speak of what follows or precedes them within a sentence, up to a
word that ends their scope, over the commas of a list where the table allows it. What a form says
by boxes, signs, yes and no (``replies``) counts before the words around it.

Conventions, where sources differ:

- Where several hold, the first of negated, family, another person, historical, uncertain, present
  counts: a denied family history supports no code at all, a relative's suspected disease is still
  the relative's, and what is over is not coded as current however doubtful it was.
- People who are no relatives by blood (wife, roommate, in-laws) are another person: not the
  patient, and no family history either, which V16-V19 code for relatives.
- A denied treatment, change, complication or candidacy leaves the condition present: "no
  medication for hypertension", "no exacerbation of COPD".
- "No rash, no edema, jaundice" denies all three: a bare item at the end of a list that has been
  denying is denied too, as when the "no" is said once; clinicians leave out a "no" more often than
  a "but". It is there only where the text says so: behind "but" or "with", with a verb, an amount,
  a measure, a place or a time of its own ("jaundice for 3 days"), or between two denials of one
  thing each ("no rash, jaundice, no edema").
- What is no condition (insurance, a telephone, old records) opens no list of denied conditions:
  after "no insurance, asthma and COPD" both are present; an "or" closes one list of all.
- A low likelihood, probability or suspicion denies, as "unlikely" does; any other is uncertain.
- What is only warned of, screened for or guarded against ("risks include bleeding", "return if
  fever", "DVT prophylaxis") counts as negated: the note does not say that it is there.
- "Consistent with", "suggestive of" and their like are uncertain, being terms of the kind that
  guidelines II.H and IV.I list; "unlikely" and "ruled out" are negated, "rule out" is uncertain.
- A lasting condition (hypertension, COPD, chronic anything) with a history, or listed under past
  history, is present, because a chronic disease may be coded as long as it is treated
  (guidelines IV.J). An event (stroke, pneumonia, a fracture, an operation) listed there is
  historical, and so is everything under past surgical history.
- "History of A, B and C" on a list of diagnoses is how some write what a patient has: of three and
  more, what is neither an event nor a growth is present there. One alone, or two, may be over.
- Whoever is told something of the patient (the mother was advised) is an informant, no relative
  who has it.
- Relatives are told of in the family section even without a word for them.

Offsets are code points, ``text[start:end]``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from icd9_review.notes.text.cues import Category, is_event, is_lasting, is_over
from icd9_review.notes.text.replies import replied_items, reply_at
from icd9_review.notes.text.scopes import cues_on, item_words, opens_list
from icd9_review.notes.text.units import Unit, read_units
from icd9_review.outline.breaks import sentence_starts
from icd9_review.outline.section_titles import SectionKind
from icd9_review.outline.sections import Section, section_at, sections
from icd9_review.values import Assertion

_ORDER = (
    Assertion.NEGATED,
    Assertion.FAMILY,
    Assertion.OTHER_PERSON,
    Assertion.HISTORICAL,
    Assertion.UNCERTAIN,
)
_MEANING = {
    Category.NEGATED: Assertion.NEGATED,
    Category.LOW: Assertion.NEGATED,
    Category.WARNED: Assertion.NEGATED,
    Category.NEEDED: Assertion.NEGATED,
    Category.FAMILY: Assertion.FAMILY,
    Category.OTHER: Assertion.OTHER_PERSON,
    Category.HISTORY: Assertion.HISTORICAL,
    Category.HISTORICAL: Assertion.HISTORICAL,
    Category.UNCERTAIN: Assertion.UNCERTAIN,
}

_YIELDING = frozenset({Category.HISTORY, Category.NEEDED})
"""What says nothing of a lasting condition."""

_PROBLEMS = frozenset(
    {SectionKind.DIAGNOSES, SectionKind.DISCHARGE_DIAGNOSES, SectionKind.ASSESSMENT}
)
"""Where a list of problems stands, under whatever title."""


@dataclass(frozen=True, slots=True)
class Asserted:
    """What a note says of a span; ``text[cue[0]:cue[1]]`` is where it says so.

    The cue is the heading where the section alone decides, and None for what is present.
    """

    assertion: Assertion
    cue: tuple[int, int] | None = None


def assertion(text: str, start: int, end: int, found: Sequence[Section] | None = None) -> Asserted:
    """What the text says of ``text[start:end]``; ``found`` are its sections, where known.

    The whole text is parted into sentences first: for several spans take `assertions` or Reader.

    >>> assertion("No evidence of pneumonia.", 15, 24).assertion
    <Assertion.NEGATED: 'negated'>
    """
    return assertions(text, [(start, end)], found)[0]


def assertions(
    text: str, spans: Iterable[tuple[int, int]], found: Sequence[Section] | None = None
) -> tuple[Asserted, ...]:
    """What the text says of each span, in the order of the spans.

    Takes time in proportion to the text and to the spans. A span that lies outside of the text
    or holds no word is present.

    >>> text = "Father had a stroke. No fever, possible pneumonia."
    >>> spans = [(13, 19), (24, 29), (40, 49)]
    >>> [each.assertion.value for each in assertions(text, spans)]
    ['family', 'negated', 'uncertain']
    """
    reader = Reader(text, found)
    return tuple(reader.read(start, end) for start, end in spans)


class Reader:
    """A text read once, for whoever asks about its spans one by one.

    It keeps the borders of the text's sentences, and the words of those it was asked about.
    """

    def __init__(self, text: str, found: Sequence[Section] | None = None) -> None:
        self._text = text
        self._sections = sections(text) if found is None else found
        borders = {0, *sentence_starts(text)}
        for section in self._sections:
            borders.update((section.start, section.heading_end))
        self._starts = sorted(borders)
        self._units: dict[int, tuple[Unit, ...]] = {}
        self._replied = replied_items(text)

    def read(self, start: int, end: int) -> Asserted:
        """What the text says of ``text[start:end]``; the first of the order that holds counts."""
        units = self._sentence(max(0, start))
        first = bisect_right(units, start, key=_end)
        last = bisect_left(units, end, key=_start) - 1
        if first > last:
            return Asserted(Assertion.PRESENT)
        said: dict[Assertion, tuple[int, int]] = {}
        for meaning, cue in self._said(start, units, first, last):
            said.setdefault(meaning, cue)
        reply = reply_at(self._replied, start)
        if reply is not None and reply.assertion is Assertion.PRESENT:
            said.pop(Assertion.NEGATED, None)
            said.pop(Assertion.UNCERTAIN, None)
        elif reply is not None:
            said[reply.assertion] = reply.cue
        return next(
            (Asserted(meaning, said[meaning]) for meaning in _ORDER if meaning in said),
            Asserted(Assertion.PRESENT),
        )

    def sentences(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Start and end of the sentences in ``text[start:end]``, as far as they are within."""
        first, last = bisect_right(self._starts, start), bisect_left(self._starts, end)
        borders = (start, *self._starts[first:last], end)
        return tuple(pairwise(borders))

    def words_present(self, offset: int) -> frozenset[str]:
        """The lower-case words of the sentence at an offset that are said to be present."""
        units = self._sentence(max(0, offset))
        return frozenset(
            word
            for unit in units
            if self.read(unit.start, unit.end).assertion is Assertion.PRESENT
            for word in unit.words
        )

    def _said(
        self, start: int, units: Sequence[Unit], first: int, last: int
    ) -> Iterator[tuple[Assertion, tuple[int, int]]]:
        lasting = is_lasting(item_words(units, first, last))
        section = section_at(self._sections, start)
        had = section.kind in _PROBLEMS and not is_over(item_words(units, first, last))
        for cue, unit in cues_on(units, first, last):
            enumerated = had and cue.category is Category.HISTORY and opens_list(units, unit)
            if not (enumerated or (lasting and cue.category in _YIELDING)):
                yield _MEANING[cue.category], (unit.start, unit.end)
        by_section = _said_by(section.kind, units[first : last + 1])
        if by_section is not None and start >= section.heading_end:
            yield by_section, (section.heading_start, section.heading_end)

    def _sentence(self, offset: int) -> tuple[Unit, ...]:
        number = bisect_right(self._starts, offset) - 1
        if number not in self._units:
            end = (*self._starts[number + 1 : number + 2], len(self._text))[0]
            self._units[number] = read_units(self._text, self._starts[number], end)
        return self._units[number]


def _said_by(kind: SectionKind, span: Sequence[Unit]) -> Assertion | None:
    """What a section says of a condition without a word for it."""
    if kind is SectionKind.FAMILY_HISTORY:
        return Assertion.FAMILY
    if kind is SectionKind.SURGICAL_HISTORY:
        return Assertion.HISTORICAL
    past_event = kind is SectionKind.PAST_HISTORY and is_event(
        [word for unit in span for word in unit.words]
    )
    return Assertion.HISTORICAL if past_event else None


def _start(unit: Unit) -> int:
    return unit.start


def _end(unit: Unit) -> int:
    return unit.end
