"""What leaves the program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from icd9_review.values.codes import CodeKey, Kind
from icd9_review.values.decisions import Action, Origin, Poa, RejectReason, Verdict
from icd9_review.values.encounters import (
    CareSetting,
    Disposition,
    EncounterStatus,
    Fact,
    NoteType,
    Purge,
    PurgeReason,
    Sex,
)
from icd9_review.values.ledger import Event
from icd9_review.values.people import GlassReason
from icd9_review.values.quality.arms import Arm
from icd9_review.values.scoring import Doubt
from icd9_review.values.text import Assertion, Span


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """Which rows of an export are wanted: all of them unless something is named.

    ``since`` (included) and ``before`` (excluded) bound the time of a row, ``people`` are
    ids of who it is by; a row without a time or a person is in no bounds and of nobody.
    ``only_decided`` leaves out what nobody decided on: open suggestions, the events of a
    history that are no decisions, and charts that are not signed. ``settings`` and ``statuses`` are
    those of the encounter as it stands; ``codes`` are codes or headers, which take what is below
    them.
    """

    since: datetime | None = None
    before: datetime | None = None
    people: tuple[int, ...] = ()
    only_decided: bool = False
    settings: tuple[CareSetting, ...] = ()
    statuses: tuple[EncounterStatus, ...] = ()
    codes: tuple[str, ...] = ()

    def takes(self, at: datetime | None, person: int | None) -> bool:
        """Whether a row of this time and person is wanted."""
        if self.people and person not in self.people:
            return False
        if at is None:
            return self.since is None and self.before is None
        return (self.since or at) <= at and (self.before is None or at < self.before)

    def takes_code(self, code: str | None) -> bool:
        """Whether a row about this code is wanted.

        >>> ExportFilter(codes=("428", "250.0")).takes_code("428.21")
        True
        >>> ExportFilter(codes=("428", "250.0")).takes_code("250.60")
        False
        """
        return not self.codes or (code is not None and any(_below(code, h) for h in self.codes))


def _below(code: str, header: str) -> bool:
    """A header of a category goes as far as the dot: 38 takes 38.93 and not 389.9."""
    return code == header or code.startswith(header if "." in header else f"{header}.")


@dataclass(frozen=True, slots=True)
class ShownSpan:
    """A piece of evidence as a person saw it: its share, what the context says, its words.

    ``weight`` is relative to the heaviest word, in [-1, 1]: positive supports the code.
    ``section`` is the kind of the section it stands in, never the heading as written.
    """

    span: Span
    weight: float
    assertion: Assertion
    section: str
    words: str


class Unshown(StrEnum):
    """Why nobody saw evidence for a code when it was decided.

    PENDING: the explanation came later, and a preview at most was on the screen. NOTHING: there
    was one and no word stood out. UNSCORED: no model had said anything of the code.
    """

    OFF = "off"
    PENDING = "pending"
    NOTHING = "nothing"
    UNSCORED = "unscored"


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One code of one encounter as exports give it.

    ``probability`` (raw), ``calibrated``, threshold, model and note are those of the
    decision, or of the present suggestion where nobody has decided; a code outside the
    model has none. ``rank`` is its place among the suggestions then, 1 the most probable,
    None where it was not suggested; ``demoted`` what the model's judge doubted most, where it
    demoted the code; ``shown`` the evidence on the screen then, heaviest first, ``unshown``
    why there was none (None of purged text, of which nobody can tell any more). ``actor`` and
    ``at`` belong to the last decision; a code with a verdict of OPEN has them after an undo, or
    as the admitting diagnosis, only.

    An accepted code has an ``origin``, the ``evidence`` it was added with (``found`` by the
    program, or chosen) and a ``position`` within its kind; ``principal`` is the first diagnosis
    once somebody has said that it is the principal (or first-listed) one. ``by`` is the code that
    took its place. ``status`` is that of the worklist; ``status_reason`` why the encounter is held,
    or was reopened since it was last signed or held, with the action that gave it. ``unexplained``
    is whether why the model says what it says is kept back until the chart is signed, ``arm`` the
    one that it was signed in, told from then on. ``signer`` held or finalised it, where that
    stands. ``facts_read`` are the facts that somebody took as a note states them. ``purged`` is how
    the text of the encounter went, if it did. ``note_type`` and ``note_date`` (its day) are those
    of the document ``note_id``.
    """

    encounter: str
    encounter_id: str
    setting: CareSetting
    age: int | None
    sex: Sex
    admitted: date | None
    discharged: date | None
    status: EncounterStatus
    code: str
    kind: Kind
    verdict: Verdict = Verdict.OPEN
    reason: RejectReason | None = None
    actor: str | None = None
    actor_id: int | None = None
    at: datetime | None = None
    probability: float | None = None
    calibrated: float | None = None
    threshold: float | None = None
    rank: int | None = None
    demoted: Doubt | None = None
    model: str | None = None
    model_version: str | None = None
    note_id: str | None = None
    shown: tuple[ShownSpan, ...] = ()
    unshown: Unshown | None = None
    by: str | None = None
    origin: Origin | None = None
    position: int | None = None
    principal: bool = False
    poa: Poa | None = None
    performed: date | None = None
    admitting: bool = False
    evidence: tuple[Span, ...] = ()
    found: bool = False
    status_reason: tuple[Action, str] | None = None
    signer: str | None = None
    signer_id: int | None = None
    signed_at: datetime | None = None
    disposition: Disposition | None = None
    facts_read: tuple[Fact, ...] = ()
    purged: Purge | None = None
    service: str | None = None
    payer: str | None = None
    note_type: NoteType | None = None
    note_date: date | None = None
    unexplained: bool = False
    arm: Arm | None = None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One event of one encounter as exports give it.

    ``before`` and ``after`` are what it changed (``review.changes``). ``reason`` comes with
    the action it belongs to, of a purge alone; ``words`` are a person's own, None where there
    are none or they were purged. ``purged`` says that the text or words that the event tells of
    are gone. Probabilities and threshold are those a decision rests on. ``proof`` is how a
    signer showed who they are, ``proved`` when they showed it once more.
    """

    encounter: str
    encounter_id: str
    event: Event
    actor: str
    did: str
    code: CodeKey | None = None
    before: str | None = None
    after: str | None = None
    reason: tuple[Action, str] | PurgeReason | GlassReason | None = None
    words: str | None = None
    purged: bool = False
    probability: float | None = None
    calibrated: float | None = None
    threshold: float | None = None
    model: str | None = None
    model_version: str | None = None
    note_id: str | None = None
    proof: str | None = None
    proved: datetime | None = None


class CodeProvenance(StrEnum):
    """Whose word a final code is: one coder's, that of all who coded the chart, or that of whoever
    settled what they disagreed on; unresolved where they still do."""

    SINGLE = "single"
    UNANIMOUS = "unanimous"
    ADJUDICATED = "adjudicated"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class FinalCode:
    """A code of a chart with what is set on it and whose word it is.

    ``position`` is its place within its kind, from 1, None for an admitting diagnosis alone.
    ``coder`` decided on it last, ``at`` then. ``model`` and ``model_version`` are those the
    decision rests on, None where none had read the notes.
    """

    code: str
    kind: Kind
    coder: str
    coder_id: int
    at: datetime
    position: int | None = None
    principal: bool = False
    origin: Origin | None = None
    poa: Poa | None = None
    performed: date | None = None
    probability: float | None = None
    model: str | None = None
    model_version: str | None = None
    provenance: CodeProvenance = CodeProvenance.SINGLE


@dataclass(frozen=True, slots=True)
class FinalChart:
    """What leaves of an encounter as a whole: its codes in their order, diagnoses first.

    ``signer`` and ``signed_at`` are None where it is not signed; ``by`` and ``at`` are then those
    of the last decision, else those of the signature.
    """

    encounter: str
    encounter_id: str
    setting: CareSetting
    age: int | None
    sex: Sex
    admitted: date | None
    discharged: date | None
    disposition: Disposition | None
    service: str | None
    payer: str | None
    status: EncounterStatus
    codes: tuple[FinalCode, ...]
    admitting: FinalCode | None
    by: int
    at: datetime
    signer: str | None = None
    signer_id: int | None = None
    signed_at: datetime | None = None
    purged: Purge | None = None

    def of(self, kind: Kind) -> tuple[FinalCode, ...]:
        """Its diagnoses or its procedures."""
        return tuple(each for each in self.codes if each.kind is kind)

    def was_admitted_for(self, code: FinalCode) -> bool:
        """Whether a code is the admitting diagnosis."""
        given = self.admitting
        return given is not None and (given.kind, given.code) == (code.kind, code.code)


@dataclass(frozen=True, slots=True)
class FinalCodeRow:
    """A code with the chart that it is of."""

    chart: FinalChart
    code: FinalCode
