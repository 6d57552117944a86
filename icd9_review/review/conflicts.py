"""What another person or tab did that a decision has not seen, so that nothing is overwritten."""

from __future__ import annotations

from collections.abc import Sequence

from icd9_review.errors import ConflictError
from icd9_review.review.event_words import describe_event
from icd9_review.review.fold import VERDICTS, both, evidence, replacement, trace
from icd9_review.review.form import ENCOUNTER_ACTIONS
from icd9_review.review.situation import Situation, decision_key
from icd9_review.values import Action, CodeKey, Decision, Event, EventKind

_ASPECTS = {
    **dict.fromkeys(VERDICTS, "verdict"),
    EventKind.RESEQUENCED: "order",
    EventKind.POA_SET: "poa",
    EventKind.PERFORMED_SET: "date",
    EventKind.EVIDENCE_SET: "evidence",
    EventKind.ADMITTING_SET: "admitting",
    EventKind.FACT_SET: "fact",
    EventKind.LINE_SET: "line",
    EventKind.HELD: "status",
    EventKind.RELEASED: "status",
    EventKind.FINALISED: "status",
    EventKind.REOPENED: "status",
}
"""What each kind of event changes."""
_CONCERNING = (*_ASPECTS, EventKind.NOTE_ADDED)
"""The kinds of events that somebody who decides has to have seen."""

_VERDICT = ("verdict", "order", "poa", "date", "evidence")
_MUST_SEE = {
    **dict.fromkeys((Action.ACCEPT, Action.REJECT, Action.REPLACE, Action.ADD), _VERDICT),
    Action.UNDO: _VERDICT,
    Action.RESEQUENCE: ("verdict", "order"),
    Action.SET_POA: ("verdict", "poa"),
    Action.SET_PERFORMED: ("verdict", "date"),
    Action.SET_EVIDENCE: ("verdict", "evidence"),
    Action.SET_ADMITTING: ("admitting",),
    Action.SET_FACT: ("fact",),
    Action.SET_LINE: ("line",),
    Action.HOLD: ("status",),
    Action.RELEASE: ("status",),
    Action.REOPEN: ("status",),
}
"""What each action would overwrite or rests on. FINALISE must see everything."""


def check_conflict(decision: Decision, situation: Situation) -> None:
    """Raise ConflictError when another person or tab was there after ``decision.seen``.

    A verdict must have seen everything about its code, or about both of a replacement;
    a setting what was set before it, and the verdicts on its code; RESEQUENCE every
    move of its kind; SET_FACT what was set of that fact, SET_LINE what was said of that line;
    FINALISE everything.
    """
    concerned = _concerned(decision, situation)
    mine = (situation.actor.id, decision.client)
    for event, codes in reversed(list(trace(situation.events))):
        if event.sequence <= decision.seen:
            return
        if event.kind not in _CONCERNING:
            continue
        theirs = (event.actor, event.payload.get("client")) != mine
        if theirs and _clashes(decision, concerned, event, codes):
            raise ConflictError(_describe(event, situation))


def _concerned(decision: Decision, situation: Situation) -> set[CodeKey]:
    """The codes a decision is about."""
    if decision.action in ENCOUNTER_ACTIONS:
        return set()
    key = decision_key(decision)
    if decision.action is Action.REPLACE:
        return {key, (decision.kind, str(decision.by))}
    standing = situation.stacks.get(key)
    if decision.action is Action.UNDO and standing and replacement(standing[-1]):
        return set(both(standing[-1]))
    return {key}


def _clashes(
    decision: Decision, concerned: set[CodeKey], event: Event, codes: Sequence[CodeKey]
) -> bool:
    if decision.action is Action.FINALISE:
        return True
    aspect = _ASPECTS.get(event.kind)
    if aspect not in _MUST_SEE[decision.action]:
        return False
    if aspect in ("admitting", "status"):
        return True
    if aspect == "fact":
        return event.payload["fact"] == decision.fact
    if aspect == "line":
        return evidence(event) == decision.evidence
    if aspect == "order" and decision.action is Action.RESEQUENCE:
        return any(kind is decision.kind for kind, _ in codes)
    return not concerned.isdisjoint(codes)


def _describe(event: Event, situation: Situation) -> str:
    own = event.actor == situation.actor.id
    who = "You, in another tab," if own else situation.names[event.actor]
    return f"{who} {describe_event(event)} at {event.at:%H:%M} UTC; look at it again and decide."
