"""What the workbench shows, as the browser gets it: the contract between Python and JavaScript.

Python to JavaScript: a `WorkbenchView` as JSON. Texts are ready to read; the browser
formats nothing and counts no characters, because Python counts code points and
JavaScript UTF-16 units. A code is named by its key, ``"diagnosis:428.0"``.

JavaScript to Python:

``outbox`` (state)
    A list of decisions, oldest first, each with the fields of `values.Decision` and the
    encounter and user it was made by; `outbox.read_outbox` checks it. It is sent again
    until every id has come back in ``acknowledged`` or ``refused``. The last entry is no
    decision: ``held`` are the names of the parts that the browser has, which are not sent again.
``focus`` (state)
    The key of the code whose explanation is wanted and not there.
``query`` (state)
    What is looked for: ``id``, ``mode``, ``text``, ``of`` (the key of the code to
    replace), ``header`` (the key of a header to complete) and ``meaning`` (whether the model
    is to read the words, too). The answer is ``found``.
``book`` (state)
    The ``id`` and ``key`` of a code whose place in the code book is wanted; answered by ``book``.
``mark`` (state)
    What a code is to this person from now on: ``id``, ``key``, ``favourite`` and ``words``.
``ask`` (state)
    What the physician is asked: ``id``, ``user``, ``reason``, ``question``, ``options``,
    ``evidence`` and ``hold``; or ``withdraw``, the number of a query. Answered by ``received``.
``explain`` (trigger)
    ``on`` or ``off``: whether this person wants explanations. Sent again until ``explains``
    says so.
``follow`` (trigger)
    The same of whether the note follows the focus, until ``follows`` says so.
``order`` (trigger)
    The order of the suggestions that this person wants, until ``order`` says so.
``open_only`` (trigger)
    ``on`` or ``off``: whether only those without a verdict are wanted, until ``open_only`` says so.
``room`` (state)
    How this person has the room from now on, as `RoomView` declares it.
``poll`` (trigger)
    Sent while something is being computed and nothing is unsent, with the moment and ``held``;
    the answer is the new view.
``next``, ``leave``, ``note`` (triggers)
    The id of the encounter to leave, for the next one, for the worklist or to add a note to
    it; only ever sent with an empty outbox, and again until the page changes.
``summary`` (trigger)
    The id of the encounter and the name (a UUID) of a coding summary that is wanted, until
    ``summary`` has that name.
``take_over`` (trigger)
    Sent to claim the encounter although another person's claim still lasts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from icd9_review.ui.encounter.facts import FactView
from icd9_review.ui.encounter.room import RoomView
from icd9_review.ui.encounter.view import (
    Citation,
    EncounterView,
    ExplanationState,
    ExplanationView,
    ModelView,
    NoteView,
    ReadView,
)
from icd9_review.ui.workbench.arranging import Arrangement
from icd9_review.ui.workbench.book.view import BookView
from icd9_review.ui.workbench.edits.view import EditView, ListsView
from icd9_review.ui.workbench.finding import FoundView
from icd9_review.ui.workbench.finishing.view import LookedView, MissingView
from icd9_review.ui.workbench.lines.view import LineView, NeedlessView
from icd9_review.ui.workbench.matters.view import AuditView
from icd9_review.ui.workbench.outbox import Refusal
from icd9_review.ui.workbench.physician.view import QueriesView, ReceivedView
from icd9_review.ui.workbench.principal.proposals import FirstLineView, ProposalView
from icd9_review.ui.workbench.summary.view import SummaryView
from icd9_review.ui.workbench.trail.view import TrailView
from icd9_review.values import Verdict


@dataclass(frozen=True, slots=True)
class StatusView:
    """Whether there is something to review, and what to say while there is not."""

    name: Literal["ready", "scoring", "failed", "unread", "no_model"]
    message: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A code to decide on: suggested now, or suggested before and decided since.

    ``mentions`` counts the places that name it, ``record`` says what became of the code
    here before, ``assertion`` belongs to its best evidence, ``rare`` says so in words, and
    ``demoted`` why it is not suggested although it reaches its threshold. The rest is what the
    orders go by: ``rank`` as likely as they are, ``place`` as the notes have them, ``section`` and
    ``chapter`` in words, ``under`` the key of the diagnosis that a symptom belongs to.
    """

    key: str
    code: str
    kind: str
    title: str
    probability: float
    percent: str
    likelihood: str
    mentions: int = 0
    record: str = ""
    assertion: str = ""
    rare: str = ""
    demoted: str = ""
    rank: int = 0
    place: int = 0
    section: str = ""
    chapter: str = ""
    under: str = ""


@dataclass(frozen=True, slots=True)
class OutsideView:
    """A code the model cannot suggest and a note names; ``spans`` are (note, start, end)."""

    key: str
    code: str
    kind: str
    title: str
    quote: str
    mentions: int
    assertion: str
    spans: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class CommentView:
    """What a person said of a code: ``who`` and when in words, and their own words."""

    who: str
    words: str


@dataclass(frozen=True, slots=True)
class StandingView:
    """A verdict that was not taken back; ``own`` is whether this person made it.

    A replacement gives two: on the code it replaced, with ``by``, and on the code that
    took its place, with ``of``.
    """

    key: str
    verdict: Verdict
    reason: str
    actor: str
    own: bool
    origin: str = ""
    by: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class ChartView:
    """The accepted codes in their order and what is set on them, by key.

    ``principal`` is the first diagnosis once somebody named it so, ``hold`` and ``signed`` say in
    words why it waits and who signed it; each is empty where not.
    """

    order: tuple[str, ...] = ()
    principal: str = ""
    poa: Mapping[str, str] = field(default_factory=dict)
    performed: Mapping[str, str] = field(default_factory=dict)
    admitting: str = ""
    hold: str = ""
    signed: str = ""


@dataclass(frozen=True, slots=True)
class StatedView:
    """The day a note states for a procedure (ISO), and the words that state it."""

    day: str
    quote: str


@dataclass(frozen=True, slots=True)
class ComorbidityView:
    """``MCC`` or ``CC``, and the release of the list that has the code."""

    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class ReasonView:
    """A reason to give, and the digit that picks it."""

    key: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class SignerView:
    """Who signs here and what they are asked for once more, empty for nothing; ``seal`` goes with
    the answer, which the browser sends to a plain route (``/confirm``)."""

    name: str
    asks: Literal["", "password", "provider"]
    seal: str


@dataclass(frozen=True, slots=True)
class VeilView:
    """In which arm the chart is coded until it is signed, and what that keeps from people.

    ``arm`` is empty where no arm counts, ``notice`` where everything is seen.
    """

    arm: Literal["", "full", "plain", "blind"]
    notice: str


@dataclass(frozen=True, slots=True)
class FactsView:
    """What the page is about. ``next`` names the encounter that N opens, empty without one;
    ``explains`` is whether this person has explanations switched on, ``follows`` whether the note
    follows the focus; ``order`` is how they want the suggestions and ``open_only`` whether
    without those that are decided."""

    user: int
    signer: SignerView
    encounter: EncounterView
    facts: tuple[FactView, ...]
    model: ModelView | None
    read: ReadView | None
    status: StatusView
    next: str
    reasons: tuple[ReasonView, ...]
    holds: tuple[ReasonView, ...]
    reopenings: tuple[ReasonView, ...]
    explains: bool
    veil: VeilView
    follows: bool
    order: Arrangement
    open_only: bool
    room: RoomView


@dataclass(frozen=True, slots=True)
class TextView:
    """The notes, and what is marked in them by the key of a code; their chart lines.
    ``mentions`` are all places that name a code, in the order of the notes;
    ``unchosen`` are the codes whose cited words the program found. ``names`` has a name for each
    of the parts that are not sent again while the browser holds what goes by it.
    """

    notes: tuple[NoteView, ...]
    explanations: Mapping[str, ExplanationView | ExplanationState]
    cited: Mapping[str, tuple[Citation, ...]]
    mentions: Mapping[str, tuple[Citation, ...]]
    unchosen: tuple[str, ...]
    lines: tuple[LineView, ...]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodesView:
    """The codes to decide on; ``titles`` has every code named anywhere on the page.

    Of suggestions, of what was demoted and of those outside the model diagnoses come first;
    ``hidden`` says in words what an outpatient chart leaves out. ``comments`` go by the key of a
    code, oldest first.
    """

    suggestions: tuple[SuggestionView, ...]
    demoted: tuple[SuggestionView, ...]
    outside: tuple[OutsideView, ...]
    hidden: str
    titles: Mapping[str, str]
    comments: Mapping[str, tuple[CommentView, ...]]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """Where the review stands.

    ``decisions`` are all verdicts that stand, oldest first: the last one on a code is
    its verdict, those before it come back by undo. ``sequence`` is the last event of the
    encounter and comes back as ``seen``. ``exempt`` are the codes whose presence on
    admission is not asked, ``needless`` the lines that need no code as somebody said, ``stated``
    days of procedures as read from the notes, to be offered, ``comorbidities`` MCCs and CCs,
    ``proposals`` what could be the principal diagnosis until somebody says which is, and
    ``first_line`` what is to be coded before. ``notices`` say what others did, ``claimed`` who else
    works on it. With a ``trail`` this person looks on, with an ``audit``
    the chart is that of an auditor's codes.
    """

    sequence: int
    decisions: tuple[StandingView, ...]
    chart: ChartView
    exempt: tuple[str, ...]
    needless: tuple[NeedlessView, ...]
    stated: Mapping[str, StatedView]
    proposals: tuple[ProposalView, ...]
    first_line: FirstLineView | None
    comorbidities: Mapping[str, ComorbidityView]
    edits: tuple[EditView, ...]
    lists: ListsView
    missing: tuple[MissingView, ...]
    looked: LookedView
    notices: tuple[str, ...]
    claimed: str
    queries: QueriesView
    trail: TrailView | None
    audit: AuditView | None = None


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What became of what the browser sent.

    ``acknowledged`` are the ids of the outbox that are stored.
    """

    found: FoundView | None = None
    book: BookView | None = None
    acknowledged: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    saved_at: str = ""
    summary: SummaryView | None = None
    received: ReceivedView | None = None


@dataclass(frozen=True, slots=True)
class WorkbenchView:
    """Everything on the page; the browser gets the fields of all parts side by side."""

    facts: FactsView
    text: TextView
    codes: CodesView
    review: ReviewView
    answer: AnswerView = field(default_factory=AnswerView)
