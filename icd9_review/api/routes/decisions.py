"""Decisions on an encounter: those that were made, and one more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from fastapi import APIRouter, Response
from pydantic import Field

from icd9_review.api.problems import Problem
from icd9_review.api.reading import INTERFACE
from icd9_review.api.repeats import IdempotencyKey, Whole, once
from icd9_review.api.shapes import JSON_ONLY, EncounterId, SentShape, ToldShape
from icd9_review.api.states import IfMatch, read_tag, tag_answer, tag_of
from icd9_review.api.surroundings import OfCall
from icd9_review.errors import InputError
from icd9_review.instruments import DECISIONS_STORED
from icd9_review.review.fold import DECISIONS
from icd9_review.store.callers.replies import ledger_key
from icd9_review.store.deciding.decisions import decide, decision_events
from icd9_review.store.deciding.views import record_view
from icd9_review.store.intake.encounters import check_encounter_id
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.users import names
from icd9_review.values import (
    Action,
    Decision,
    Event,
    EventKind,
    Fact,
    HoldReason,
    Kind,
    Poa,
    RejectReason,
    Span,
)

A_PERSONS: Final = (Action.FINALISE, Action.REOPEN)
"""A signature is the word of a person, who shows who they are: no program gives it or takes it
back."""

_REASONS: Final[Mapping[Action, type[RejectReason] | type[HoldReason]]] = {
    Action.REJECT: RejectReason,
    Action.HOLD: HoldReason,
}
router = APIRouter(tags=["encounters"])


class SentSpan(SentShape):
    """Code points of a note."""

    note: str = Field(pattern="^[0-9a-f]{22}$")
    start: int = Field(ge=0, le=1_000_000, strict=True)
    end: int = Field(ge=0, le=1_000_000, strict=True)


class SentDecision(SentShape):
    """What is done to a code, or to the encounter; see docs/api.md for what belongs to what."""

    action: Action
    code: str = Field(default="", max_length=8)
    kind: Kind = Kind.DIAGNOSIS
    reason: str | None = Field(default=None, max_length=32)
    by: str | None = Field(default=None, max_length=8)
    evidence: list[SentSpan] = Field(default_factory=list, max_length=20)
    position: int | None = Field(default=None, ge=0, le=1000, strict=True)
    poa: Poa | None = None
    performed: date | None = None
    fact: Fact | None = None
    value: str | None = Field(default=None, max_length=32)
    words: str = Field(default="", max_length=1000)


class StoredDecision(ToldShape):
    """A decision as the ledger has it."""

    sequence: int
    at: datetime
    by_account: str = Field(description="Whose it is.")
    action: Action
    code: str | None
    kind: Kind | None
    replaced_by: str | None = None
    reason: str | None = None
    state: str = Field(description="The ETag of the encounter after it.")


class Decisions(ToldShape):
    """All decisions on an encounter in their order."""

    encounter: str
    decisions: list[StoredDecision]


@router.get("/encounters/{encounter_id}/decisions")
def tell_decisions(encounter_id: EncounterId, call: OfCall, response: Response) -> Decisions:
    """What was decided, by whom and when."""
    check_may(call.account, Act.READ)
    check_encounter_id(encounter_id)
    tag_answer(response, call, encounter_id)
    told, people = decision_events(call.database, encounter_id), names(call.database)
    said = {"page": INTERFACE}
    key = call.view_key()
    record_view(call.database, encounter_id, EventKind.VIEWED, call.account, key, said)
    found = [_describe(event, people) for event in told]
    return Decisions(encounter=encounter_id, decisions=found)


@router.post(
    "/encounters/{encounter_id}/decisions",
    status_code=201,
    response_model=StoredDecision,
    dependencies=[JSON_ONLY],
)
def decide_once(
    encounter_id: EncounterId,
    sent: SentDecision,
    call: OfCall,
    whole: Whole,
    idempotency_key: IdempotencyKey,
    if_match: IfMatch = None,
) -> Response:
    """Decide, having read the encounter in the state that If-Match names."""
    check_may(call.account, Act.CODE)

    def work(key: str) -> tuple[int, StoredDecision]:
        if sent.action in A_PERSONS:
            said = "Only a person signs a chart or opens it again."
            raise Problem(403, said, kind="a-person-signs")
        seen = read_tag(if_match)
        decision = _decision(sent, ledger_key(call.account, key), seen)
        lists = call.surroundings.references.current().lists
        event = decide(
            call.database, encounter_id, decision, call.account, lists=lists, unchanged_since=seen
        )
        DECISIONS_STORED.labels(decision.action.value).inc()
        return 201, _describe(event, {call.account.id: call.account.name})

    request = encounter_id.encode() + b"\n" + whole
    response = once(call, idempotency_key, request, work)
    return response


def _decision(sent: SentDecision, key: str, seen: int) -> Decision:
    return Decision(
        key=key,
        action=sent.action,
        code=sent.code,
        client=INTERFACE,
        seen=seen,
        kind=sent.kind,
        reason=_reason(sent),
        by=sent.by,
        evidence=tuple(Span(each.note, each.start, each.end) for each in sent.evidence),
        position=sent.position,
        poa=sent.poa,
        performed=sent.performed,
        words=sent.words,
        fact=sent.fact,
        value=sent.value,
    )


def _reason(sent: SentDecision) -> RejectReason | HoldReason | None:
    if sent.reason is None:
        return None
    reasons = _REASONS.get(sent.action)
    if reasons is None:
        raise InputError(f"{sent.action.value} has no reason.")
    if sent.reason not in reasons.__members__.values():
        raise InputError(f"The reason is one of {', '.join(reasons)}.")
    return reasons(sent.reason)


def _describe(event: Event, people: Mapping[int, str]) -> StoredDecision:
    said = event.payload
    return StoredDecision(
        sequence=event.sequence,
        at=event.at,
        by_account=people[event.actor],
        action=DECISIONS[event.kind],
        code=_text(said.get("code")),
        kind=Kind(str(said["kind"])) if said.get("code") else None,
        replaced_by=_text(said.get("by")),
        reason=_text(said.get("reason")),
        state=tag_of(event.sequence),
    )


def _text(value: object) -> str | None:
    return str(value) if value else None
