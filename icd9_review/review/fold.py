"""From the events of an encounter to where each of its codes stands.

Each code has a stack: accept and reject lay a decision on it, undo takes the top
one off. The top one stands; a code whose stack is empty is open again.
"""

from __future__ import annotations

from collections.abc import Iterable

from icd9_review.values import (
    Action,
    CodeState,
    Event,
    EventKind,
    Kind,
    RejectReason,
    ReviewState,
    Verdict,
)

CodeKey = tuple[Kind, str]

DECISIONS = {
    EventKind.ACCEPTED: Action.ACCEPT,
    EventKind.REJECTED: Action.REJECT,
    EventKind.UNDONE: Action.UNDO,
}
"""The kinds of events that are decisions, and the action each records."""

VERDICTS = {
    EventKind.ACCEPTED: Verdict.ACCEPTED,
    EventKind.REJECTED: Verdict.REJECTED,
    EventKind.UNDONE: Verdict.OPEN,
}
"""What each decision says about its code; OPEN for an undo that left nothing standing."""


def code_key(event: Event) -> CodeKey:
    """Which code a decision is about."""
    return Kind(str(event.payload["kind"])), str(event.payload["code"])


def reason(event: Event) -> RejectReason | None:
    """Why a suggestion was rejected; None for every other decision."""
    given = event.payload.get("reason")
    return None if given is None else RejectReason(str(given))


def stack(events: Iterable[Event]) -> dict[CodeKey, list[Event]]:
    """The standing decisions of each code that was ever decided on, oldest first."""
    stacks: dict[CodeKey, list[Event]] = {}
    for event in events:
        if event.kind not in DECISIONS:
            continue
        standing = stacks.setdefault(code_key(event), [])
        if event.kind is not EventKind.UNDONE:
            standing.append(event)
        elif standing:
            standing.pop()
    return stacks


def fold(events: Iterable[Event]) -> ReviewState:
    """The review state after these events of one encounter, given in order."""
    given = tuple(events)
    standing = [decisions[-1] for decisions in stack(given).values() if decisions]
    codes = (_state(event) for event in sorted(standing, key=lambda event: event.sequence))
    return ReviewState(sequence=given[-1].sequence if given else 0, codes=tuple(codes))


def _state(event: Event) -> CodeState:
    kind, code = code_key(event)
    return CodeState(
        code=code,
        kind=kind,
        verdict=VERDICTS[event.kind],
        reason=reason(event),
        actor=event.actor,
        at=event.at,
        sequence=event.sequence,
    )
