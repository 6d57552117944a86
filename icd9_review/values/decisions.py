"""What people do to codes and encounters, and what it amounts to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from icd9_review.values.codes import Kind
from icd9_review.values.encounters import Fact
from icd9_review.values.text import Span


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
    SET_EVIDENCE = "set_evidence"
    SET_ADMITTING = "set_admitting"
    SET_FACT = "set_fact"
    SET_LINE = "set_line"
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


class HoldReason(StrEnum):
    """Why an encounter waits. Keys and words: ``review.reasons``."""

    QUERY = "query"
    DOCUMENT = "document"
    OPINION = "opinion"
    OTHER = "other"


class ReopenReason(StrEnum):
    """Why a finalised encounter was taken up again. Keys and words: ``review.reasons``."""

    DOCUMENT = "document"
    ANSWER = "answer"
    CORRECTION = "correction"
    OTHER = "other"


class RejectReason(StrEnum):
    """Why a suggestion was rejected. Keys and words: ``review.reasons``."""

    NOT_DOCUMENTED = "not_documented"
    NEGATED = "negated"
    HISTORY = "history"
    UNCERTAIN = "uncertain"
    SPECIFICITY = "specificity"
    INTEGRAL = "integral"
    DUPLICATE = "duplicate"
    WRONG_SENSE = "wrong_sense"
    OTHER = "other"


NEEDLESS = "needless"
"""What SET_LINE says of a chart line: it needs no code."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a coder does, as the browser sent it: not yet stored.

    ``key`` is the idempotency key the browser gave it: sent twice, it is the same
    decision. ``client`` names the tab, ``seen`` is the sequence number of the last
    event of the encounter that tab had shown: a decision of another tab or person
    on the same code after ``seen`` is a conflict, one's own queue is not.

    ``code`` is empty for what is done to the encounter as a whole. The rest belongs to
    one action each: ``reason`` to REJECT, HOLD and REOPEN; ``by`` (the code that takes
    this one's place) to REPLACE; ``evidence`` to ADD, REPLACE and SET_EVIDENCE, and may be empty;
    ``position`` (0 is first, and says that it is the principal) to RESEQUENCE; ``poa`` to
    SET_POA, ``performed`` to SET_PERFORMED, both None to unset; SET_ADMITTING with an empty code
    unsets it. SET_FACT has a ``fact`` and its ``value`` (None for not known), and as ``evidence``
    the words of a note that it was read from; none where a person typed it. SET_LINE has the
    place of a chart line as ``evidence`` and as ``value`` NEEDLESS, or None to take that back.
    A HOLD that waits for a physician may name the ``query`` whose answer it waits for.
    ``words`` are a person's own, at most 1,000 characters, for HOLD, REOPEN and REJECT.
    ``together`` is how many codes the person accepted or rejected at once, of which this is one.
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
    together: int = 1
    fact: Fact | None = None
    value: str | None = None
    query: int | None = None


@dataclass(frozen=True, slots=True)
class CodeState:
    """Where one code of an encounter stands after all its events.

    ``sequence`` is that of the standing decision, whose actor and time these are.
    ``by`` is the code that took its place (verdict REPLACED). An accepted code has an
    ``origin``, the ``evidence`` it was added with or that was set since, and what else was set
    on it; ``found`` says that the program found that evidence, and nobody chose it.
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
    found: bool = False


@dataclass(frozen=True, slots=True)
class FactState:
    """What a person last set a fact to: None for not known; ``read`` are the words of a note."""

    fact: Fact
    value: str | None
    read: Span | None
    actor: int
    at: datetime


@dataclass(frozen=True, slots=True)
class NeedlessLine:
    """A chart line of which a person said that it needs no code; ``span`` is where it stands."""

    span: Span
    actor: int
    at: datetime
    sequence: int


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
    """Why an encounter waits; ``digest`` refers to words kept apart, empty where there are none.

    ``query`` is the number of the physician query that it waits for.
    """

    reason: HoldReason
    digest: str
    actor: int
    at: datetime
    query: int | None = None


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
    the coder gave them, diagnoses before procedures. ``principal`` is the first diagnosis,
    once a person has said that it is the principal (outpatient: first-listed) one. ``facts`` are
    those that were set after the encounter came in, in the order of `Fact`; ``needless`` the
    chart lines that need no code as somebody said, in the order in which they said it.
    """

    sequence: int
    codes: tuple[CodeState, ...]
    accepted: tuple[CodeState, ...] = ()
    principal: str | None = None
    admitting: str | None = None
    hold: Hold | None = None
    signed: SignOff | None = None
    facts: tuple[FactState, ...] = ()
    needless: tuple[NeedlessLine, ...] = ()
