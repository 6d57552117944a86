"""Encounters and their notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from icd9_review.values.quality.arms import Arm


class CareSetting(StrEnum):
    """Inpatient and outpatient coding follow different rules."""

    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class Fact(StrEnum):
    """What may be set of an encounter after it came in: typed, or read from a note.

    Its values as texts: years, a `Sex`, days as ISO, a `Disposition`.
    """

    AGE = "age"
    SEX = "sex"
    ADMITTED = "admitted"
    DISCHARGED = "discharged"
    DISPOSITION = "disposition"


class Disposition(StrEnum):
    """Where a patient went, as claims say it (patient status of the UB-04)."""

    HOME = "home"
    SHORT_TERM_HOSPITAL = "short_term_hospital"
    SKILLED_NURSING = "skilled_nursing"
    HOME_HEALTH = "home_health"
    AGAINST_ADVICE = "against_advice"
    EXPIRED = "expired"
    HOSPICE_HOME = "hospice_home"
    HOSPICE_FACILITY = "hospice_facility"
    REHABILITATION = "rehabilitation"
    LONG_TERM_HOSPITAL = "long_term_hospital"
    PSYCHIATRIC = "psychiatric"
    OTHER = "other"


class NoteType(StrEnum):
    """What kind of document a note is: a closed list, so that no name of a patient gets into it."""

    DISCHARGE_SUMMARY = "discharge_summary"
    TRANSFER_SUMMARY = "transfer_summary"
    DEATH_SUMMARY = "death_summary"
    HISTORY_AND_PHYSICAL = "history_and_physical"
    OPERATIVE_REPORT = "operative_report"
    PROCEDURE_NOTE = "procedure_note"
    CONSULTATION = "consultation"
    PROGRESS_NOTE = "progress_note"
    EMERGENCY_NOTE = "emergency_note"
    RADIOLOGY_REPORT = "radiology_report"
    PATHOLOGY_REPORT = "pathology_report"
    ECHOCARDIOGRAM = "echocardiogram"
    ELECTROCARDIOGRAM = "electrocardiogram"
    ANESTHESIA_RECORD = "anesthesia_record"
    NURSING_NOTE = "nursing_note"
    OFFICE_VISIT = "office_visit"
    DELIVERY_NOTE = "delivery_note"
    AUTOPSY_REPORT = "autopsy_report"


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
    """The facts of an encounter as intake has checked them.

    ``team`` is the name of the team it is for; None leaves it to whose team takes it in.
    ``account`` is the number under which it is billed, as its source writes it: it stays in
    memory, the store keeps its digest. ``service`` and ``payer`` are as the source calls them.
    ``read`` are the facts that a person took as a note states them; the rest came with the source
    or was typed. Two that differ in that alone are of the same encounter.
    """

    setting: CareSetting
    age: int | None = None
    sex: Sex = Sex.UNKNOWN
    admitted: date | None = None
    discharged: date | None = None
    team: str | None = None
    disposition: Disposition | None = None
    account: str | None = field(default=None, repr=False)
    service: str | None = None
    payer: str | None = None
    read: frozenset[Fact] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class NewNote:
    """Text of a note as intake has checked it, and what it was called.

    ``author`` is what the source calls who wrote it, ``written`` the day of the document.
    """

    text: str
    title: str
    type: NoteType | None = None
    author: str | None = None
    written: date | None = None


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
    type: NoteType | None = None
    author: str | None = None
    written: date | None = None


def encounter_label(number: int) -> str:
    """The short name people read for an encounter: ``E-00042``."""
    return f"E-{number:05d}"


class PurgeReason(StrEnum):
    """Why text was purged; OTHER is said in words."""

    RETENTION_PERIOD = "retention_period"
    REQUEST = "request"
    MISTAKE = "mistake"
    CONTRACT_ENDED = "contract_ended"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Purge:
    """That the text of an encounter is gone for good: since when, by whom, and why.

    ``notes`` and ``words`` count the texts of notes and the words of people that went.
    """

    at: datetime
    actor: str
    reason: PurgeReason
    notes: int
    words: int


@dataclass(frozen=True, slots=True)
class Encounter:
    """A stored encounter with its notes in order; without their text once it was ``purged``.

    ``assignee`` is the id of the user whose it is, None while it is nobody's. ``arm`` is what it is
    coded with until it is signed, None where no arm was drawn.
    """

    id: str
    number: int
    setting: CareSetting
    age: int | None
    sex: Sex
    admitted: date | None
    discharged: date | None
    created: datetime
    notes: tuple[Note, ...]
    purged: Purge | None = None
    disposition: Disposition | None = None
    service: str | None = None
    payer: str | None = None
    assignee: int | None = None
    arm: Arm | None = None

    @property
    def label(self) -> str:
        """The short name people read: ``E-00042``."""
        return encounter_label(self.number)
