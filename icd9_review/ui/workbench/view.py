"""What the workbench shows, as the browser gets it: the contract between Python and JavaScript.

Python to JavaScript: a `WorkbenchView` as JSON. Texts are ready to read; the browser
formats nothing and counts no characters, because Python counts code points and
JavaScript UTF-16 units. A code is named by its key, ``"diagnosis:428.0"``.

JavaScript to Python:

``outbox`` (state)
    A list of decisions, oldest first, each with ``id``, ``encounter``, ``user``, ``action``,
    ``code``, ``kind``, ``reason``, ``seen`` and ``client``; `outbox.read_outbox` checks
    it. It is sent again until every id has come back in ``acknowledged`` or ``refused``.
``focus`` (state)
    The key of the code whose explanation is wanted and not there.
``poll`` (trigger)
    Sent while something is being computed and nothing is unsent; the answer is the new view.
``next``, ``leave`` (triggers)
    The id of the encounter to leave, for the next one or for the worklist; only ever sent
    with an empty outbox, and again until the page changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from icd9_review.values import Verdict


@dataclass(frozen=True, slots=True)
class EncounterView:
    """The banner's facts: no name, no number of a person."""

    id: str
    label: str
    person: str
    setting: str
    dates: str


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
class StatusView:
    """Whether there is something to review, and what to say while there is not."""

    name: Literal["ready", "scoring", "failed", "no_model"]
    message: str = ""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note cut into pieces, whose concatenation is its text.

    ``headings`` are the indices of the pieces that are section headings.
    """

    id: str
    title: str
    pieces: tuple[str, ...]
    headings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A run of pieces ``first … last`` shown as one, its text, and its weight in [-1, 1]."""

    first: int
    last: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class ExplanationView:
    """What the model used for one code.

    ``note`` is an index into the notes. ``marks`` are (piece, weight) with the weight
    relative to the largest, in [-1, 1], above the noise floor. ``evidence`` is what to
    read first, heaviest first.
    """

    note: int
    marks: tuple[tuple[int, float], ...]
    evidence: tuple[Evidence, ...]
    holds: bool
    completeness: str
    method: str
    status: Literal["ready"] = "ready"


@dataclass(frozen=True, slots=True)
class ExplanationState:
    """An explanation that is not there, and why."""

    status: Literal["running", "failed"]
    message: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A code to decide on: suggested now, or suggested before and decided since."""

    key: str
    code: str
    kind: str
    title: str
    probability: float
    percent: str
    likelihood: str


@dataclass(frozen=True, slots=True)
class StandingView:
    """A decision that was not taken back; ``own`` is whether this person made it."""

    key: str
    verdict: Verdict
    reason: str
    actor: str
    own: bool


@dataclass(frozen=True, slots=True)
class ReasonView:
    """A reason to reject, and the digit that picks it."""

    key: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision that was not stored, by its id, and why."""

    id: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class WorkbenchView:
    """Everything on the page.

    ``decisions`` are all that stand, oldest first: the last one on a code is its
    verdict, those before it come back by undo. ``acknowledged`` are the ids of the
    outbox that are stored, ``sequence`` is the last event of the encounter and comes
    back as ``seen``.
    ``next`` names the encounter that N opens, empty where there is none.
    """

    user: int
    encounter: EncounterView
    model: ModelView | None
    read: ReadView | None
    status: StatusView
    notes: tuple[NoteView, ...]
    suggestions: tuple[SuggestionView, ...]
    decisions: tuple[StandingView, ...]
    reasons: tuple[ReasonView, ...]
    sequence: int
    explanations: Mapping[str, ExplanationView | ExplanationState] = field(default_factory=dict)
    acknowledged: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    saved_at: str = ""
    next: str = ""


def as_data(view: WorkbenchView) -> dict[str, object]:
    """The view as plain values, for JSON."""
    return asdict(view)
