"""The history of one encounter as people read it, and how it stood at any point of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.codes.volumes import takes
from icd9_review.errors import NotFound
from icd9_review.quality.arms.veil import veil_by, veiled
from icd9_review.review.changes import changes
from icd9_review.review.fold import fold
from icd9_review.review.telling.sentences import tell_change, tell_reason
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow
from icd9_review.store.exporting.rankings import Rankings
from icd9_review.store.exporting.shown_evidence import EvidencePlace, ShownEvidence
from icd9_review.store.oversight.entries import encounter_labels
from icd9_review.store.people.access import check_may_on
from icd9_review.store.people.permissions import Act
from icd9_review.store.scoring.model_versions import model_names
from icd9_review.store.users import user_names
from icd9_review.values import (
    Arm,
    CareSetting,
    CodeKey,
    EncounterStatus,
    Event,
    EventKind,
    Kind,
    PastList,
    PastState,
    ReviewState,
    Span,
    Story,
    StoryStep,
    Suggestion,
    User,
    Veil,
    Window,
)


def encounter_story(database: Database, encounter_id: str, *, actor: User) -> Story:
    """Every event of an encounter as a sentence. Raises NotFound, Restricted, PermissionDenied."""
    with database.read() as session:
        check_may_on(session, actor, Act.AUDIT, [encounter_id])
        ledger.head(session, encounter_id)
        names = user_names(session)
        told, veil = _read(session, encounter_id)
        read = [(change, veiled(change.event, veil)) for change in changes(told, names)]
        steps = tuple(
            StoryStep(
                event,
                names[event.actor],
                tell_change(replace(change, event=event), names),
                tell_reason(event),
            )
            for change, event in read
            if event is not None
        )
        label = encounter_labels(session, [encounter_id]).get(encounter_id, encounter_id)
    return Story(encounter_id, label, steps)


def _read(session: Session, encounter_id: str) -> tuple[Sequence[Event], Veil]:
    """The events of an encounter, and what people may see of its suggestions now."""
    told = ledger.read(session, encounter_id)
    arm = session.scalar(select(EncounterRow.arm).where(EncounterRow.id == encounter_id))
    return told, veil_by(arm, told)


def past_state(database: Database, encounter_id: str, sequence: int, *, actor: User) -> PastState:
    """How an encounter stood after its event of this number.

    Folded from the events up to then, with the suggestions of the scores that were stored then.
    Raises NotFound for an encounter or an event that is not there, Restricted, PermissionDenied.
    """
    with database.read() as session:
        check_may_on(session, actor, Act.AUDIT, [encounter_id])
        last, _ = ledger.head(session, encounter_id)
        if not 1 <= sequence <= last:
            raise NotFound(f"The encounter has no event {sequence}; its last one is {last}.")
        told, veil = _read(session, encounter_id)
        return _Past(session, encounter_id, told[:sequence], veil).state()


class _Past:
    """An encounter as its events up to some moment left it; ``veil`` is that of today."""

    def __init__(
        self, session: Session, encounter_id: str, told: Sequence[Event], veil: Veil
    ) -> None:
        self._session = session
        self._veil = veil
        self._id = encounter_id
        self._told = told
        self._rankings = Rankings(session, {encounter_id: told})

    def state(self) -> PastState:
        state = fold(self._told)
        left = self._open(state)
        return PastState(
            sequence=self._told[-1].sequence,
            status=self._status(state, left),
            state=state,
            open=left if self._veil.suggestions else None,
            shown=self._shown(),
        )

    def _open(self, state: ReviewState) -> tuple[CodeKey, ...]:
        """What was suggested and not decided on, by the model that had read it last."""
        decided = {(each.kind, each.code) for each in state.codes}
        found = self._rankings.suggestions(self._id, self._version())
        keys = [(each.kind, each.code) for each in found]
        setting = self._setting()
        return tuple(key for key in keys if key not in decided and takes(setting, key[0]))

    def _version(self) -> str | None:
        scored = [event for event in self._told if event.kind is EventKind.SCORED]
        return str(scored[-1].payload["model_version"]) if scored else None

    def _setting(self) -> CareSetting:
        mine = select(EncounterRow.setting).where(EncounterRow.id == self._id)
        return self._session.scalar(mine) or CareSetting.INPATIENT

    def _status(self, state: ReviewState, left: Sequence[CodeKey]) -> EncounterStatus:
        """As the worklist counts, but for work that had failed, of which no event tells."""
        if state.signed is not None and not self._has_late_note():
            return EncounterStatus.FINALISED
        if state.hold is not None:
            return EncounterStatus.HELD
        if self._version() is None:
            return EncounterStatus.SCORING
        if not left:
            return EncounterStatus.DECIDED
        return EncounterStatus.IN_PROGRESS if state.codes else EncounterStatus.OPEN

    def _has_late_note(self) -> bool:
        kinds = [event.kind for event in self._told]
        signed = len(kinds) - kinds[::-1].index(EventKind.FINALISED)
        return EventKind.NOTE_ADDED in kinds[signed:]

    def _shown(self) -> PastList | None:
        """What the person of the last event had been shown last, else whoever had been."""
        shown = [event for event in self._told if event.kind is EventKind.SHOWN]
        own = [event for event in shown if event.actor == self._told[-1].actor]
        event = next(iter((own or shown)[::-1]), None)
        if event is None:
            return None
        said = cast(dict[str, Any], event.payload)
        version = said["model_version"]
        reached = self._rankings.reached(self._id, version, event.sequence)
        stored = {(each.kind, each.code): each for each in reached}
        explained = said.get("explanations") is not False
        arm = said.get("arm")
        listed = [((Kind(kind), code), given) for kind, code, given in said["codes"]]
        suggestions = tuple(_as_shown(key, given, stored.get(key)) for key, given in listed)
        return PastList(
            person=user_names(self._session)[event.actor],
            at=event.at,
            model=model_names(self._session).get(version, ""),
            model_version=version,
            explanations=explained,
            suggestions=suggestions,
            demoted=_demoted_then(reached, arm),
            evidence=self._evidence(suggestions, version) if explained else {},
            notes=tuple(str(each.payload["note"]) for each in self._told if _adds(each)),
            agrees=all(
                suggestion is stored.get(key)
                for suggestion, (key, _) in zip(suggestions, listed, strict=True)
            ),
        )

    def _evidence(
        self, suggestions: Sequence[Suggestion], version: str
    ) -> dict[CodeKey, tuple[tuple[Span, float], ...]]:
        """What was marked for each by then: of the explanations that had been stored."""
        places = {
            (each.kind, each.code): EvidencePlace(
                each.note_id, (each.window.start, each.window.end), (each.kind, each.code), version
            )
            for each in suggestions
            if each.note_id is not None
        }
        shown, at = ShownEvidence(self._session, places.values()), self._told[-1].at
        return {
            key: tuple((span.span, span.weight) for span in shown.spans(place, at))
            for key, place in places.items()
        }


def _demoted_then(reached: Sequence[Suggestion], arm: object) -> tuple[Suggestion, ...]:
    """What was demoted, as an arm had it shown: not at all, or without the doubt."""
    if arm == Arm.BLIND.value:
        return ()
    demoted = tuple(each for each in reached if each.demotion is not None)
    plain = arm == Arm.PLAIN.value
    return tuple(replace(each, demotion=None) for each in demoted) if plain else demoted


def _adds(event: Event) -> bool:
    return event.kind is EventKind.NOTE_ADDED


def _as_shown(key: CodeKey, probability: float, stored: Suggestion | None) -> Suggestion:
    """A suggestion as the event says it was shown; by the stored one where that agrees."""
    if stored is not None and stored.probability == probability:
        return stored
    return Suggestion(key[1], key[0], probability, None, 0.0, Window(0, 0, 0))
