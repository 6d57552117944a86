"""Gold encounters, whose codes are known, and the twins in which coders meet them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from icd9_review.values.quality.auditing import AuditedCode


class TwinPurpose(StrEnum):
    """Why an encounter is coded anew under a number of its own."""

    GOLD = "gold"
    SECOND = "second"


class GoldOrigin(StrEnum):
    """Where the codes of a gold encounter are from."""

    AUDIT = "audit"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class GoldEncounter:
    """An encounter with the codes that are right for it, in their order, the principal first.

    A code without POA says nothing of it. ``encounter`` is the short name of the encounter,
    ``onboarding`` whether it is one of the set that new coders work through; one that is
    ``retired`` is given to nobody any more.
    """

    id: str
    number: int
    encounter_id: str
    encounter: str
    codes: tuple[AuditedCode, ...]
    origin: GoldOrigin
    onboarding: bool
    retired: bool
    inpatient: bool
    actor: int
    at: datetime

    @property
    def label(self) -> str:
        """What people who keep them call it: ``G-00003``."""
        return f"G-{self.number:05d}"


@dataclass(frozen=True, slots=True)
class GoldTrial:
    """What one coder made of a gold encounter: the first signature of their twin of it.

    ``encounter`` is the short name of the twin, under which the coder knows it. Before it is signed
    ``signed_at`` and ``signer`` are None and ``coded`` is empty. ``waits`` counts the queries of
    the twin that are open, and stay so: no physician sees them.
    """

    gold: GoldEncounter
    coder: int
    encounter_id: str
    encounter: str
    given: datetime
    signed_at: datetime | None = None
    signer: int | None = None
    coded: tuple[AuditedCode, ...] = ()
    waits: int = 0

    @property
    def counts(self) -> bool:
        """Whether it says something of its coder: signed, and by nobody else."""
        return self.signed_at is not None and self.signer == self.coder
