"""The values that travel between packages: frozen, without behaviour of their own.

Offsets are code points in a stored note: ``text[start:end]``. Probabilities are
in [0, 1]. Times are aware and in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Kind(StrEnum):
    """Which volume of ICD-9-CM a code belongs to; ``(kind, code)`` is the key."""

    DIAGNOSIS = "diagnosis"
    PROCEDURE = "procedure"


class CareSetting(StrEnum):
    """Inpatient and outpatient coding follow different rules."""

    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """What a user may do; SYSTEM is the program itself and nobody signs in with it."""

    CODER = "coder"
    CLINICIAN = "clinician"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class Verdict(StrEnum):
    """What a coder said about one code of an encounter; silence is OPEN."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Action(StrEnum):
    """What a coder does to one code; UNDO takes back the last standing decision on it."""

    ACCEPT = "accept"
    REJECT = "reject"
    UNDO = "undo"


class RejectReason(StrEnum):
    """Why a suggestion was rejected; one key each on the workbench."""

    NOT_DOCUMENTED = "not_documented"
    NEGATED = "negated"
    HISTORY = "history"
    UNCERTAIN = "uncertain"
    SPECIFICITY = "specificity"
    INTEGRAL = "integral"
    DUPLICATE = "duplicate"
    WRONG_SENSE = "wrong_sense"
    OTHER = "other"


class EncounterStatus(StrEnum):
    """Where an encounter stands on the worklist."""

    SCORING = "scoring"
    FAILED = "failed"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DECIDED = "decided"


class WorklistSort(StrEnum):
    """The order of the worklist; encounters that tie come newest first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    MOST_OPEN = "most_open"
    LAST_CHANGED = "last_changed"


class Format(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSONL = "jsonl"


class EventKind(StrEnum):
    """What a ledger event says happened."""

    ENCOUNTER_CREATED = "encounter_created"
    NOTE_ADDED = "note_added"
    SCORED = "scored"
    EXPLAINED = "explained"
    OPENED = "opened"
    SHOWN = "shown"
    CLOSED = "closed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNDONE = "undone"
    EXPORTED = "exported"
    SIGNED_IN = "signed_in"


@dataclass(frozen=True, slots=True)
class User:
    id: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a note that went through the model in one piece."""

    index: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scores:
    """What a model version says about one note, for every label it knows.

    ``logits`` float32 of shape (labels,): the largest logit over the windows.
    ``windows`` int32 of shape (labels,): the index of the window it came from.
    ``spans``: the windows themselves. ``read`` of ``length`` code points of the
    note stood in at least one window.
    """

    model_version: str
    logits: npt.NDArray[np.float32]
    windows: npt.NDArray[np.int32]
    spans: tuple[Window, ...]
    read: int
    length: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling of the largest logit: ``sigmoid(slope * logit + intercept)``."""

    slope: float
    intercept: float
    split: str


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """What is needed to read a score vector without the model that made it.

    ``labels``, ``kinds`` and ``thresholds`` run parallel, in the order of the
    model's outputs. ``version`` is the SHA-256 of all that changes the output.
    """

    version: str
    name: str
    labels: tuple[str, ...]
    kinds: tuple[Kind, ...]
    thresholds: tuple[float, ...]
    calibration: Calibration | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One code with the model's probability for a note or an encounter.

    ``probability`` is the raw sigmoid of the largest logit and is what
    ``threshold`` is compared with; ``calibrated`` is for display, None where the
    model folder has no calibration. ``window`` is where the model saw most of it,
    in the note ``note_id`` (None for a text that is not stored).
    """

    code: str
    kind: Kind
    probability: float
    calibrated: float | None
    threshold: float
    window: Window
    note_id: str | None = None

    @property
    def suggested(self) -> bool:
        """Whether the probability reaches the code's threshold."""
        return self.probability >= self.threshold


@dataclass(frozen=True, slots=True)
class WordWeight:
    """The signed share of one word in the logit of a code: positive supports it."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """What the model used for one code in one window of a note.

    ``delta`` is the completeness error relative to the change of the logit,
    ``|sum - (F(x) - F(b))| / |F(x) - F(b)|``; ``holds`` says whether it is within
    tolerance. Words are in reading order, offsets in the whole note.
    """

    code: str
    window: Window
    words: tuple[WordWeight, ...]
    method: str
    baseline: str
    steps: int
    delta: float
    holds: bool


@dataclass(frozen=True, slots=True)
class AttributionKey:
    """What makes an attribution the same one; computed once per key.

    ``settings`` is what else the method was given, in one canonical text.
    """

    note_id: str
    window: Window
    kind: Kind
    code: str
    model_version: str
    method: str
    baseline: str
    settings: str


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


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the ledger as it is stored, payload decoded."""

    stream: str
    sequence: int
    kind: EventKind
    schema: int
    payload: dict[str, object]
    actor: int
    at: datetime
    key: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a coder does to one code, as the browser sent it: not yet stored.

    ``key`` is the idempotency key the browser gave it: sent twice, it is the same
    decision. ``client`` names the tab, ``seen`` is the sequence number of the last
    event of the encounter that tab had shown: a decision of another tab or person
    on the same code after ``seen`` is a conflict, one's own queue is not.
    ``reason`` belongs to REJECT and to nothing else.
    """

    key: str
    action: Action
    code: str
    client: str
    seen: int
    kind: Kind = Kind.DIAGNOSIS
    reason: RejectReason | None = None


@dataclass(frozen=True, slots=True)
class CodeState:
    """Where one code of an encounter stands after all its events.

    ``sequence`` is that of the standing decision, whose actor and time these are.
    """

    code: str
    kind: Kind
    verdict: Verdict
    reason: RejectReason | None
    actor: int
    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class ReviewState:
    """The fold of an encounter's events; ``sequence`` is that of the last one.

    ``codes`` holds what was decided and stands (nothing for a code that is open),
    in the order of the decisions.
    """

    sequence: int
    codes: tuple[CodeState, ...]


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One code of one encounter as exports give it.

    Probabilities, threshold, model version and note are those of the decision, or
    of the present suggestion where nobody has decided. ``actor`` and ``at`` belong
    to the last decision; a code with a verdict of OPEN has them after an undo only.
    """

    encounter: str
    encounter_id: str
    setting: CareSetting
    age: int | None
    sex: Sex
    code: str
    kind: Kind
    verdict: Verdict
    reason: RejectReason | None
    actor: str | None
    at: datetime | None
    probability: float
    calibrated: float | None
    threshold: float
    model_version: str
    note_id: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the ledger does not verify; no sequence for a stream as a whole."""

    stream: str
    sequence: int | None
    problem: str


@dataclass(frozen=True, slots=True)
class Job:
    """A note to be scored by a model version, claimed for the ``attempts``-th time."""

    id: int
    note_id: str
    model_version: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Pending:
    """How many notes wait for a model version's scores, are being read, have failed."""

    queued: int
    running: int
    failed: int


@dataclass(frozen=True, slots=True)
class WorklistQuery:
    """What to show of the worklist.

    Every word of ``search`` must occur in the label, a note's title or the name of
    the last actor. No ``statuses`` means every status.
    """

    search: str = ""
    statuses: tuple[EncounterStatus, ...] = ()
    setting: CareSetting | None = None
    sort: WorklistSort = WorklistSort.NEWEST
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One encounter on the worklist.

    ``open`` counts suggestions without a verdict, ``decided`` codes with one;
    ``actor`` and ``at`` are of the last decision, or of the creation.
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
    actor: str
    at: datetime
    created: datetime


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """Rows of one page, how many there are in all, and how many per status.

    ``counts`` has every status and obeys search and setting, not ``statuses``.
    """

    rows: tuple[WorklistRow, ...]
    total: int
    counts: dict[EncounterStatus, int]
