"""Samples of signed encounters for second review: what is drawn from, how, and what came out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from icd9_review.values.encounters import CareSetting


class Trait(StrEnum):
    """What makes a signed encounter worth a second look; how each is told: ``quality.traits``."""

    OVERRIDDEN = "overridden"
    LOW_ACCEPTED = "low_accepted"
    HIGH_REJECTED = "high_rejected"
    FAST = "fast"
    NEW_CODER = "new_coder"
    RARE_CODE = "rare_code"


class Risk(StrEnum):
    """How many traits an encounter has: none, one, or more."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


class Stratifier(StrEnum):
    """What candidates are divided by before a sample is drawn."""

    CODER = "coder"
    SETTING = "setting"
    SERVICE = "service"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class SampleCandidate:
    """A signed encounter that may be drawn; ``coder`` is the number of who signed it."""

    encounter_id: str
    coder: int
    setting: CareSetting
    service: str | None = None
    traits: frozenset[Trait] = frozenset()

    @property
    def risk(self) -> Risk:
        """By the number of traits."""
        return (Risk.LOW, Risk.MIDDLE, Risk.HIGH)[min(len(self.traits), 2)]


@dataclass(frozen=True, slots=True)
class SampleQuery:
    """Which signed encounters are candidates, and how a sample is drawn from them.

    ``since`` and ``until`` are days of the signature in UTC, both included. Empty filters take
    everything. With ``traits`` only encounters that have one of them are candidates. ``size`` is
    how many to draw, ``strata`` what to divide by first. With a ``version`` candidates are the
    ``first`` encounters that were signed while that model version showed them, which was promoted.
    """

    size: int
    since: date | None = None
    until: date | None = None
    coders: tuple[int, ...] = ()
    settings: tuple[CareSetting, ...] = ()
    services: tuple[str, ...] = ()
    traits: tuple[Trait, ...] = ()
    strata: tuple[Stratifier, ...] = ()
    version: str = ""
    first: int = 0


@dataclass(frozen=True, slots=True)
class Draw:
    """One encounter of a sample, with its stratum as texts in the order of the query's strata.

    Of a sample that was kept, the service is the empty text: a purge takes it, and nothing else
    may have it.
    """

    encounter_id: str
    stratum: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StratumCount:
    """How many candidates a stratum had, and how many of them were drawn."""

    stratum: tuple[str, ...]
    candidates: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as it was drawn and stored.

    ``drawn`` are in the order in which they came; whoever stops early has a random part.
    """

    id: str
    number: int
    seed: int
    query: SampleQuery
    strata: tuple[StratumCount, ...]
    drawn: tuple[Draw, ...]
    actor: str
    at: datetime

    @property
    def candidates(self) -> int:
        """How many encounters it was drawn from."""
        return sum(each.candidates for each in self.strata)


@dataclass(frozen=True, slots=True)
class Redraw:
    """What drawing a stored sample again gives: what stayed, and what differs.

    ``gone`` were drawn and are no candidates any more (reopened, moved, other traits),
    ``displaced`` were drawn and others came before them, ``new`` are drawn now.
    """

    same: tuple[str, ...]
    gone: tuple[str, ...]
    displaced: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """Whether the same encounters are drawn."""
        return not (self.gone or self.displaced or self.new)
