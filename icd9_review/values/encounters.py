"""Encounters and their notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class CareSetting(StrEnum):
    """Inpatient and outpatient coding follow different rules."""

    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class EncounterStatus(StrEnum):
    """Where an encounter stands on the worklist."""

    SCORING = "scoring"
    FAILED = "failed"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DECIDED = "decided"
    HELD = "held"
    FINALISED = "finalised"


@dataclass(frozen=True, slots=True)
class NewEncounter:
    """The facts of an encounter as intake has checked them."""

    setting: CareSetting
    age: int | None = None
    sex: Sex = Sex.UNKNOWN
    admitted: date | None = None
    discharged: date | None = None


@dataclass(frozen=True, slots=True)
class NewNote:
    """Text of a note as intake has checked it, and what it was called."""

    text: str
    title: str


@dataclass(frozen=True, slots=True)
class Note:
    """A stored note. ``id`` is opaque; ``sha256`` is of the UTF-8 text."""

    id: str
    encounter_id: str
    title: str
    text: str
    version: int
    sha256: str
    supersedes: str | None = None


def encounter_label(number: int) -> str:
    """The short name people read for an encounter: ``E-00042``."""
    return f"E-{number:05d}"


@dataclass(frozen=True, slots=True)
class Encounter:
    """A stored encounter with its notes in order."""

    id: str
    number: int
    setting: CareSetting
    age: int | None
    sex: Sex
    admitted: date | None
    discharged: date | None
    created: datetime
    notes: tuple[Note, ...]

    @property
    def label(self) -> str:
        """The short name people read: ``E-00042``."""
        return encounter_label(self.number)
