"""The worklist: what is asked of it, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from icd9_review.values.encounters import CareSetting, EncounterStatus, Purge, Sex
from icd9_review.values.people import User
from icd9_review.values.quality.querying import QueryStanding


class WorklistSort(StrEnum):
    """The order of the worklist; encounters that tie come newest first (OLDEST: oldest first).

    CHART_AGE puts the oldest chart first; LEAST_CERTAIN the encounter whose likeliest
    open suggestion is least likely, those without one last.
    """

    NEWEST = "newest"
    OLDEST = "oldest"
    MOST_OPEN = "most_open"
    LAST_CHANGED = "last_changed"
    CHART_AGE = "chart_age"
    LEAST_CERTAIN = "least_certain"


class Asked(StrEnum):
    """Where the queries of an encounter to its physician stand.

    OPEN: one waits for an answer; ANSWERED: none does, and one was answered.
    """

    OPEN = "open"
    ANSWERED = "answered"


class Likelihood(StrEnum):
    """How likely the likeliest open suggestion of an encounter is.

    The bands begin at 0.9, 0.7, 0.4 and 0 (by judgement), each without the end of the next.
    """

    VERY_LIKELY = "very_likely"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who is working on an encounter, since when, and when that lapses unless renewed."""

    encounter_id: str
    user: User
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class WorklistQuery:
    """What to show of the worklist.

    Every word of ``search`` must occur in the label, the title, type, author or day of a note,
    service, payer or the name of the last actor; or the whole is an account number. ``statuses``
    and ``assignees`` are alternatives, none of them means any; an assignee is the id of a user,
    or None for an encounter that is nobody's. ``dated_before`` is compared with the day of the
    chart: that of the discharge, else of the admission, else the one on which it was taken in.
    ``archived`` takes charts of the archive as well.
    """

    search: str = ""
    statuses: tuple[EncounterStatus, ...] = ()
    setting: CareSetting | None = None
    assignees: tuple[int | None, ...] = ()
    dated_before: date | None = None
    with_errors: bool = False
    likelihood: Likelihood | None = None
    asked: Asked | None = None
    archived: bool = False
    sort: WorklistSort = WorklistSort.NEWEST
    limit: int = 50  # rows at once; by judgement
    offset: int = 0


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One encounter on the worklist.

    ``open`` counts suggestions without a verdict, ``decided`` codes with one, ``errors``
    the edits that keep the encounter from being finalised; ``confidence`` is the
    probability of the likeliest open suggestion. ``actor`` and ``at`` are of the last
    decision, or of the creation. ``veiled`` says that nothing of its suggestions is told;
    ``queries`` how many queries to the physician wait and were answered.
    """

    id: str
    number: int
    label: str
    setting: CareSetting
    age: int | None
    sex: Sex
    admitted: date | None
    discharged: date | None
    titles: tuple[str, ...]
    status: EncounterStatus
    open: int
    decided: int
    errors: int | None
    confidence: float | None
    assignee: User | None
    claim: Claim | None
    actor: str
    at: datetime
    created: datetime
    purged: Purge | None = None
    service: str | None = None
    payer: str | None = None
    veiled: bool = False
    queries: QueryStanding = field(default_factory=QueryStanding)


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """Rows of one page, how many there are in all, and how many per status.

    ``counts`` has every status and obeys everything of the query but ``statuses``.
    """

    rows: tuple[WorklistRow, ...]
    total: int
    counts: dict[EncounterStatus, int]


@dataclass(frozen=True, slots=True)
class Progress:
    """What one person has got done on one day.

    ``finalised`` encounters, ``decided`` codes, and the ``median`` time this person spent
    on one of the finalised encounters, None where there is none.
    """

    finalised: int
    decided: int
    median: timedelta | None
