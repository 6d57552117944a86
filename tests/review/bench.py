"""An encounter's stream kept by hand: what a store does around the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from icd9_review.review.fold import DECISIONS, fold
from icd9_review.review.payload import payload
from icd9_review.review.rules import check
from icd9_review.review.signing import sign
from icd9_review.review.situation import Situation
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    Edit,
    Event,
    EventKind,
    Fact,
    HoldReason,
    Kind,
    Poa,
    RejectReason,
    ReopenReason,
    ReviewState,
    Role,
    Span,
    User,
)

START = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
FIRST, SECOND = User(1, "First coder", Role.CODER), User(2, "Second coder", Role.CODER)
NAMES = {1: "First coder", 2: "Second coder"}
LABELS = (
    (Kind.DIAGNOSIS, "428.0"),
    (Kind.DIAGNOSIS, "427.31"),
    (Kind.DIAGNOSIS, "276.5"),
    (Kind.PROCEDURE, "38.93"),
)
"""What the model knows; 276.5 was retired before version 32."""
NOTES = {"note": 100}
SPAN = Span("note", 10, 20)
_KINDS = {action: kind for kind, action in DECISIONS.items()}


def make(
    action: Action = Action.ACCEPT,
    code: str = "428.0",
    *,
    kind: Kind = Kind.DIAGNOSIS,
    client: str = "tab-1",
    seen: int = 0,
    reason: RejectReason | HoldReason | ReopenReason | None = None,
    by: str | None = None,
    evidence: tuple[Span, ...] = (),
    position: int | None = None,
    poa: Poa | None = None,
    performed: date | None = None,
    words: str = "",
    together: int = 1,
) -> Decision:
    """A decision with what its action needs, where that is not given."""
    whole = (Action.HOLD, Action.RELEASE, Action.FINALISE, Action.REOPEN)
    needed: dict[Action, RejectReason | HoldReason | ReopenReason] = {
        Action.REJECT: RejectReason.NEGATED,
        Action.HOLD: HoldReason.QUERY,
        Action.REOPEN: ReopenReason.CORRECTION,
    }
    return Decision(
        key="key",
        action=action,
        code="" if action in whole else code,
        client=client,
        seen=seen,
        kind=kind,
        reason=reason or needed.get(action),
        by=by,
        evidence=evidence,
        position=position,
        poa=poa,
        performed=performed,
        words=words,
        together=together,
    )


@dataclass
class Bench:
    """Decisions that pass the rules become events; ``edits`` are what a chart would give."""

    setting: CareSetting = CareSetting.INPATIENT
    edits: Sequence[Edit] = ()
    facts: dict[Fact, str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    @property
    def last(self) -> int:
        return len(self.events)

    @property
    def state(self) -> ReviewState:
        return fold(self.events)

    @property
    def accepted(self) -> list[str]:
        return [code.code for code in self.state.accepted]

    def decide(self, decision: Decision, actor: User = FIRST) -> Event:
        situation = Situation(
            events=self.events,
            labels=set(LABELS),
            actor=actor,
            names=NAMES,
            last=self.last,
            setting=self.setting,
            lengths=NOTES,
            edits=self.edits,
            facts=self.facts,
        )
        check(decision, situation)
        written = payload(decision, words="d" * 64 if decision.words else "")
        if decision.fact is not None:
            written["from"] = self.facts.get(decision.fact)
        if decision.action is Action.FINALISE:
            written |= sign(situation.state, self.edits, {})
        return self.add(_KINDS[decision.action], written, actor)

    def add(self, kind: EventKind, written: dict[str, object], actor: User = FIRST) -> Event:
        """An event without asking the rules."""
        number = self.last + 1
        at = START + timedelta(minutes=number - 1)
        event = Event("e", number, kind, 1, written, actor.id, at, f"key-{number}", "", "")
        self.events.append(event)
        return event
