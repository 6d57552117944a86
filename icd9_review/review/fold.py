"""From the events of an encounter to where it and each of its codes stand.

Each code has a stack: accept, reject, replace and add lay a decision on it, undo takes
the top one off. The top one stands; a code whose stack is empty is open again. A
replacement lies on two stacks, that of the code it replaced and that of the code which
took its place; an undo of either takes it off both.

Everything else is a setting, of which the last one counts. The present-on-admission
indicator, the date of a procedure and evidence that was set belong to the acceptance they were
set on: a code accepted anew, and a code that takes another's place, start without them; an undo
that brings an acceptance back brings back what was set on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from icd9_review.review.order import Order
from icd9_review.values import (
    Action,
    CodeKey,
    CodeState,
    Event,
    EventKind,
    Fact,
    FactState,
    Hold,
    HoldReason,
    Kind,
    NeedlessLine,
    Origin,
    Poa,
    RejectReason,
    ReviewState,
    SignOff,
    Span,
    Verdict,
)

DECISIONS = {
    EventKind.ACCEPTED: Action.ACCEPT,
    EventKind.REJECTED: Action.REJECT,
    EventKind.REPLACED: Action.REPLACE,
    EventKind.ADDED: Action.ADD,
    EventKind.UNDONE: Action.UNDO,
    EventKind.RESEQUENCED: Action.RESEQUENCE,
    EventKind.POA_SET: Action.SET_POA,
    EventKind.PERFORMED_SET: Action.SET_PERFORMED,
    EventKind.EVIDENCE_SET: Action.SET_EVIDENCE,
    EventKind.ADMITTING_SET: Action.SET_ADMITTING,
    EventKind.FACT_SET: Action.SET_FACT,
    EventKind.LINE_SET: Action.SET_LINE,
    EventKind.HELD: Action.HOLD,
    EventKind.RELEASED: Action.RELEASE,
    EventKind.FINALISED: Action.FINALISE,
    EventKind.REOPENED: Action.REOPEN,
}
"""The kinds of events that are decisions, and the action each records."""

VERDICTS = {
    EventKind.ACCEPTED: Verdict.ACCEPTED,
    EventKind.REJECTED: Verdict.REJECTED,
    EventKind.REPLACED: Verdict.REPLACED,
    EventKind.ADDED: Verdict.ACCEPTED,
    EventKind.UNDONE: Verdict.OPEN,
}
"""What each verdict says about the code it names; OPEN for an undo that left nothing standing."""

_ORIGINS = {
    EventKind.ACCEPTED: Origin.SUGGESTED,
    EventKind.REPLACED: Origin.REPLACED,
    EventKind.ADDED: Origin.ADDED,
}
_OF_THE_ENCOUNTER = (
    EventKind.HELD,
    EventKind.RELEASED,
    EventKind.FINALISED,
    EventKind.REOPENED,
)


def decided_code(event: Event) -> CodeKey:
    """Which code a decision names; that of an ADMITTING_SET is empty where it unsets."""
    return Kind(str(event.payload["kind"])), str(event.payload["code"])


def replacement(event: Event) -> CodeKey | None:
    """Which code took the place of the one a REPLACED names; None for other decisions."""
    if event.kind is not EventKind.REPLACED:
        return None
    return Kind(str(event.payload["kind"])), str(event.payload["by"])


def verdict(event: Event, key: CodeKey) -> Verdict:
    """What an event on the stack of a code says about it: a replacement differs by code."""
    return Verdict.ACCEPTED if replacement(event) == key else VERDICTS[event.kind]


def reason(event: Event) -> RejectReason | None:
    """Why a suggestion was rejected; None for every other decision."""
    given = event.payload.get("reason")
    if event.kind is not EventKind.REJECTED or given is None:
        return None
    return RejectReason(str(given))


def evidence(event: Event) -> tuple[Span, ...]:
    """The spans a code was added with or took another's place with, that a fact was read from, or
    where a chart line stands."""
    return _spans(event, "evidence")


def found_evidence(event: Event) -> tuple[Span, ...]:
    """The spans that the program found for a code that came without any."""
    return _spans(event, "found")


def _spans(event: Event, name: str) -> tuple[Span, ...]:
    spans = cast(list[tuple[str, int, int]], event.payload.get(name, ()))
    return tuple(Span(note_id, start, end) for note_id, start, end in spans)


def stack(events: Iterable[Event]) -> dict[CodeKey, list[Event]]:
    """The standing verdicts of each code that ever had one, oldest first.

    A REPLACED lies on the stacks of both its codes; ``verdict`` tells them apart.
    """
    stacks: dict[CodeKey, list[Event]] = {}
    for event in events:
        _lay(stacks, event)
    return stacks


def trace(events: Iterable[Event]) -> Iterator[tuple[Event, tuple[CodeKey, ...]]]:
    """Each event with the codes it changed: two for a replacement and for its undo."""
    stacks: dict[CodeKey, list[Event]] = {}
    for event in events:
        if event.kind in VERDICTS:
            yield event, _lay(stacks, event)
        elif event.kind in DECISIONS and "code" in event.payload:
            yield event, (decided_code(event),)
        else:
            yield event, ()


def both(event: Event) -> tuple[CodeKey, ...]:
    """The codes on whose stacks a verdict lies."""
    other = replacement(event)
    return (decided_code(event),) if other is None else (decided_code(event), other)


def fold(events: Iterable[Event]) -> ReviewState:
    """The review state after these events of one encounter, given in order."""
    progress = _Progress()
    for event in events:
        progress.take(event)
    return progress.state()


def steps(events: Iterable[Event]) -> Iterator[tuple[ReviewState, Event, ReviewState]]:
    """Each event of one encounter between the states before and after it, in order.

    What is no decision leaves the state as it was, its sequence number included.
    """
    progress = _Progress()
    before = progress.state()
    for event in events:
        after = before
        if event.kind in DECISIONS:
            progress.take(event)
            after = progress.state()
        yield before, event, after
        before = after


def facts_at_intake(facts: Mapping[Fact, str], told: Iterable[Event]) -> dict[Fact, str]:
    """What an encounter came in with, by what stands and all its events in order."""
    first = {**facts}
    for event in reversed([event for event in told if event.kind is EventKind.FACT_SET]):
        said = cast(dict[str, Any], event.payload)
        first[Fact(said["fact"])] = said["from"]
    return {fact: value for fact, value in first.items() if value is not None}


def _lay(stacks: dict[CodeKey, list[Event]], event: Event) -> tuple[CodeKey, ...]:
    """Let a verdict work on the stacks; the codes whose stacks it changed."""
    if event.kind not in VERDICTS:
        return ()
    if event.kind is not EventKind.UNDONE:
        for key in both(event):
            stacks.setdefault(key, []).append(event)
        return both(event)
    standing = stacks.setdefault(decided_code(event), [])
    if not standing:
        return (decided_code(event),)
    undone = standing[-1]
    for key in both(undone):
        stacks[key].remove(undone)
    return both(undone)


def _fact_state(event: Event) -> FactState:
    said = cast(dict[str, Any], event.payload)
    read = next(iter(evidence(event)), None)
    return FactState(Fact(said["fact"]), said["value"], read, event.actor, event.at)


@dataclass(slots=True)
class _Progress:
    """What the fold knows after the events so far.

    ``poa``, ``performed`` and ``evidence`` are kept by the sequence number of the acceptance.
    """

    sequence: int = 0
    stacks: dict[CodeKey, list[Event]] = field(default_factory=dict)
    order: Order = field(default_factory=Order)
    poa: dict[int, Poa | None] = field(default_factory=dict)
    performed: dict[int, date | None] = field(default_factory=dict)
    evidence: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    admitting: str | None = None
    hold: Hold | None = None
    signed: SignOff | None = None
    facts: dict[Fact, FactState] = field(default_factory=dict)
    needless: dict[Span, NeedlessLine] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        self.sequence = event.sequence
        if event.kind in VERDICTS:
            self._take_verdict(event)
        elif event.kind in _OF_THE_ENCOUNTER:
            self._take_status(event)
        elif event.kind is EventKind.FACT_SET:
            state = _fact_state(event)
            self.facts[state.fact] = state
        elif event.kind is EventKind.LINE_SET:
            self._take_line(event)
        elif event.kind in DECISIONS:
            self._take_setting(event)

    def _take_verdict(self, event: Event) -> None:
        undoes = event.kind is EventKind.UNDONE
        standing = self.stacks.get(decided_code(event)) if undoes else None
        undone = standing[-1].sequence if standing else None
        changed = _lay(self.stacks, event)
        accepted = {key for key in changed if self._is_accepted(key)}
        self.order.change(event.sequence, changed, accepted, undone)

    def _take_setting(self, event: Event) -> None:
        payload = cast(dict[str, Any], event.payload)
        key = decided_code(event)
        if event.kind is EventKind.ADMITTING_SET:
            self.admitting = key[1] or None
        elif not self._is_accepted(key):
            return
        elif event.kind is EventKind.RESEQUENCED:
            self.order.move(key, payload["position"])
        elif event.kind is EventKind.POA_SET:
            self.poa[self.stacks[key][-1].sequence] = payload["poa"] and Poa(payload["poa"])
        elif event.kind is EventKind.EVIDENCE_SET:
            self.evidence[self.stacks[key][-1].sequence] = evidence(event)
        else:
            given = payload["performed"]
            self.performed[self.stacks[key][-1].sequence] = given and date.fromisoformat(given)

    def _take_line(self, event: Event) -> None:
        (span,) = evidence(event)
        self.needless.pop(span, None)
        if event.payload["value"] is not None:
            self.needless[span] = NeedlessLine(span, event.actor, event.at, event.sequence)

    def _take_status(self, event: Event) -> None:
        payload = cast(dict[str, Any], event.payload)
        self.hold = self.signed = None
        if event.kind is EventKind.HELD:
            why, digest = HoldReason(payload["reason"]), payload.get("words", "")
            self.hold = Hold(why, digest, event.actor, event.at, payload.get("query"))
        elif event.kind is EventKind.FINALISED:
            self.signed = SignOff(event.actor, event.at, payload["codes_sha256"])
            self.order.name_first()

    def _is_accepted(self, key: CodeKey) -> bool:
        standing = self.stacks.get(key)
        return verdict(standing[-1], key) is Verdict.ACCEPTED if standing else False

    def state(self) -> ReviewState:
        standing = [(key, events[-1]) for key, events in self.stacks.items() if events]
        standing.sort(key=lambda each: each[1].sequence)
        codes = {key: self._code_state(key, event) for key, event in standing}
        principal = self.order.principal(Kind.DIAGNOSIS)
        return ReviewState(
            sequence=self.sequence,
            codes=tuple(codes.values()),
            accepted=tuple(codes[key] for key in self.order.codes()),
            principal=principal[1] if principal else None,
            admitting=self.admitting,
            hold=self.hold,
            signed=self.signed,
            facts=tuple(self.facts[fact] for fact in Fact if fact in self.facts),
            needless=tuple(self.needless.values()),
        )

    def _code_state(self, key: CodeKey, event: Event) -> CodeState:
        said, other = verdict(event, key), replacement(event)
        accepted = said is Verdict.ACCEPTED
        chosen = self.evidence.get(event.sequence, evidence(event))
        found = () if event.sequence in self.evidence or chosen else found_evidence(event)
        return CodeState(
            code=key[1],
            kind=key[0],
            verdict=said,
            reason=reason(event),
            actor=event.actor,
            at=event.at,
            sequence=event.sequence,
            by=other[1] if other and said is Verdict.REPLACED else None,
            origin=_ORIGINS[event.kind] if accepted else None,
            evidence=chosen or found if accepted else (),
            found=accepted and bool(found),
            poa=self.poa.get(event.sequence) if accepted else None,
            performed=self.performed.get(event.sequence) if accepted else None,
        )
