"""What a search finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from icd9_review.values import Kind


class Why(StrEnum):
    """What made an item match."""

    CODE = "exact code"
    PREFIX = "prefix"
    WORDS = "words"
    ABBREVIATION = "abbreviation"
    SPELLING = "spelling"
    EQUIVALENT = "equivalence map"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Found:
    """A code or header that matches a query.

    A header can not be picked: ``hierarchy.complete`` gives the codes below it.
    ``matched`` is the phrase that matched, empty where it is the title or the code; for what the
    equivalence map gives it is the ICD-10-CM code, and the code it stands with where it needs one.
    """

    kind: Kind
    code: str
    title: str
    header: bool
    matched: str
    why: Why
