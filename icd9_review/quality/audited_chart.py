"""The auditor's codes as a chart: what a coder signed, and what the auditor did to it, as events.

So the rules of decisions, their order and their undo hold for the codes of an audit as they are.
None of these events is stored: the codes that they leave are (``store.auditing.steps``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from icd9_review.errors import DecisionError
from icd9_review.review import rules
from icd9_review.review.fold import DECISIONS, decided_code, fold, replacement, stack
from icd9_review.review.payload import payload
from icd9_review.review.situation import Situation, decision_key
from icd9_review.values import (
    Action,
    Audit,
    AuditedCode,
    CareSetting,
    CodeKey,
    CodeState,
    Decision,
    Event,
    Kind,
    Poa,
    RejectReason,
    Role,
    Span,
    User,
)

SIGNER: Final = 0
"""Who decided what was signed: nobody is named by it, whether the audit is blind or not."""
SIGNED: Final = "the signature"
"""What stands where else the person would be named who signed."""
AUDITED_ACTIONS: Final = (
    Action.ACCEPT,
    Action.ADD,
    Action.REJECT,
    Action.REPLACE,
    Action.UNDO,
    Action.RESEQUENCE,
    Action.SET_POA,
)
"""What may be done to an auditor's codes; everything else is about the chart itself."""
_KINDS: Final = {action: kind for kind, action in DECISIONS.items()}
_DELETED: Final = RejectReason.OTHER
"""A reason is needed here and stored nowhere: the cause of a difference is said on its page."""


@dataclass(frozen=True, slots=True)
class SignedBeside:
    """What a signature has beside the codes that are compared: days of procedures, the admitting
    diagnosis, and the words that the coder chose for a code, as far as they may be known."""

    performed: Mapping[CodeKey, date] = field(default_factory=dict)
    admitting: str | None = None
    words: Mapping[CodeKey, Sequence[Span]] = field(default_factory=dict)


def audited_events(audit: Audit, beside: SignedBeside | None = None) -> tuple[Event, ...]:
    """Events whose fold has the auditor's codes in their order, and whose stacks say since when.

    First what was signed, by ``SIGNER``; then what the auditor has otherwise, in the order in which
    it came to be so, then their order and POA.
    """
    told = _Telling(audit)
    told.sign(beside or SignedBeside())
    told.differ()
    told.settle()
    return tuple(told.events)


def audited_after(
    audit: Audit, decision: Decision, setting: CareSetting
) -> tuple[AuditedCode, ...]:
    """The auditor's codes after one more decision, which ``review.rules`` let pass.

    Raises DecisionError for what they refuse, and for what is no part of an audit. That a decision
    has seen everything is for the caller to check.
    """
    if decision.action not in AUDITED_ACTIONS:
        raise DecisionError("This is about the chart itself, which an audit does not change.")
    events = audited_events(audit)
    made = _as_made(decision, len(events))
    _check_delete(audit, made)
    rules.check(made, _situation(audit, events, setting))
    after = (*events, _event(audit, len(events) + 1, made, audit.auditor))
    return _codes(audit, fold(after).accepted, _places_taken(audit, after))


def _as_made(decision: Decision, seen: int) -> Decision:
    """A decision as these events take it: an accepted suggestion is a code like any other."""
    if decision.action in (Action.ACCEPT, Action.ADD):
        return replace(decision, action=Action.ADD, evidence=(), seen=seen, together=1)
    reason = _DELETED if decision.action is Action.REJECT else None
    return replace(decision, reason=reason, evidence=(), words="", seen=seen, together=1)


def _check_delete(audit: Audit, decision: Decision) -> None:
    there = decision_key(decision) in {(each.kind, each.code) for each in audit.audited}
    if decision.action is Action.REJECT and not there:
        raise DecisionError(f"{decision.code[:10]} is not among the audited codes.")


def _situation(audit: Audit, events: Sequence[Event], setting: CareSetting) -> Situation:
    return Situation(
        events=events,
        labels={(each.kind, each.code) for each in audit.coded},
        actor=User(audit.auditor, "", Role.AUDITOR),
        names={SIGNER: SIGNED, audit.auditor: "the auditor"},
        last=len(events),
        setting=setting,
        lengths={},
    )


def _places_taken(audit: Audit, events: Sequence[Event]) -> dict[CodeKey, str]:
    """For each code that stands instead of a signed one, which that is."""
    signed = {(each.kind, each.code) for each in audit.coded}
    before = {(e.kind, e.code): e.instead_of for e in audit.audited if e.instead_of}
    taken = dict(before)
    for key, standing in stack(events).items():
        if not standing or replacement(standing[-1]) != key:
            continue
        of = decided_code(standing[-1])
        if of in signed:
            taken[key] = of[1]
        elif of in before:
            taken[key] = before[of]
    return taken


def _codes(
    audit: Audit, accepted: Sequence[CodeState], taken: Mapping[CodeKey, str]
) -> tuple[AuditedCode, ...]:
    stand = {(each.kind, each.code) for each in accepted}
    signed = {(each.kind, each.code) for each in audit.coded}
    return tuple(
        AuditedCode(each.code, each.kind, each.poa, _instead(key, taken, stand, signed))
        for each in accepted
        if (key := (each.kind, each.code))
    )


def _instead(
    key: CodeKey,
    taken: Mapping[CodeKey, str],
    stand: Collection[CodeKey],
    signed: Collection[CodeKey],
) -> str | None:
    """What a code stands instead of: nothing where that stands again, or where it was signed."""
    of = taken.get(key)
    return None if of is None or key in signed or (key[0], of) in stand else of


@dataclass(slots=True)
class _Telling:
    """The events of an audit as they are made up, one after the other."""

    audit: Audit
    events: list[Event] = field(default_factory=list)

    def sign(self, beside: SignedBeside) -> None:
        """What was signed: codes in their order with what is set on them, the first named."""
        for each in self.audit.coded:
            key, words = (each.kind, each.code), beside.words.get((each.kind, each.code), ())
            self._do(Action.ADD, key, SIGNER, evidence=tuple(words))
            if each.poa is not None:
                self._do(Action.SET_POA, key, SIGNER, poa=each.poa)
            if day := beside.performed.get(key):
                self._do(Action.SET_PERFORMED, key, SIGNER, performed=day)
        if beside.admitting:
            self._do(Action.SET_ADMITTING, (Kind.DIAGNOSIS, beside.admitting), SIGNER)

    def differ(self) -> None:
        """Codes that one side alone has, in the order in which they came to be so."""
        coded = {(each.kind, each.code): each for each in self.audit.coded}
        audited = {(each.kind, each.code): each for each in self.audit.audited}
        replaced: set[CodeKey] = set()
        verdicts: list[tuple[int, Action, CodeKey, str | None]] = []
        for key, each in audited.items():
            of = each.kind, each.instead_of or ""
            if key in coded:
                continue
            if of in coded and of not in audited and of not in replaced:
                replaced.add(of)
                verdicts.append((self._since(key), Action.REPLACE, of, each.code))
            else:
                verdicts.append((self._since(key), Action.ADD, key, None))
        gone = [key for key in coded if key not in audited and key not in replaced]
        verdicts += [(self._since(key), Action.REJECT, key, None) for key in gone]
        for _, action, key, by in sorted(verdicts, key=lambda verdict: verdict[0]):
            self._do(action, key, self.audit.auditor, by=by)

    def settle(self) -> None:
        """The auditor's order, whose first diagnosis is the principal one, and their POA."""
        for kind in Kind:
            self._order(kind)
        poas = {(each.kind, each.code): each.poa for each in fold(self.events).accepted}
        for each in self.audit.audited:
            key = each.kind, each.code
            if poas[key] is not each.poa:
                self._do(Action.SET_POA, key, self.audit.auditor, poa=each.poa)

    def _order(self, kind: Kind) -> None:
        state = fold(self.events)
        stands = [(each.kind, each.code) for each in state.accepted if each.kind is kind]
        named = None if kind is Kind.PROCEDURE else state.principal
        for place, each in enumerate(e for e in self.audit.audited if e.kind is kind):
            key = kind, each.code
            unnamed = place == 0 and kind is Kind.DIAGNOSIS and named != each.code
            if stands[place] != key or unnamed:
                self._do(Action.RESEQUENCE, key, self.audit.auditor, position=place)
                stands.remove(key)
                stands.insert(place, key)

    def _since(self, key: CodeKey) -> int:
        return self.audit.since.get(key, self.audit.sequence)

    def _do(
        self,
        action: Action,
        key: CodeKey,
        actor: int,
        *,
        by: str | None = None,
        poa: Poa | None = None,
        position: int | None = None,
        performed: date | None = None,
        evidence: tuple[Span, ...] = (),
    ) -> None:
        number = len(self.events) + 1
        decision = Decision(
            *(f"{number}", action, key[1], SIGNED, 0, key[0]),
            by=by,
            evidence=evidence,
            position=position,
            poa=poa,
            performed=performed,
        )
        self.events.append(_event(self.audit, number, decision, actor))


def _event(audit: Audit, number: int, decision: Decision, actor: int) -> Event:
    return Event(
        stream=audit.id,
        sequence=number,
        kind=_KINDS[decision.action],
        schema=1,
        payload=payload(decision),
        actor=actor,
        at=audit.signed_at if actor == SIGNER else audit.changed,
        key=f"{audit.id} {number}",
        previous="",
        hash="",
    )
