"""Queries to the physician as the browser gets them."""

from __future__ import annotations

from dataclasses import dataclass

from icd9_review.values import PhysicianQueryStatus


@dataclass(frozen=True, slots=True)
class QueryFormView:
    """What a query of a reason begins with, and the digit that picks it."""

    key: str
    value: str
    words: str
    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedQueryView:
    """A query by its number; all in words. ``answer`` is empty until somebody ``answered``."""

    sequence: int
    status: PhysicianQueryStatus
    words: str
    asked: str
    quotes: tuple[str, ...]
    question: str
    answers: tuple[str, ...]
    answered: str
    answer: str


@dataclass(frozen=True, slots=True)
class QueriesView:
    """The queries of an encounter, the newest first, and what a new one begins with.

    ``always`` are the answers that each has besides its own. ``waits`` is the number of the query
    that the hold of the chart waits for, 0 for none. ``longest`` are the characters of a question.
    """

    asked: tuple[AskedQueryView, ...]
    forms: tuple[QueryFormView, ...]
    always: tuple[str, ...]
    waits: int
    longest: int


@dataclass(frozen=True, slots=True)
class ReceivedView:
    """What became of what was asked for by this ``id``: nothing where there is a ``problem``.

    ``remark`` is said of what was stored all the same.
    """

    id: str
    problem: str = ""
    remark: str = ""
