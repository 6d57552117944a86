"""The chart of an encounter, as whoever codes it has it on the desk, and whoever looks on."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from icd9_review.quality.arms.veil import veil_by
from icd9_review.store.deciding.moments import Moment, read_moment
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger.free_text import read_text
from icd9_review.store.worklist.page import next_encounter
from icd9_review.ui.encounter.explaining import Explaining
from icd9_review.ui.encounter.reading import Reading, read_scores
from icd9_review.ui.encounter.retention import read_legal_hold
from icd9_review.ui.encounter.visit import Visiting
from icd9_review.ui.services import Services
from icd9_review.ui.workbench.matters.matter import Around
from icd9_review.ui.workbench.physician.presenting import AskedQueries
from icd9_review.ui.workbench.snapshot import Snapshot
from icd9_review.ui.workbench.trail.telling import Trail
from icd9_review.ui.workbench.view import StatusView
from icd9_review.values import (
    CodeKey,
    Encounter,
    EncounterStatus,
    Event,
    Note,
    ReviewState,
    Veil,
    WorklistQuery,
)

_WAITING = {
    EncounterStatus.SCORING: StatusView(
        "scoring", "The model is reading this encounter. Suggestions appear by themselves."
    ),
    EncounterStatus.FAILED: StatusView(
        "failed",
        "The model could not read all of this encounter after three tries. "
        "Opening it again tries again; the notes can be read here meanwhile.",
    ),
}

_NOT_READ = StatusView(
    "unread",
    "The model in use has not read all of this signed encounter, and does not unasked. Reopen "
    "it and open it again to have it read; the command worker --signed has everything read that "
    "was signed before this model came.",
)

_ON_HOLD = StatusView(
    "unread",
    "The model has not read all of this encounter, which is on hold. What it reads meanwhile "
    "appears by itself; off hold the page says whether reading failed.",
)

_UNREAD = {EncounterStatus.FINALISED: _NOT_READ, EncounterStatus.HELD: _ON_HOLD}


class OwnChart:
    """The encounter of a visit; ``query`` says what comes after it."""

    def __init__(self, services: Services, visit: Visiting, query: WorklistQuery) -> None:
        self.id = visit.encounter.id
        self._database = services.seen_by(visit.user).database
        self.explaining = Explaining(self._database)
        self._user = visit.user
        self._query = query
        self._queries = AskedQueries(self._database, self.id)
        self._trail = Trail(services.seen_by(visit.user), self.id, visit.user)
        self._next = ""

    def moment(self) -> Moment:
        """Where it stands, in one look."""
        return read_moment(self._database, self.id)

    def taken(self) -> Encounter:
        """The notes and facts, anew."""
        return encounter(self._database, self.id)

    def served(self, services: Services) -> Services:
        """The services with the model that it is shown by."""
        return services.of(self.id)

    def read(self, services: Services, notes: Sequence[Note]) -> Reading:
        """What that model says of the notes that it has read so far."""
        model = services.model
        return read_scores(self._database, notes, model.predictor.version) if model else Reading()

    def known(self, services: Services) -> Container[CodeKey]:
        """The codes that it knows."""
        return services.model.predictor.version.places if services.model else ()

    def veil(self, encounter: Encounter, events: Sequence[Event]) -> Veil:
        """What its arm keeps from people until it is signed."""
        return veil_by(encounter.arm, events)

    def status(self, moment: Moment, services: Services, is_read: Callable[[], bool]) -> StatusView:
        """Whether there is something to review."""
        if services.model is None:
            return StatusView("no_model", services.problem)
        if moment.status in _UNREAD and not is_read():
            return _UNREAD[moment.status]
        return _WAITING.get(moment.status, StatusView("ready"))

    def around(self, snapshot: Snapshot, encounter: Encounter) -> Around:
        """What goes on around it."""
        return Around(
            hold_words=self._hold_words(snapshot.state),
            next=self._next_label(),
            queries=self._queries.look(snapshot, encounter.notes),
            trail=self._trail.look(snapshot.sequence),
            legal_hold=read_legal_hold(self._database, self.id, self._user),
        )

    def _hold_words(self, state: ReviewState) -> str:
        if state.hold is None or not state.hold.digest:
            return ""
        return read_text(self._database, self.id, state.hold.digest) or ""

    def _next_label(self) -> str:
        """The label of the encounter that comes next, looked for until there is one.

        Others may still be read, put back or taken in while this one is open.
        """
        if not self._next:
            following = next_encounter(self._database, self.id, self._query, user=self._user)
            self._next = encounter(self._database, following).label if following else ""
        return self._next
