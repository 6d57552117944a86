"""What several pages show of an encounter, as the browser gets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from icd9_review.ui.words import describe_dates, describe_person
from icd9_review.values import CareSetting, Encounter


@dataclass(frozen=True, slots=True)
class EncounterView:
    """The banner's facts: no name, no number of a person. Days are ISO, empty if unknown."""

    id: str
    label: str
    person: str
    setting: str
    dates: str
    inpatient: bool
    admitted: str
    discharged: str


@dataclass(frozen=True, slots=True)
class ModelView:
    """``version`` is shortened for people; ``labels`` counts the codes the model knows."""

    name: str
    version: str
    labels: int
    calibrated: bool


@dataclass(frozen=True, slots=True)
class ReadView:
    """How much of the encounter's text stood in a window, in [0, 1] and in words."""

    share: float
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A run of pieces ``first … last`` shown as one, its text, and its weight in [-1, 1].

    ``assertion`` is what the context says of it, ``section`` where in the note it stands.
    """

    first: int
    last: int
    text: str
    weight: float
    assertion: str
    section: str


@dataclass(frozen=True, slots=True)
class ExplanationView:
    """What the model used for one code.

    ``note`` is an index into the notes. ``marks`` are (piece, weight) with the weight
    relative to the largest, in [-1, 1], above the noise floor. ``evidence`` is what to
    read first, heaviest first. ``deletion`` says what the code keeps without it; ``details``
    are (name, value) of how it was worked out. A ``preview`` is rough; another one is coming.
    """

    note: int
    marks: tuple[tuple[int, float], ...]
    evidence: tuple[Evidence, ...]
    holds: bool
    completeness: str
    deletion: str
    details: tuple[tuple[str, str], ...]
    preview: bool = False
    status: Literal["ready"] = "ready"


@dataclass(frozen=True, slots=True)
class ExplanationState:
    """An explanation that is not there, and why."""

    status: Literal["running", "failed"]
    message: str = ""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note cut into pieces, whose concatenation is its text.

    ``headings`` are the indices of the pieces that are section headings, ``wraps`` those of the
    line ends that may be shown as a space; ``news`` says what became of the note since this
    person last had the encounter open, ``told`` its type, author and day in words.
    """

    id: str
    title: str
    pieces: tuple[str, ...]
    headings: tuple[int, ...] = ()
    wraps: tuple[int, ...] = ()
    news: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of a note that name a code or that it was added with; ``note`` is an index.

    ``leads`` says that they assert it in a list of diagnoses, where one looks first.
    """

    note: int
    first: int
    last: int
    text: str
    assertion: str
    section: str
    leads: bool


def present_encounter(encounter: Encounter) -> EncounterView:
    """The banner's facts of an encounter."""
    return EncounterView(
        id=encounter.id,
        label=encounter.label,
        person=describe_person(encounter.age, encounter.sex) or "age and sex unknown",
        setting=encounter.setting.value,
        dates=describe_dates(encounter.admitted, encounter.discharged),
        inpatient=encounter.setting is CareSetting.INPATIENT,
        admitted=encounter.admitted.isoformat() if encounter.admitted else "",
        discharged=encounter.discharged.isoformat() if encounter.discharged else "",
    )
