"""Two coders and three tabs in any order: nothing is lost, everything keeps its order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from icd9_review.errors import ConflictError, DecisionError
from icd9_review.review.fold import fold, stack, trace, verdict
from icd9_review.review.signing import broken_signatures
from icd9_review.values import Action, Decision, EventKind, Kind, Poa, ReviewState, Verdict
from tests.review.bench import FIRST, LABELS, SECOND, Bench, make

TABS = {"tab-1": FIRST, "tab-2": SECOND, "tab-3": FIRST}
DIAGNOSES = ("428.0", "427.31", "401.9", "250.00")
PROCEDURES = ("38.93", "99.04")
VERDICTS = (Action.ACCEPT, Action.REJECT, Action.REPLACE, Action.ADD)
keys = st.sampled_from(
    [(Kind.DIAGNOSIS, code) for code in DIAGNOSES] + [(Kind.PROCEDURE, code) for code in PROCEDURES]
)
numbers = st.integers(0, 11)
NO_CODE = (Kind.DIAGNOSIS, "")
tabs = st.tuples(st.sampled_from(sorted(TABS)), st.sampled_from([True, True, True, False]))
"""A tab, and whether it looks at the encounter again before it decides."""
Tab = tuple[str, bool]


def look(state: ReviewState) -> ReviewState:
    """A state without the number of its last event."""
    return replace(state, sequence=0)


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench()
        self.seen = dict.fromkeys(TABS, 0)

    def attempt(self, action: Action, given: Tab, key: tuple[Kind, str], **parts: Any) -> bool:
        """Whether a decision passed; what happens to it must be right either way."""
        (tab, looks), (kind, code) = given, key
        if looks:
            self.seen[tab] = self.bench.last
        decision = make(action, code, kind=kind, client=tab, seen=self.seen[tab], **parts)
        before = list(self.bench.events)
        unseen = [
            (event, codes)
            for event, codes in trace(before)
            if event.sequence > decision.seen and event.payload["client"] != tab
        ]
        try:
            self.bench.decide(decision, TABS[tab])
        except DecisionError:
            assert self.bench.events == before
            return False
        except ConflictError:
            assert self.bench.events == before
            assert unseen
            return False
        assert self.bench.events[:-1] == before
        self.check_nothing_overruled(decision, key, unseen)
        return True

    def check_nothing_overruled(
        self, decision: Decision, key: tuple[Kind, str], unseen: list[Any]
    ) -> None:
        if decision.action in (*VERDICTS, Action.UNDO):
            *_, (_, mine) = trace(self.bench.events)
            assert not [
                event
                for event, codes in unseen
                if set(codes) & set(mine) and event.kind is not EventKind.ADMITTING_SET
            ]
        if decision.action is Action.RESEQUENCE:
            moved = [codes for event, codes in unseen if event.kind is EventKind.RESEQUENCED]
            assert not [kind for codes in moved for kind, _ in codes if kind is key[0]]
        if decision.action is Action.FINALISE:
            assert not unseen
        same = [event for event, codes in unseen if key in codes]
        assert not [event for event in same if event.payload["action"] == decision.action.value]

    def pick(self, number: int, kind: Kind | None = None) -> tuple[Kind, str] | None:
        """One of the accepted codes, so that most of what is tried is possible."""
        accepted = [_key(code) for code in self.bench.state.accepted]
        mine = [key for key in accepted if kind in (None, key[0])]
        return mine[number % len(mine)] if mine else None

    @rule(tab=tabs, key=keys, action=st.sampled_from(VERDICTS), other=keys)
    def decide(self, tab: Tab, key: Any, action: Action, other: Any) -> None:
        before = self.bench.state
        if action is Action.ACCEPT and key not in LABELS:
            action = Action.ADD
        by = other[1] if action is Action.REPLACE and other[0] is key[0] else None
        if self.attempt(action, tab, key, by=by):
            self.check_undo_is_the_inverse(tab, key, before)

    @rule(tab=tabs, number=numbers, action=st.sampled_from([Action.REJECT, Action.REPLACE]))
    def turn_down(self, tab: Tab, number: int, action: Action) -> None:
        key, before = self.pick(number), self.bench.state
        if key is not None:
            others = DIAGNOSES if key[0] is Kind.DIAGNOSIS else PROCEDURES
            by = others[number % len(others)] if action is Action.REPLACE else None
            if self.attempt(action, tab, key, by=by):
                self.check_undo_is_the_inverse(tab, key, before)

    def check_undo_is_the_inverse(self, tab: Tab, key: Any, before: ReviewState) -> None:
        (name, _), (kind, code) = tab, key
        undo = make(Action.UNDO, code, kind=kind, client=name, seen=self.seen[name])
        trial = Bench(events=list(self.bench.events))
        trial.decide(undo, TABS[name])
        assert look(trial.state) == look(before)

    @rule(tab=tabs, number=numbers)
    def undo(self, tab: Tab, number: int) -> None:
        stacks = {key: each for key, each in stack(self.bench.events).items() if each}
        if stacks:
            key = sorted(stacks)[number % len(stacks)]
            if self.attempt(Action.UNDO, tab, key):
                assert stacks[key][-1].actor == TABS[tab[0]].id

    @rule(tab=tabs, number=numbers, position=st.integers(0, 3))
    def move(self, tab: Tab, number: int, position: int) -> None:
        key = self.pick(number)
        if key is not None:
            before = [code for code in self.bench.accepted if code != key[1]]
            if self.attempt(Action.RESEQUENCE, tab, key, position=position):
                kinds = [code.code for code in self.bench.state.accepted if code.kind is key[0]]
                assert kinds[position] == key[1]
                assert [code for code in self.bench.accepted if code != key[1]] == before

    @rule(tab=tabs, number=numbers, poa=st.sampled_from([None, *Poa]), day=st.dates())
    def set_on_a_code(self, tab: Tab, number: int, poa: Poa | None, day: date) -> None:
        key = self.pick(number)
        if key is None:
            return
        if key[0] is Kind.DIAGNOSIS:
            done = self.attempt(Action.SET_POA, tab, key, poa=poa)
        else:
            done = self.attempt(Action.SET_PERFORMED, tab, key, performed=day)
        (code,) = (code for code in self.bench.state.accepted if _key(code) == key)
        expected = poa if key[0] is Kind.DIAGNOSIS else day
        assert not done or expected in (code.poa, code.performed)

    @rule(tab=tabs, number=st.integers(0, 19), code=st.sampled_from(["", *DIAGNOSES]))
    def change_the_encounter(self, tab: Tab, number: int, code: str) -> None:
        """Rarely, but never for long held or finalised: that would leave little to try."""
        before = self.bench.state
        if before.signed is not None:
            self.attempt(Action.REOPEN, tab, NO_CODE)
        elif before.hold is not None:
            self.attempt(Action.RELEASE, tab, NO_CODE)
        elif number == 0:
            self.attempt(Action.HOLD, tab, NO_CODE)
        elif number < 5:
            if self.attempt(Action.SET_ADMITTING, tab, (Kind.DIAGNOSIS, code)):
                assert self.bench.state.admitting == (code or None)
        elif self.attempt(Action.FINALISE, tab, NO_CODE):
            assert self.bench.state.accepted == before.accepted
            assert self.bench.state.signed is not None

    @invariant()
    def the_order_has_exactly_the_accepted_codes(self) -> None:
        state = self.bench.state
        accepted = [code for code in state.codes if code.verdict is Verdict.ACCEPTED]
        assert sorted(accepted, key=_key) == sorted(state.accepted, key=_key)
        assert len({_key(code) for code in state.accepted}) == len(state.accepted)
        kinds = [code.kind for code in state.accepted]
        assert kinds == sorted(kinds, key=list(Kind).index)

    @invariant()
    def codes_are_the_tops_of_their_stacks(self) -> None:
        tops = {key: events[-1] for key, events in stack(self.bench.events).items() if events}
        assert {_key(code): (code.sequence, code.verdict) for code in self.bench.state.codes} == {
            key: (event.sequence, verdict(event, key)) for key, event in tops.items()
        }

    @invariant()
    def every_signature_holds(self) -> None:
        assert broken_signatures(self.bench.events) == ()

    @invariant()
    def the_fold_is_one_walk(self) -> None:
        assert fold(iter(self.bench.events)) == self.bench.state


def _key(code: Any) -> tuple[Kind, str]:
    return code.kind, code.code


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=80, stateful_step_count=50, deadline=None)
