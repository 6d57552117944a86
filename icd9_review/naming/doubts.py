"""What speaks against a code in the note as a whole, though one of its sentences asserts it.

A model reads a note sentence by sentence and cannot know what stands elsewhere. These are facts
that a coder would look at before taking its word: whether the note names the condition, what it
says of it, where it stands, and which codes stand beside it. A symptom that belongs to a definite
diagnosis is not coded (ICD-9-CM Official Guidelines, sections I.B.6 and I.B.7), nor what a
combination code says already (I.B.15). A procedure is coded where it was done in this stay, and of
what clinicians call it there is no list: its sentence is asked, by the words of its title.
Offsets are code points: ``text[start:end]``.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from icd9_review.codes.notation import category
from icd9_review.naming.own_words import OwnWords
from icd9_review.notes.text.assertions import Reader
from icd9_review.notes.text.not_done import is_elsewhere, is_planned
from icd9_review.outline.section_titles import SectionKind
from icd9_review.outline.sections import section_at, sections
from icd9_review.values import Assertion, CodeKey, Doubt, Kind, Window

_FAR = 2.0  # of the logit: seven times the odds; by judgement
_OF_CODES = frozenset((Doubt.EXPLAINED, Doubt.SIBLING, Doubt.OUTDONE, Doubt.COMBINED))
ASKED: Final = {
    Kind.DIAGNOSIS: (
        Doubt.UNNAMED,
        Doubt.UNLIKE,
        Doubt.WITHHELD,
        Doubt.EXPLAINED,
        Doubt.SIBLING,
        Doubt.OUTDONE,
        Doubt.COMBINED,
        Doubt.UNLISTED,
        Doubt.HISTORY,
        Doubt.EXAMINATION,
    ),
    Kind.PROCEDURE: (Doubt.COMBINED, Doubt.PLANNED, Doubt.ELSEWHERE, Doubt.PAST),
}
"""The doubts that codes of a kind are weighed by; for what others are worth of procedures, see
docs/model-folder.md."""

_LISTS = frozenset((SectionKind.DIAGNOSES, SectionKind.DISCHARGE_DIAGNOSES, SectionKind.ASSESSMENT))
_PAST = frozenset(
    (SectionKind.PAST_HISTORY, SectionKind.SURGICAL_HISTORY, SectionKind.FAMILY_HISTORY)
)
_SYMPTOM = re.compile("7[89]")  # chapter 16: symptoms, signs and ill-defined conditions
_SAID_BY_DIAGNOSES = {
    "250.00": "250",
    "285.9": "28[0-5]",
    "300.00": "300",
    "311": r"296|300\.4",
    "401.9": r"401\.[01]|40[2-5]",
    "427.9": "427",
    "486": "48[0-5]|507",
    "490": "466|491",
    "496": "49[1-4]",
    "518.81": r"518\.84",
    "599.0": "590|595",
    "715.90": "715",
}
"""Codes that say nothing beside some others, by how those begin: what a combination code says, and
the unspecified form of a condition beside a specified one (their notes in the tabular list)."""

_ANY_OPERATION = r"(?!03\.91|04\.81|54\.[126]|54\.96|79\.[07])(?:0[1-9]|[1-7]|8[0-5])"
_IN_THE_ABDOMEN = r"4[2-9]|5[0-35-9]|54\.[3-9]|6[05-9]|7[0-4]"
_PART_OF = {
    "03.91": _ANY_OPERATION,
    "04.81": _ANY_OPERATION,
    "54.11": _IN_THE_ABDOMEN,
    "54.19": _IN_THE_ABDOMEN,
    "54.21": _IN_THE_ABDOMEN,
    "54.63": _IN_THE_ABDOMEN,
    "54.64": _IN_THE_ABDOMEN,
    "54.96": _IN_THE_ABDOMEN,
    "86.59": _ANY_OPERATION,
    "89.54": _ANY_OPERATION,
    "96.04": _ANY_OPERATION,
    "96.70": _ANY_OPERATION,
    "96.71": _ANY_OPERATION,
}
"""What is part of an operation and not coded beside one: opening and closing, anesthesia and
monitoring ("omit code" in the tabular list of procedures), by how codes of the operations begin.
Beside a closed reduction, or another repair of skin, a closure is one of its own."""

_SAID_BY = {Kind.DIAGNOSIS: _SAID_BY_DIAGNOSES, Kind.PROCEDURE: _PART_OF}

_SYSTEMS = {
    "780.6": "0|1[0-3]|46|48|49|59[059]",
    "781": "3[23]|34|43",
    "782": "68|69|70|428|58",
    "784": "34|43|46|47",
    "785": "39|4[1-5]",
    "786": "39|4[126-9]|50|51",
    "787": "00|5[3-7]",
    "788": "5[89]|60",
    "789": "5[3-9]",
}
"""How codes of conditions begin that a symptom often belongs to: for the words of a demotion."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code that reaches its threshold in a window of a note, by ``margin`` of the logit."""

    kind: Kind
    code: str
    margin: float
    window: Window

    @property
    def key(self) -> CodeKey:
        """Kind and code."""
        return self.kind, self.code


@dataclass(frozen=True, slots=True)
class Doubts:
    """What speaks against a candidate: how far each doubt holds, from 0 up.

    ``beside`` has the code that a doubt speaks of.
    """

    sizes: Mapping[Doubt, float]
    beside: Mapping[Doubt, str]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A candidate where the note has it.

    ``named`` are the places of its own terms, ``here`` the section of its window, ``listed``
    whether one of all these is a list of diagnoses.
    """

    candidate: Candidate
    named: tuple[tuple[int, int], ...]
    here: SectionKind
    listed: bool


def find_doubts(text: str, candidates: Sequence[Candidate]) -> tuple[Doubts, ...]:
    """What speaks against each candidate of a note, in their order.

    >>> window = Window(index=0, start=0, end=17)
    >>> one = Candidate(Kind.DIAGNOSIS, "486", 1.0, window)
    >>> (found,) = find_doubts("Denies pneumonia.", [one])
    >>> found.sizes[Doubt.WITHHELD], found.sizes[Doubt.UNNAMED]
    (1.0, 0.0)
    """
    note = _Note(text)
    placed = [note.place(candidate) for candidate in candidates]
    lists = any(each.listed for each in placed if each.candidate.kind is Kind.DIAGNOSIS)
    company = _Company(candidates)
    return tuple(_doubts(note, each, company, lists=lists) for each in placed)


def among(
    doubts: Iterable[Doubts], candidates: Iterable[Candidate], standing: Iterable[Candidate]
) -> tuple[Doubts, ...]:
    """What speaks against each candidate where only those left ``standing`` speak against any."""
    company = _Company(standing)
    return tuple(
        _with_codes(
            {doubt: size for doubt, size in found.sizes.items() if doubt not in _OF_CODES},
            candidate,
            company,
        )
        for found, candidate in zip(doubts, candidates, strict=True)
    )


def _doubts(note: _Note, placed: _Placed, company: _Company, *, lists: bool) -> Doubts:
    return _with_codes(_by_note(note, placed, lists=lists), placed.candidate, company)


def _with_codes(by_note: dict[Doubt, float], candidate: Candidate, company: _Company) -> Doubts:
    by_codes = list(_by_codes(candidate, company))
    return Doubts(
        sizes=by_note | {doubt: size for doubt, size, _ in by_codes},
        beside={doubt: code for doubt, _, code in by_codes},
    )


class _Note:
    """A text with its words, sections and assertions."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = OwnWords(text)
        self._sections = sections(text)
        self._reader = Reader(text, self._sections)

    def place(self, candidate: Candidate) -> _Placed:
        window, named = candidate.window, self.words.named(candidate.key)
        inside = [start for start, _ in named if window.start <= start < window.end]
        here = self._kind(inside[0] if inside else (window.start + window.end) // 2)
        kinds = {here, *(self._kind(start) for start, _ in named)}
        return _Placed(candidate, named, here, listed=not kinds.isdisjoint(_LISTS))

    def asserts(self, places: Iterable[tuple[int, int]]) -> bool:
        """Whether the condition is said to be there in one of these places."""
        read = (self._reader.read(start, end).assertion for start, end in places)
        return any(each is Assertion.PRESENT for each in read)

    def sentence(self, candidate: Candidate) -> tuple[int, int]:
        """The sentence of its window that has most of its words; of several the first."""
        window = candidate.window
        sentences = self._reader.sentences(window.start, window.end)
        return max(sentences, key=lambda each: self.words.share(candidate.key, *each))

    def is_past(self, offset: int) -> bool:
        """Whether it stands in a section that tells of before, or of relatives."""
        return self._kind(offset) in _PAST

    def _kind(self, offset: int) -> SectionKind:
        return section_at(self._sections, offset).kind


def _by_note(note: _Note, placed: _Placed, *, lists: bool) -> dict[Doubt, float]:
    """What the words of the note say; ``lists`` where one of its diagnoses stands in a list."""
    candidate, named = placed.candidate, placed.named
    window = candidate.window
    of_sentence = _by_sentence(note, candidate) if candidate.kind is Kind.PROCEDURE else {}
    return of_sentence | {
        Doubt.UNNAMED: float(not named),
        Doubt.UNLIKE: 1.0 - note.words.share(candidate.key, window.start, window.end),
        Doubt.WITHHELD: float(bool(named) and not note.asserts(named)),
        Doubt.UNLISTED: float(lists and not placed.listed),
        Doubt.HISTORY: float(placed.here is SectionKind.HISTORY_PRESENT),
        Doubt.EXAMINATION: float(placed.here is SectionKind.EXAM),
    }


def _by_sentence(note: _Note, procedure: Candidate) -> dict[Doubt, float]:
    """What the sentence of a procedure says of it, or of itself where it has none of its words."""
    start, end = note.sentence(procedure)
    words = note.words.met(procedure.key, start, end) or ((start, end),)
    sentence = note.text[start:end]
    return {
        Doubt.PLANNED: float(is_planned(sentence)),
        Doubt.ELSEWHERE: float(is_elsewhere(sentence)),
        Doubt.PAST: float(note.is_past(start) or not note.asserts(words)),
    }


class _Company:
    """The candidates of a note by kind, and by the window where the model saw most of them."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._all: dict[Kind, list[Candidate]] = defaultdict(list)
        self._here: dict[tuple[Kind, Window], list[Candidate]] = defaultdict(list)
        for each in candidates:
            self._all[each.kind].append(each)
            self._here[each.kind, each.window].append(each)

    def behind(self, candidate: Candidate) -> Iterator[tuple[Doubt, list[Candidate]]]:
        """The codes that speak against a candidate, for each doubt about codes."""
        here = self._here[candidate.kind, candidate.window]
        own, margin = category(candidate.code), candidate.margin
        siblings = [each for each in here if each.margin > margin and category(each.code) == own]
        yield Doubt.SIBLING, siblings
        yield Doubt.OUTDONE, [each for each in here if each.margin > margin + _FAR]
        others = [each for each in self._all[candidate.kind] if each is not candidate]
        if candidate.kind is Kind.DIAGNOSIS and _SYMPTOM.match(candidate.code):
            yield Doubt.EXPLAINED, [each for each in others if _is_definite(each.code)]
        if candidate.code in _SAID_BY[candidate.kind]:
            said_by = re.compile(_SAID_BY[candidate.kind][candidate.code])
            yield Doubt.COMBINED, [each for each in others if said_by.match(each.code)]


def _by_codes(candidate: Candidate, company: _Company) -> Iterator[tuple[Doubt, float, str]]:
    """What the other codes say: each doubt with its size and the likeliest code behind it."""
    for doubt, behind in company.behind(candidate):
        if behind and doubt is Doubt.EXPLAINED:
            yield doubt, math.log1p(len(behind)), _explaining(candidate.code, behind)
        elif behind:
            yield doubt, 1.0, max(behind, key=attrgetter("margin")).code


def _explaining(symptom: str, conditions: Iterable[Candidate]) -> str:
    """The likeliest condition that the symptom often belongs to; empty where there is none."""
    systems = next((how for begin, how in _SYSTEMS.items() if symptom.startswith(begin)), r"\Z.")
    related = (each for each in conditions if re.match(systems, each.code))
    likeliest = max(related, key=attrgetter("margin"), default=None)
    return "" if likeliest is None else likeliest.code


def _is_definite(code: str) -> bool:
    """A disease or injury: no symptom, no circumstance (V and E codes)."""
    return code[0] not in "VE" and not _SYMPTOM.match(code)
