"""One person's work on one encounter: what came from the browser, stored; what goes back, read.

The database is asked anew on every run, so that another person's decision is seen;
only what never changes (the notes) is kept between runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from icd9_review import codes
from icd9_review.errors import ReviewError, StoreError
from icd9_review.review.fold import CodeKey, stack
from icd9_review.store.attributions import attributions
from icd9_review.store.decisions import (
    decide,
    decision_events,
    last_sequence,
    record_view,
    shown,
)
from icd9_review.store.encounters import encounter
from icd9_review.store.jobs import retry
from icd9_review.store.scores import scores
from icd9_review.store.users import names
from icd9_review.store.worklist import next_encounter, status
from icd9_review.suggestions import merge, rank
from icd9_review.ui.services import Model, Services
from icd9_review.ui.workbench.outbox import Sent, read_outbox
from icd9_review.ui.workbench.presentation import (
    REASONS,
    code_name,
    present_encounter,
    present_model,
    present_notes,
    present_read,
    present_standing,
    present_suggestions,
)
from icd9_review.ui.workbench.view import (
    ExplanationState,
    Refusal,
    StatusView,
    WorkbenchView,
)
from icd9_review.values import (
    Attribution,
    AttributionKey,
    Encounter,
    EncounterStatus,
    EventKind,
    Scores,
    Suggestion,
    User,
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
_ANOTHER_USER = "This decision was made by another user of this browser and was not stored."


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an outbox: ids that are stored, and refusals with their reasons."""

    acknowledged: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model said about an encounter; it never changes once every note is read."""

    scores: tuple[Scores, ...]
    ranked: tuple[Suggestion, ...]
    titles: Mapping[CodeKey, str]


class Session:
    """An encounter open in front of a person; ``visit`` names this opening of it."""

    def __init__(
        self, services: Services, found: Encounter, user: User, visit: str, query: WorklistQuery
    ) -> None:
        self.services = services
        self.encounter = found
        self.user = user
        self.saved_at = ""
        self._visit = visit
        self._query = query
        self._length = sum(len(note.text) for note in found.notes)
        self._shown = 0
        self._asked: set[AttributionKey] = set()
        self._reading: Reading | None = None
        self._answered: dict[str, Refusal | None] = {}
        self._next: str | None = None
        self._last: WorkbenchView | None = None

    def open(self) -> None:
        """Store that this person opened the encounter; notes that could not be read get a retry."""
        self._record(EventKind.OPENED)
        if status(self.services.database, self.encounter.id) is EncounterStatus.FAILED:
            retry(self.services.database, self.encounter.id)
            self.services.wake_worker()

    def close(self) -> None:
        """Store that this person put the encounter away."""
        self._record(EventKind.CLOSED)

    def _record(
        self, kind: EventKind, payload: Mapping[str, object] | None = None, part: str = ""
    ) -> None:
        """Append a view to the ledger: once a visit, however often a run is interrupted."""
        database, key = self.services.database, f"{kind}-{self._visit}{part}"
        record_view(database, self.encounter.id, kind, self.user, key, payload or {})

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

    def view(self, *, focus: str | None, receipt: Receipt) -> WorkbenchView:
        """Everything the workbench shows now; asks for the focused code's explanation.

        While the database is away, what was shown last: the page must stay, because it
        holds the decisions that are still to be stored. Raises StoreError before that.
        """
        try:
            self._last = self._view(focus, receipt)
        except StoreError:
            if self._last is None:
                raise
            # Nothing is acknowledged without the state it has led to: the browser would
            # forget a decision that this older view does not show.
            self._last = replace(self._last, acknowledged=(), refused=())
        return self._last

    def _view(self, focus: str | None, receipt: Receipt) -> WorkbenchView:
        database, model = self.services.database, self.services.model
        # Status before scores and sequence before events: what comes in between must count as
        # not yet there, so that the page asks again instead of showing half of it for good.
        now = self._status()
        reading = self._read(model)
        sequence = last_sequence(database, self.encounter.id)
        stacks = stack(decision_events(database, self.encounter.id))
        decided = {key for key, standing in stacks.items() if standing}
        titles = {**reading.titles, **_titles(decided)}
        suggested = present_suggestions(reading.ranked, decided, titles)
        found, missing = self._explain(model, reading.ranked, {s.key for s in suggested}, focus)
        notes, explained = present_notes(self.encounter.notes, found)
        return WorkbenchView(
            user=self.user.id,
            encounter=present_encounter(self.encounter),
            model=present_model(model.predictor.version) if model else None,
            read=present_read(reading.scores, self._length),
            status=now,
            notes=notes,
            suggestions=suggested,
            decisions=present_standing(stacks, names(database), self.user.id),
            reasons=REASONS,
            sequence=sequence,
            explanations={**missing, **explained},
            acknowledged=receipt.acknowledged,
            refused=receipt.refused,
            saved_at=self.saved_at,
            next=self._next_label(),
        )

    def _decide(self, sent: Sent) -> Refusal | None:
        """Store one decision; a refusal says why it was not. Raises StoreError."""
        if sent.user != self.user.id:
            return Refusal(sent.decision.key, sent.decision.code, _ANOTHER_USER)
        try:
            decide(self.services.database, sent.encounter, sent.decision, self.user)
        except StoreError:
            raise
        except ReviewError as error:
            return Refusal(sent.decision.key, sent.decision.code, str(error))
        self.saved_at = datetime.now().astimezone().strftime("%H:%M:%S")
        return None

    def _read(self, model: Model | None) -> Reading:
        if self._reading is not None or model is None:
            return self._reading or _NOTHING
        found = [
            (note.id, scored)
            for note in self.encounter.notes
            if (scored := scores(self.services.database, note.id, model.version)) is not None
        ]
        ranked = merge(rank(scored, model.predictor.version, note) for note, scored in found)
        titles = _titles((each.kind, each.code) for each in ranked)
        reading = Reading(tuple(scored for _, scored in found), ranked, titles)
        self._record_shown(model, reading)
        if len(found) == len(self.encounter.notes):
            self._reading = reading
        return reading

    def _record_shown(self, model: Model, reading: Reading) -> None:
        """Store what the person is shown, again whenever another note was read."""
        if len(reading.scores) > self._shown:
            suggested = [each for each in reading.ranked if each.suggested]
            payload = shown(model.version, suggested)
            self._record(EventKind.SHOWN, payload, f"-{len(reading.scores)}")
            self._shown = len(reading.scores)

    def _status(self) -> StatusView:
        if self.services.model is None:
            return StatusView("no_model", self.services.problem)
        now = status(self.services.database, self.encounter.id)
        return _WAITING.get(now, StatusView("ready"))

    def _next_label(self) -> str:
        """The label of the encounter that comes next, as it stood when this one was opened."""
        if self._next is None:
            following = next_encounter(self.services.database, self.encounter.id, self._query)
            self._next = encounter(self.services.database, following).label if following else ""
        return self._next

    def _explain(
        self,
        model: Model | None,
        ranked: Sequence[Suggestion],
        shown_keys: set[str],
        focus: str | None,
    ) -> tuple[dict[str, tuple[str, Attribution]], dict[str, ExplanationState]]:
        """Stored explanations of the shown codes by their key, and the state of the others."""
        if model is None:
            return {}, {}
        keys = {
            name: model.explanations.key(suggestion)
            for suggestion in ranked
            if (name := code_name(suggestion.kind, suggestion.code)) in shown_keys
        }
        stored = attributions(self.services.database, keys.values())
        found = {n: (key.note_id, stored[key]) for n, key in keys.items() if key in stored}
        missing: dict[str, ExplanationState] = {}
        for name, key in keys.items():
            if name in found:
                continue
            if name == focus and key not in self._asked:
                self._asked.add(key)
                model.explanations.request(key)
            if model.explanations.running(key):
                missing[name] = ExplanationState("running")
            elif (failure := model.explanations.failure(key)) is not None:
                missing[name] = ExplanationState("failed", failure)
        for name in shown_keys - keys.keys():
            missing[name] = ExplanationState("failed", "The model in use does not know this code.")
        return found, missing


_NOTHING = Reading((), (), {})


def _titles(keys: Iterable[CodeKey]) -> dict[CodeKey, str]:
    known = ((kind, code, codes.title(kind, code)) for kind, code in keys)
    return {(kind, code): title for kind, code, title in known if title is not None}
