"""What auditors read of the ledger, and what they say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from icd9_review.values.codes import CodeKey
from icd9_review.values.decisions import ReviewState
from icd9_review.values.encounters import EncounterStatus
from icd9_review.values.ledger import Event, EventKind
from icd9_review.values.scoring import Suggestion
from icd9_review.values.text import Span


@dataclass(frozen=True, slots=True)
class LedgerQuery:
    """Which entries are wanted: all of them unless something is named.

    ``people`` are ids of who did it, ``encounter`` is the id of one, ``since`` (included) and
    ``before`` (excluded) bound the time.
    """

    people: tuple[int, ...] = ()
    encounter: str = ""
    kinds: tuple[EventKind, ...] = ()
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class LedgerPlace:
    """Where an entry stands among all: they go by time, then stream, then number."""

    at: datetime
    stream: str
    sequence: int


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """An event as auditors read it; ``encounter`` is its label, empty for the system stream."""

    event: Event
    actor: str
    encounter: str

    @property
    def place(self) -> LedgerPlace:
        """Where it stands among all."""
        return LedgerPlace(self.event.at, self.event.stream, self.event.sequence)


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Entries, newest first, and the place behind which older ones follow, if any do.

    ``total`` counts all that match, on every page; no further than ``store.oversight`` counts.
    """

    entries: tuple[LedgerEntry, ...]
    older: LedgerPlace | None
    total: int


class ReviewOutcome(StrEnum):
    """What somebody found who reviewed the ledger."""

    NOTHING = "nothing"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class LedgerReview:
    """That somebody reviewed the ledger up to a moment; ``words`` are what they found, if kept.

    ``events`` is how many came since the review before. ``actor`` is the reviewer's name.
    """

    sequence: int
    actor: str
    at: datetime
    up_to: datetime
    outcome: ReviewOutcome
    events: int
    words: str | None = None


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One event of an encounter as a sentence: who, when, what and why."""

    event: Event
    actor: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to an encounter, in order."""

    encounter_id: str
    label: str
    steps: tuple[StoryStep, ...]


@dataclass(frozen=True, slots=True)
class PastList:
    """The suggestions that a person was shown at a moment, in their order.

    ``evidence`` is what was marked for each by the moment of the replay, as places in notes and
    their weights, without words. ``notes`` are the ids of the notes in the order they came.
    ``demoted`` reached their threshold and were not suggested. ``agrees`` is whether the stored
    scores still give what the event says was shown, to the last bit.
    """

    person: str
    at: datetime
    model: str
    model_version: str
    explanations: bool
    suggestions: tuple[Suggestion, ...]
    demoted: tuple[Suggestion, ...]
    agrees: bool
    evidence: Mapping[CodeKey, tuple[tuple[Span, float], ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastState:
    """How an encounter stood after one of its events.

    ``open`` are the suggestions that nobody had decided on, None while what the model suggests is
    kept from people; ``shown`` what the person of the
    event had been shown last, else whoever had been; None where nobody had.
    """

    sequence: int
    status: EncounterStatus
    state: ReviewState
    open: tuple[CodeKey, ...] | None
    shown: PastList | None
