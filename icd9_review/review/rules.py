"""Which decision the state of an encounter allows.

Saying again what already stands is refused, whoever said it first: it would add
nothing, and an undo would then seem to do nothing. Rejecting again for another
reason is a new decision. An undo takes off one's own decision only.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from icd9_review.errors import ConflictError, DecisionError
from icd9_review.review.fold import DECISIONS, CodeKey, code_key, reason, stack
from icd9_review.values import Action, Decision, Event, EventKind, User

_RESULTS = {Action.ACCEPT: EventKind.ACCEPTED, Action.REJECT: EventKind.REJECTED}
_PAST = {
    EventKind.ACCEPTED: "accepted",
    EventKind.REJECTED: "rejected",
    EventKind.UNDONE: "took back a decision on",
}


def check(
    decision: Decision,
    events: Sequence[Event],
    labels: Container[CodeKey],
    actor: User,
    names: Mapping[int, str],
    last: int,
) -> None:
    """Let a decision pass, or say why not.

    ``events`` are the encounter's decisions in order, ``last`` the sequence number of
    its last event of any kind, ``labels`` the codes its model versions know, ``names``
    those of the actors. Raises ConflictError when another person or
    tab decided on the same code after ``decision.seen``, DecisionError for the rest.
    """
    if (decision.kind, decision.code) not in labels:
        raise DecisionError(
            "This code is not among those the model knows for this encounter; "
            "reload the encounter and decide on one of its suggestions."
        )
    _check_reason(decision)
    _check_seen(decision, last)
    _check_conflict(decision, events, actor, names)
    standing = stack(events).get((decision.kind, decision.code), [])
    if decision.action is Action.UNDO:
        _check_undo(decision, standing, actor, names)
    else:
        _check_state(decision, standing, names)


def _check_reason(decision: Decision) -> None:
    if decision.action is Action.REJECT and decision.reason is None:
        raise DecisionError(f"Choose a reason for rejecting {decision.code}.")
    if decision.action is not Action.REJECT and decision.reason is not None:
        raise DecisionError(f"A reason belongs to a rejection only; {decision.code} has one.")


def _check_seen(decision: Decision, last: int) -> None:
    if not 0 <= decision.seen <= last:
        raise DecisionError("This page shows a state that was never stored; reload the encounter.")


def _check_conflict(
    decision: Decision, events: Sequence[Event], actor: User, names: Mapping[int, str]
) -> None:
    later = (
        event
        for event in reversed(events)
        if event.sequence > decision.seen
        and event.kind in DECISIONS
        and code_key(event) == (decision.kind, decision.code)
        and (event.actor, event.payload.get("client")) != (actor.id, decision.client)
    )
    if (event := next(later, None)) is not None:
        who = "You, in another tab," if event.actor == actor.id else names[event.actor]
        raise ConflictError(
            f"{who} {_PAST[event.kind]} {decision.code} at {event.at:%H:%M} UTC; "
            "look at it again and decide."
        )


def _check_undo(
    decision: Decision, standing: Sequence[Event], actor: User, names: Mapping[int, str]
) -> None:
    if not standing:
        raise DecisionError(f"There is no decision on {decision.code} to undo.")
    if (owner := standing[-1].actor) != actor.id:
        raise DecisionError(
            f"{names[owner]} decided on {decision.code}; only they can take it back."
        )


def _check_state(decision: Decision, standing: Sequence[Event], names: Mapping[int, str]) -> None:
    if not standing:
        return
    last = standing[-1]
    if last.kind is _RESULTS[decision.action] and reason(last) is decision.reason:
        raise DecisionError(
            f"{decision.code} is already {_PAST[last.kind]} "
            f"({names[last.actor]}, {last.at:%H:%M} UTC)."
        )
