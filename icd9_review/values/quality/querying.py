"""Queries to physicians: what the record leaves open, asked of whoever can say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from icd9_review.values.text import Span


class PhysicianQueryReason(StrEnum):
    """What a physician is asked for; texts and words: ``quality.queries.templates``."""

    DIAGNOSIS = "diagnosis"
    SPECIFICITY = "specificity"
    CAUSE = "cause"
    ON_ADMISSION = "on_admission"
    CONFLICT = "conflict"
    VALIDITY = "validity"


class PhysicianQueryStatus(StrEnum):
    """Where a query stands."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class PhysicianQueryDraft:
    """A query before it is asked.

    ``indicators`` are the places of the notes that it rests on. ``options`` are the answers to
    choose from without those that every query has (`quality.queries.templates.ALWAYS`).
    """

    reason: PhysicianQueryReason
    question: str
    options: tuple[str, ...]
    indicators: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class PhysicianAnswer:
    """What a physician answered: one of the options by its place, words, or both.

    ``words`` is None where there were none or they were purged.
    """

    option: int | None
    words: str | None
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PhysicianQuery:
    """A query as it stands; ``sequence`` is the number of the event that asked it.

    ``question`` is None and ``options`` are empty once the words were purged.
    """

    sequence: int
    reason: PhysicianQueryReason
    question: str | None
    options: tuple[str, ...]
    indicators: tuple[Span, ...]
    actor: str
    at: datetime
    status: PhysicianQueryStatus = PhysicianQueryStatus.OPEN
    answer: PhysicianAnswer | None = None


@dataclass(frozen=True, slots=True)
class QueryStanding:
    """How many queries about an encounter are open, and how many were answered."""

    open: int = 0
    answered: int = 0
