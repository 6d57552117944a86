"""The values that travel between packages: frozen, without behaviour of their own.

Offsets are code points in a stored note: ``text[start:end]``. Probabilities are
in [0, 1]. Times are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt


class Kind(StrEnum):
    """Which volume of ICD-9-CM a code belongs to; ``(kind, code)`` is the key."""

    DIAGNOSIS = "diagnosis"
    PROCEDURE = "procedure"


CodeKey = tuple[Kind, str]
"""A code: its kind and its dotted form."""


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
    REPLACED = "replaced"


class Action(StrEnum):
    """What a coder does: to one code, or (from SET_ADMITTING on) to the encounter.

    UNDO takes back the last verdict on a code: ACCEPT, REJECT, REPLACE or ADD. The
    others are settings: the last one counts.
    """

    ACCEPT = "accept"
    REJECT = "reject"
    REPLACE = "replace"
    ADD = "add"
    UNDO = "undo"
    RESEQUENCE = "resequence"
    SET_POA = "set_poa"
    SET_PERFORMED = "set_performed"
    SET_ADMITTING = "set_admitting"
    HOLD = "hold"
    RELEASE = "release"
    FINALISE = "finalise"
    REOPEN = "reopen"


class Origin(StrEnum):
    """How a code came to be accepted."""

    SUGGESTED = "suggested"
    REPLACED = "replaced"
    ADDED = "added"


class Poa(StrEnum):
    """Present on admission, as claims write it (UHDDS); inpatient diagnoses only."""

    YES = "Y"
    NO = "N"
    UNKNOWN = "U"
    UNDETERMINED = "W"
    EXEMPT = "1"


class Assertion(StrEnum):
    """What the words around a span say about it."""

    PRESENT = "present"
    NEGATED = "negated"
    FAMILY = "family"
    HISTORICAL = "historical"
    UNCERTAIN = "uncertain"


class HoldReason(StrEnum):
    """Why an encounter waits."""

    QUERY = "query"
    DOCUMENT = "document"
    OPINION = "opinion"
    OTHER = "other"


class ReopenReason(StrEnum):
    """Why a finalised encounter was taken up again."""

    DOCUMENT = "document"
    ANSWER = "answer"
    CORRECTION = "correction"
    OTHER = "other"


class OfferUse(StrEnum):
    """What an offered code does: takes the offending one's place, stands beside it, or takes
    the place of it and of the others that it concerns."""

    REPLACE = "replace"
    ADD = "add"
    COMBINE = "combine"


class Severity(StrEnum):
    """An ERROR keeps an encounter from being finalised; the others do not."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


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


class ExampleUnit(StrEnum):
    """What a model's training examples are counted in.

    A NOTE is one of somebody's documents. A PASSAGE is a short text that was written from a
    template or cut from a note, often with other terms in the place of its own.
    """

    NOTE = "note"
    PASSAGE = "passage"


class EncounterStatus(StrEnum):
    """Where an encounter stands on the worklist."""

    SCORING = "scoring"
    FAILED = "failed"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DECIDED = "decided"
    HELD = "held"
    FINALISED = "finalised"


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


class Likelihood(StrEnum):
    """How likely the likeliest open suggestion of an encounter is.

    The bands begin at 0.9, 0.7, 0.4 and 0, each without the end of the next.
    """

    VERY_LIKELY = "very_likely"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"


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
    INSPECTED = "inspected"
    CLOSED = "closed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REPLACED = "replaced"
    ADDED = "added"
    UNDONE = "undone"
    RESEQUENCED = "resequenced"
    POA_SET = "poa_set"
    PERFORMED_SET = "performed_set"
    ADMITTING_SET = "admitting_set"
    HELD = "held"
    RELEASED = "released"
    FINALISED = "finalised"
    REOPENED = "reopened"
    COMMENTED = "commented"
    ASSIGNED = "assigned"
    CLAIMED = "claimed"
    CODES_IMPORTED = "codes_imported"
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
class ReliabilityBin:
    """Pairs of note and code whose displayed probability lies in (low, high], the first with 0.

    ``mean`` is their mean probability, ``observed`` the share in which the code was right.
    """

    low: float
    high: float
    count: int
    mean: float
    observed: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """How often probabilities held on labelled notes that ``split`` names.

    ``all`` takes all codes together; ``codes`` has those with enough positives. Each one's bins
    go from 0 to 1 without a gap, and none is empty.
    """

    codes: Mapping[str, tuple[ReliabilityBin, ...]]
    all: tuple[ReliabilityBin, ...]
    split: str


@dataclass(frozen=True, slots=True)
class Examples:
    """In how many training examples each code stood; a code that is not named stood in none."""

    counts: Mapping[str, int]
    unit: ExampleUnit
    split: str

    def of(self, code: str) -> int:
        """The examples of one code."""
        return self.counts.get(code, 0)


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

    @property
    def shown(self) -> float:
        """The probability that people are shown: the calibrated one where there is one."""
        return self.probability if self.calibrated is None else self.calibrated


@dataclass(frozen=True, slots=True)
class WordWeight:
    """The signed share of one word in the logit of a code: positive supports it."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Deletion:
    """A code's probability in a window before and after words are taken out of it.

    As it is shown: calibrated where the model is. ``without`` the ``words`` words of the
    evidence, ``random`` the mean without as many random ones; None where too few are left.
    """

    words: int
    before: float
    without: float
    random: float | None


@dataclass(frozen=True, slots=True)
class Attribution:
    """What the model used for one code in one window of a note.

    ``delta`` is the completeness error relative to the change of the logit,
    ``|sum - (F(x) - F(b))| / |F(x) - F(b)|``; ``holds`` says whether it is within
    tolerance. Words are in reading order, offsets in the whole note. ``deletion`` is None
    where nothing supports the code, or the check was not made.
    """

    code: str
    window: Window
    words: tuple[WordWeight, ...]
    method: str
    baseline: str
    steps: int
    delta: float
    holds: bool
    deletion: Deletion | None = None


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
class Span:
    """``text[start:end]`` of a stored note."""

    note_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What a coder does, as the browser sent it: not yet stored.

    ``key`` is the idempotency key the browser gave it: sent twice, it is the same
    decision. ``client`` names the tab, ``seen`` is the sequence number of the last
    event of the encounter that tab had shown: a decision of another tab or person
    on the same code after ``seen`` is a conflict, one's own queue is not.

    ``code`` is empty for what is done to the encounter as a whole. The rest belongs to
    one action each: ``reason`` to REJECT, HOLD and REOPEN; ``by`` (the code that takes
    this one's place) to REPLACE; ``evidence`` to ADD and REPLACE, and may be empty;
    ``position`` (0 is first) to RESEQUENCE; ``poa`` to SET_POA, ``performed`` to
    SET_PERFORMED, both None to unset; SET_ADMITTING with an empty code unsets it.
    ``words`` are a person's own, at most 1,000 characters, for HOLD, REOPEN and REJECT.
    """

    key: str
    action: Action
    code: str
    client: str
    seen: int
    kind: Kind = Kind.DIAGNOSIS
    reason: RejectReason | HoldReason | ReopenReason | None = None
    by: str | None = None
    evidence: tuple[Span, ...] = ()
    position: int | None = None
    poa: Poa | None = None
    performed: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class CodeState:
    """Where one code of an encounter stands after all its events.

    ``sequence`` is that of the standing decision, whose actor and time these are.
    ``by`` is the code that took its place (verdict REPLACED). An accepted code has an
    ``origin``, the ``evidence`` it was added with, and what was set on it.
    """

    code: str
    kind: Kind
    verdict: Verdict
    reason: RejectReason | None
    actor: int
    at: datetime
    sequence: int
    by: str | None = None
    origin: Origin | None = None
    evidence: tuple[Span, ...] = ()
    poa: Poa | None = None
    performed: date | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """What a person said of a code, which decides nothing.

    ``sequence`` is that of its event in the encounter's stream, ``actor`` the person's name.
    ``words`` are None where they were purged.
    """

    sequence: int
    code: str
    kind: Kind
    words: str | None
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """Why an encounter waits; ``digest`` refers to words kept apart, empty where there are none."""

    reason: HoldReason
    digest: str
    actor: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who finalised an encounter, when, and the digest of the codes that were signed."""

    actor: int
    at: datetime
    codes_sha256: str


@dataclass(frozen=True, slots=True)
class ReviewState:
    """The fold of an encounter's events; ``sequence`` is that of the last one.

    ``codes`` holds what was decided and stands (nothing for a code that is open),
    in the order of the decisions. ``accepted`` are the codes of the chart in the order
    the coder gave them, diagnoses (the first is the principal) before procedures.
    """

    sequence: int
    codes: tuple[CodeState, ...]
    accepted: tuple[CodeState, ...] = ()
    admitting: str | None = None
    hold: Hold | None = None
    signed: SignOff | None = None


@dataclass(frozen=True, slots=True)
class ChartCode:
    """One accepted code as the edits see it.

    ``assertion`` is what its best evidence says, None where it has none.
    """

    code: str
    kind: Kind = Kind.DIAGNOSIS
    poa: Poa | None = None
    performed: date | None = None
    assertion: Assertion | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """The codes of an encounter in their order with the facts the edits need.

    The first diagnosis is the principal (outpatient: first-listed) one.
    """

    setting: CareSetting
    age: int | None
    sex: Sex
    admitted: date | None
    discharged: date | None
    diagnoses: tuple[ChartCode, ...]
    procedures: tuple[ChartCode, ...] = ()
    admitting: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing a rule says about a chart.

    ``number`` is that of the rule (docs/edits.md), ``section`` where the rule stands.
    ``code`` is the offending one, None for the chart as a whole; ``others`` are codes
    of the chart that it concerns too, ``offers`` codes that could help; ``use`` says how.
    """

    number: int
    severity: Severity
    message: str
    section: str
    code: str | None = None
    kind: Kind = Kind.DIAGNOSIS
    others: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    use: OfferUse = OfferUse.REPLACE


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One code of one encounter as exports give it.

    Probabilities, threshold, model version and note are those of the decision, or
    of the present suggestion where nobody has decided; a code outside the model has
    none. ``actor`` and ``at`` belong to the last decision; a code with a verdict of OPEN
    has them after an undo, or as the admitting diagnosis, only.

    An accepted code has an ``origin``, the ``evidence`` it was added with and a
    ``position`` within its kind, 1 being the principal (or first-listed) diagnosis. ``by``
    is the code that took its place. ``status`` is HELD or FINALISED where the encounter
    is, with who did that and when.
    """

    encounter: str
    encounter_id: str
    setting: CareSetting
    age: int | None
    sex: Sex
    code: str
    kind: Kind
    verdict: Verdict = Verdict.OPEN
    reason: RejectReason | None = None
    actor: str | None = None
    at: datetime | None = None
    probability: float | None = None
    calibrated: float | None = None
    threshold: float | None = None
    model_version: str | None = None
    note_id: str | None = None
    by: str | None = None
    origin: Origin | None = None
    position: int | None = None
    poa: Poa | None = None
    performed: date | None = None
    admitting: bool = False
    evidence: tuple[Span, ...] = ()
    status: EncounterStatus | None = None
    signer: str | None = None
    signed_at: datetime | None = None


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
    """How many jobs of one sort wait for a model version, are running, have failed."""

    queued: int
    running: int
    failed: int


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

    Every word of ``search`` must occur in the label, a note's title or the name of the
    last actor. ``statuses`` and ``assignees`` are alternatives, none of them means any;
    an assignee is the id of a user, or None for an encounter that is nobody's.
    ``dated_before`` is compared with the day of the chart: that of the discharge, else of
    the admission, else the one on which it was taken in.
    """

    search: str = ""
    statuses: tuple[EncounterStatus, ...] = ()
    setting: CareSetting | None = None
    assignees: tuple[int | None, ...] = ()
    dated_before: date | None = None
    with_errors: bool = False
    likelihood: Likelihood | None = None
    sort: WorklistSort = WorklistSort.NEWEST
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One encounter on the worklist.

    ``open`` counts suggestions without a verdict, ``decided`` codes with one, ``errors``
    the edits that keep the encounter from being finalised; ``confidence`` is the
    probability of the likeliest open suggestion. ``actor`` and ``at`` are of the last
    decision, or of the creation.
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
