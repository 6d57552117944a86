"""What a model may learn from decisions: charts with the codes that somebody answers for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from icd9_review.values.codes import CodeKey
from icd9_review.values.exporting import CodeProvenance
from icd9_review.values.text import Span


class LessonPart(StrEnum):
    """What a chart is used for: to learn from, to stop by, or to measure with."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class Untaught(StrEnum):
    """Why nothing is learned from a signed chart; words: ``quality.teaching``."""

    PURGED = "purged"
    WITHHELD = "withheld"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class TaughtCode:
    """A code of a chart, whose word it is, and where a person or the program found it."""

    key: CodeKey
    provenance: CodeProvenance
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Lesson:
    """A signed chart that may be learned from: its notes by their ids, in their order.

    ``audited`` is whether a second person settled its codes, ``sampled`` whether that was in a
    sample: those measure and never teach.
    """

    encounter: str
    encounter_id: str
    number: int
    notes: tuple[str, ...]
    codes: tuple[TaughtCode, ...]
    audited: bool = False
    sampled: bool = False


@dataclass(frozen=True, slots=True)
class LeftLesson:
    """A signed chart that nothing is learned from, by its short name."""

    encounter: str
    why: Untaught
