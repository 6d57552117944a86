"""Decisions of coders: checked against the encounter's state and appended to its stream."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import replace

from icd9_review.errors import ConflictError, PermissionDenied
from icd9_review.review import rules
from icd9_review.review.fold import DECISIONS, code_key, fold, reason, stack
from icd9_review.store import ledger, summaries
from icd9_review.store.basis import code_indices, find_suggestion, scored_models
from icd9_review.store.encounters import check_encounter_id, note_ids
from icd9_review.store.engine import Database
from icd9_review.store.users import user_names
from icd9_review.values import (
    Action,
    Decision,
    Event,
    EventKind,
    ModelVersion,
    ReviewState,
    Role,
    Suggestion,
    User,
)

_EVENTS = {action: kind for kind, action in DECISIONS.items()}
_DECIDING = (Role.CODER, Role.ADMINISTRATOR)
_VIEWS = (EventKind.OPENED, EventKind.SHOWN, EventKind.CLOSED)


def decide(database: Database, encounter_id: str, decision: Decision, actor: User) -> Event:
    """Store a decision; once this returns it is on disk.

    The same decision sent again gives the event stored before. Raises DecisionError
    and ConflictError as ``review.rules`` says, ConflictError too when the key was used
    for another decision, PermissionDenied for a role that does not decide, NotFound for
    an unknown encounter.
    """
    if actor.role not in _DECIDING:
        raise PermissionDenied(
            f"The role {actor.role.value} does not decide on codes; ask a coder to do it."
        )
    check_encounter_id(encounter_id)
    ledger.check_token("idempotency key", decision.key)
    ledger.check_token("client name", decision.client)
    with database.write() as session:
        last, _ = ledger.head(session, encounter_id, lock=True)
        if (stored := ledger.find(session, decision.key)) is not None:
            return _replay(stored, encounter_id, decision, actor)
        events = ledger.read(session, encounter_id, tuple(DECISIONS))
        notes = note_ids(session, encounter_id)
        models = scored_models(session, encounter_id, notes, actor)
        labels = ChainMap(*(code_indices(model) for model in models))
        rules.check(decision, events, labels, actor, user_names(session), last)
        basis = find_suggestion(session, notes, models, (decision.kind, decision.code))
        payload = _payload(decision, events, *basis)
        kind = _EVENTS[decision.action]
        event = ledger.append(session, encounter_id, kind, payload, actor, decision.key)
        summaries.refresh(session, [encounter_id])
        return event


def last_sequence(database: Database, encounter_id: str) -> int:
    """The number of the encounter's last event. Raises NotFound."""
    with database.read() as session:
        return ledger.head(session, encounter_id)[0]


def review_state(database: Database, encounter_id: str) -> ReviewState:
    """Where every decided code of the encounter stands. Raises NotFound."""
    check_encounter_id(encounter_id)
    with database.read() as session:
        sequence, _ = ledger.head(session, encounter_id)
        state = fold(ledger.read(session, encounter_id, tuple(DECISIONS)))
        return replace(state, sequence=sequence)


def decision_events(database: Database, encounter_id: str) -> tuple[Event, ...]:
    """The events of an encounter that are decisions, in order."""
    with database.read() as session:
        return ledger.read(session, encounter_id, tuple(DECISIONS))


def record_view(
    database: Database,
    encounter_id: str,
    kind: EventKind,
    actor: User,
    key: str,
    payload: Mapping[str, object],
) -> Event:
    """Store that somebody opened, was shown or closed an encounter; ``shown`` makes a payload."""
    if kind not in _VIEWS:
        raise ValueError(f"{kind} is not a view")
    check_encounter_id(encounter_id)
    ledger.check_token("idempotency key", key)
    with database.write() as session:
        return ledger.append(session, encounter_id, kind, payload, actor, key)


def shown(model_version: str, suggestions: Sequence[Suggestion]) -> dict[str, object]:
    """The payload of SHOWN: [kind, code, probability] for each suggestion on the screen."""
    codes = [[each.kind.value, each.code, each.probability] for each in suggestions]
    return {"model_version": model_version, "codes": codes}


def _replay(stored: Event, encounter_id: str, decision: Decision, actor: User) -> Event:
    same = (
        stored.stream == encounter_id
        and stored.kind is _EVENTS[decision.action]
        and stored.actor == actor.id
        and code_key(stored) == (decision.kind, decision.code)
        and reason(stored) is decision.reason
    )
    if not same:
        raise ConflictError("This decision's key was used for another one; reload the encounter.")
    return stored


def _payload(
    decision: Decision, events: Sequence[Event], model: ModelVersion, suggestion: Suggestion
) -> dict[str, object]:
    payload: dict[str, object] = {
        "code": decision.code,
        "kind": decision.kind.value,
        "action": decision.action.value,
        "reason": None if decision.reason is None else decision.reason.value,
        "client": decision.client,
        "seen": decision.seen,
        "model_version": model.version,
        "probability": suggestion.probability,
        "calibrated": suggestion.calibrated,
        "threshold": suggestion.threshold,
        "note": suggestion.note_id,
        "window": [suggestion.window.index, suggestion.window.start, suggestion.window.end],
    }
    if decision.action is Action.UNDO:
        payload["undoes"] = stack(events)[(decision.kind, decision.code)][-1].key
    return payload
