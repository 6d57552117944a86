"""One person's work on one encounter: what came from the browser is stored, what goes back is read.

The reading is done by the `Desk`; here is the order of things, and what happens when the
database is away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from icd9_review.errors import ReviewError, StoreError
from icd9_review.store.deciding.decisions import decide, last_sequence, record_view, shown
from icd9_review.store.deciding.visits import last_visit
from icd9_review.store.scoring.scoring_queue import retry_notes
from icd9_review.store.worklist.claims import claim, release, take_over
from icd9_review.store.worklist.page import status
from icd9_review.ui.encounter.explaining import choose_explanations, explains
from icd9_review.ui.services import Services
from icd9_review.ui.workbench.desk import Desk
from icd9_review.ui.workbench.finding import answer, read_query
from icd9_review.ui.workbench.outbox import Sent, read_outbox
from icd9_review.ui.workbench.view import AnswerView, FoundView, Refusal, WorkbenchView
from icd9_review.values import Encounter, EncounterStatus, EventKind, User, WorklistQuery

_ANOTHER_USER = "This decision was made by another user of this browser and was not stored."
_RENEW_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an outbox: ids that are stored, and refusals with their reasons."""

    acknowledged: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()


class Session:
    """An encounter open in front of a person; ``visit`` names this opening of it."""

    def __init__(
        self, services: Services, found: Encounter, user: User, visit: str, query: WorklistQuery
    ) -> None:
        self.services = services
        self.encounter = found
        self.user = user
        self.saved_at = ""
        before = last_visit(services.database, found.id, user)
        since = last_sequence(services.database, found.id) if before is None else before
        self._desk = Desk(services, found, user, since, query)
        self._desk.explains = explains(services.database, user)
        self._visit = visit
        self._shown: tuple[int, bool] | None = None
        self._showings = 0
        self._claimed = datetime.min.replace(tzinfo=UTC)
        self._answered: dict[str, Refusal | None] = {}
        self._last: WorkbenchView | None = None

    def open(self) -> None:
        """Store that this person opened the encounter; notes that could not be read get a retry."""
        self._record(EventKind.OPENED)
        self._claim()
        if status(self.services.database, self.encounter.id) is EncounterStatus.FAILED:
            retry_notes(self.services.database, self.encounter.id)
            self.services.wake_worker()

    def close(self) -> None:
        """Store that this person put the encounter away."""
        self._record(EventKind.CLOSED)
        release(self.services.database, self.encounter.id, self.user)

    def take_over(self) -> None:
        """Claim the encounter although another person's claim still lasts."""
        take_over(self.services.database, self.encounter.id, self.user)

    def explain(self, on: bool) -> None:
        """Switch this person's explanations on or off, here and from now on.

        While the database is away nothing changes: the browser asks again.
        """
        try:
            choose_explanations(self.services.database, self.user, on)
        except StoreError:
            return
        self._desk.explains = on

    def store(self, outbox: object) -> Receipt:
        """Store the decisions of an outbox in their order, and say what became of each.

        What the state forbids is refused for good. While the database is away nothing
        more is tried: the browser sends it all again.
        """
        sent, damaged = read_outbox(outbox)
        for each in sent:
            if each.decision.key in self._answered:
                continue
            try:
                self._answered[each.decision.key] = self._decide(each)
            except StoreError:
                break
        keys = [each.decision.key for each in sent if each.decision.key in self._answered]
        refusals = (refusal for key in keys if (refusal := self._answered[key]) is not None)
        return Receipt(
            acknowledged=tuple(key for key in keys if self._answered[key] is None),
            refused=(*damaged, *refusals),
        )

    def view(self, *, focus: str | None, query: object, receipt: Receipt) -> WorkbenchView:
        """Everything the workbench shows now; asks for the focused code's explanation.

        While the database is away, what was shown last: the page must stay, because it
        holds the decisions that are still to be stored. Nothing is acknowledged without
        the state it has led to: the browser would forget a decision that this older view
        does not show. Raises StoreError before anything was shown.
        """
        try:
            seen = self._desk.look(focus)
            self._record_shown()
            found = self._find(query)
        except StoreError:
            if self._last is None:
                raise
            return replace(self._last, answer=AnswerView(saved_at=self.saved_at))
        answered = AnswerView(found, receipt.acknowledged, receipt.refused, self.saved_at)
        self._last = replace(seen, answer=answered)
        return self._last

    def _find(self, query: object) -> FoundView | None:
        asked = read_query(query, self.encounter.id)
        if asked is None:
            return None
        reference = self.services.references.current()
        return answer(asked, reference.index, reference.lists)

    def _decide(self, sent: Sent) -> Refusal | None:
        """Store one decision; a refusal says why it was not. Raises StoreError."""
        decision = sent.decision
        if sent.user != self.user.id:
            return Refusal(decision.key, decision.code, _ANOTHER_USER)
        try:
            decide(
                self.services.database,
                sent.encounter,
                decision,
                self.user,
                lists=self.services.references.current().lists,
                assertions=self._desk.assertions if sent.encounter == self.encounter.id else {},
            )
        except StoreError:
            raise
        except ReviewError as error:
            return Refusal(decision.key, decision.code, str(error))
        self.saved_at = datetime.now().astimezone().strftime("%H:%M:%S")
        self._claim()
        return None

    def _claim(self) -> None:
        """Claim the encounter, or renew the claim when it has aged."""
        now = datetime.now(UTC)
        if now - self._claimed > _RENEW_AFTER:
            claim(self.services.database, self.encounter.id, self.user)
            self._claimed = now

    def _record_shown(self) -> None:
        """Store what the person is shown, again whenever another note was read or they switched
        explanations on or off."""
        model, reading, on = self.services.model, self._desk.reading, self._desk.explains
        read, before = self._shown or (0, on)
        if model is None or (len(reading.scores) <= read and on == before):
            return
        suggested = [each for each in reading.ranked if each.suggested]
        payload = shown(model.version, suggested, explanations=on)
        self._record(EventKind.SHOWN, payload, f"-{self._showings + 1}")
        self._showings += 1
        self._shown = max(len(reading.scores), read), on

    def _record(
        self, kind: EventKind, payload: Mapping[str, object] | None = None, part: str = ""
    ) -> None:
        """Append a view to the ledger: once a visit, however often a run is interrupted."""
        database, key = self.services.database, f"{kind}-{self._visit}{part}"
        record_view(database, self.encounter.id, kind, self.user, key, payload or {})
