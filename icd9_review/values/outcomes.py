"""What became of each code of an encounter, as it is counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from icd9_review.values.codes import CodeKey, Kind
from icd9_review.values.quality.arms import Arm


class OutcomeKind(StrEnum):
    """What became of a code of an encounter.

    The first three are verdicts. UNTOUCHED was suggested and has no verdict in a signed chart,
    WAITING none in one that is not signed. The rest are final codes that nobody accepted from the
    suggestions: EDITED took another's place, ON_TEXT was added with words of a note, OFF_TEXT
    without, DIRECT was typed although it was suggested.
    """

    ACCEPTED = "accepted"
    REPLACED = "replaced"
    REJECTED = "rejected"
    UNTOUCHED = "untouched"
    WAITING = "waiting"
    EDITED = "edited"
    ON_TEXT = "on_text"
    OFF_TEXT = "off_text"
    DIRECT = "direct"


class CaseAxis(StrEnum):
    """By what encounters are told apart where subgroups are compared."""

    AGE = "age"
    SEX = "sex"
    SETTING = "setting"
    SERVICE = "service"
    LENGTH = "length"
    VOCABULARY = "vocabulary"


class OutcomePart(StrEnum):
    """The parts of a report of outcomes."""

    CODES = "codes"
    PROBABILITIES = "probabilities"
    CODERS = "coders"
    DRIFT = "drift"
    GROUPS = "groups"
    ARMS = "arms"


@dataclass(frozen=True, slots=True)
class CodeOutcome:
    """What became of one code of an encounter.

    ``detail`` is the code that took its place (REPLACED), that it took the place of (EDITED), or
    the reason (REJECTED). ``version`` is the model version that was on the screen, empty where
    none was; ``suggested`` whether it suggested the code then. ``score`` is the probability that
    people were shown at the decision, ``raw`` the one before calibration, both in ten-thousandths
    and None where none is known. ``actor`` decided; None where nobody did.
    """

    kind: Kind
    code: str
    outcome: OutcomeKind
    detail: str
    version: str
    suggested: bool
    score: int | None
    raw: int | None
    actor: int | None


@dataclass(frozen=True, slots=True)
class OutcomeCase:
    """An encounter as its outcomes are counted.

    ``month`` (202607) is that of its signature, else of the last decision or showing. ``version``
    is the model version of most of its suggestions, empty where it has none. ``groups`` are its
    values on each `CaseAxis`, in their order. Of a signed one there are the signer, the
    ``seconds`` they worked on it, and how many suggestions they decided on and accepted.
    """

    month: int
    version: str
    groups: tuple[str, ...]
    outcomes: tuple[CodeOutcome, ...]
    signer: int | None = None
    seconds: int | None = None
    decided: int = 0
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class OutcomeQuery:
    """Which outcomes are asked for: months like 202607, both included; a version; a code.

    None asks for any. The version is empty for what was decided without a model.
    """

    first: int | None = None
    last: int | None = None
    version: str | None = None
    key: CodeKey | None = None


@dataclass(frozen=True, slots=True)
class OutcomeChoice:
    """What of an outcome report somebody wants the encounters of; None or nothing asks for any.

    ``bin`` is that of the probability shown at a verdict on a suggestion. ``group`` is a
    `CaseAxis` and a value of it, ``signer`` who signed, ``arm`` the one of charts signed in it.
    ``raw`` is the bin of the probability before calibration, of what was suggested; ``often`` a
    bucket of codes by how often they were decided on. ``signed`` asks for the charts that were.
    """

    key: CodeKey | None = None
    outcomes: tuple[OutcomeKind, ...] = ()
    suggested: bool | None = None
    detail: str | None = None
    bin: int | None = None
    group: tuple[CaseAxis, str] | None = None
    signer: int | None = None
    arm: Arm | None = None
    raw: int | None = None
    often: str | None = None
    signed: bool = False


@dataclass(frozen=True, slots=True)
class OutcomeEncounter:
    """An encounter with one outcome that was asked for; no code where all of it was.

    ``seconds`` a signed chart took, where charts were asked for.
    """

    encounter: str
    encounter_id: str
    month: int
    key: CodeKey | None = None
    outcome: OutcomeKind | None = None
    detail: str = ""
    score: int | None = None
    actor: int | None = None
    seconds: int | None = None
