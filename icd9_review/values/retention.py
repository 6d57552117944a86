"""How long text is kept: what a purge would take, and holds that keep it for a court."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from icd9_review.values.encounters import EncounterStatus, Purge


class CountedFrom(StrEnum):
    """The day from which the age of an encounter's text is counted."""

    SIGNATURE = "signature"
    INTAKE = "intake"


@dataclass(frozen=True, slots=True)
class LegalHold:
    """Since when text may not be purged, who said so and in which words; None once purged."""

    at: datetime
    actor: str
    words: str | None


@dataclass(frozen=True, slots=True)
class Purgeable:
    """What a purge would take of an encounter, and what stands in its way.

    ``counted`` is the moment that its age is counted from, None where it was named. ``notes`` and
    ``words`` are those of its twins, too, which go with it. A hold keeps all of it; with ``purged``
    there is nothing left to take. A twin ``goes_with`` the encounter of this label.
    """

    encounter_id: str
    label: str
    status: EncounterStatus
    counted: datetime | None
    notes: int
    words: int
    twins: int = 0
    hold: LegalHold | None = None
    purged: Purge | None = None
    goes_with: str | None = None

    @property
    def free(self) -> bool:
        """Whether a purge takes it."""
        return self.hold is None and self.purged is None and self.goes_with is None
