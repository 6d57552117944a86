"""From signed charts to what a model may learn: whose word counts, and which charts measure.

An audit that is final has the last word on its chart; any other chart is one coder's. Nothing is
learned while an audit is under way. Which charts measure never changes: those that were audited in
a sample, because it was drawn before anybody knew what a model would learn, and of the others every
fifth by a digest of its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from icd9_review.quality.audit_fold import AUDIT_TELLING, fold_audits, frozen_codes
from icd9_review.quality.settling import code_provenance, settled_codes
from icd9_review.review.fold import DECISIONS, fold
from icd9_review.values import (
    Audit,
    AuditStatus,
    CodeKey,
    CodeProvenance,
    Event,
    EventKind,
    Lesson,
    LessonPart,
    Span,
    TaughtCode,
    Untaught,
)

TEACHING: Final = tuple(dict.fromkeys((*DECISIONS, *AUDIT_TELLING)))
"""The events that say what a chart teaches."""

UNTAUGHT_WORDS: Final[Mapping[Untaught, str]] = MappingProxyType(
    {
        Untaught.PURGED: "its text was purged",
        Untaught.WITHHELD: "people or models are measured by it",
        Untaught.DISPUTED: "its audit is not closed",
    }
)

_PARTS: Final = 10
_TEST: Final = 2  # of ten charts: by judgement, a fifth measures
_VALIDATION: Final = 1  # and a tenth says when to stop


def taught_codes(events: Sequence[Event]) -> tuple[TaughtCode, ...] | None:
    """The codes of a signed chart with whose word they are; None while an audit is under way.

    Of a final audit those that it comes to, of a chart without one those of its last signature.
    """
    audits = [a for a in fold_audits(events).values() if a.status is not AuditStatus.WITHDRAWN]
    last = max(audits, key=lambda each: each.number, default=None)
    evidence = {(each.kind, each.code): each.evidence for each in fold(events).codes}
    if last is None:
        signed = [event for event in events if event.kind is EventKind.FINALISED][-1]
        keys = [(each.kind, each.code) for each in frozen_codes(signed)]
        return tuple(TaughtCode(k, CodeProvenance.SINGLE, evidence.get(k, ())) for k in keys)
    return _settled(last, evidence) if last.status is AuditStatus.FINAL else None


def _settled(audit: Audit, evidence: Mapping[CodeKey, tuple[Span, ...]]) -> tuple[TaughtCode, ...]:
    said = code_provenance(audit, same_signature=False)
    return tuple(TaughtCode(k, said[k], evidence.get(k, ())) for k in sorted(settled_codes(audit)))


def last_sample(events: Iterable[Event]) -> str | None:
    """The sample that the last audit of a chart is of, by its id; None where it is of none."""
    audits = [a for a in fold_audits(events).values() if a.status is not AuditStatus.WITHDRAWN]
    return max(audits, key=lambda each: each.number).sample if audits else None


def lesson_part(lesson: Lesson) -> LessonPart:
    """What a chart is used for, this time and every other.

    >>> chart = Lesson("E-00042", "a", 42, ("n",), ())
    >>> lesson_part(chart) is lesson_part(chart)
    True
    """
    place = int.from_bytes(sha256(str(lesson.number).encode()).digest()[:4]) % _PARTS
    if lesson.sampled or place < _TEST:
        return LessonPart.TEST
    return LessonPart.VALIDATION if place < _TEST + _VALIDATION else LessonPart.TRAIN


def choose_lessons(lessons: Iterable[Lesson], most: int | None) -> list[Lesson]:
    """Those that are learned from and measured with, so many to learn from at most.

    Charts that a second person settled come before those of one coder, among both the newest
    first.
    """
    given = sorted(lessons, key=lambda each: (not each.audited, -each.number))
    train = [each for each in given if lesson_part(each) is LessonPart.TRAIN]
    kept = {each.encounter_id for each in train[:most]}
    return [
        each
        for each in given
        if lesson_part(each) is not LessonPart.TRAIN or each.encounter_id in kept
    ]
