"""The rules: what the state allows, and what another person's decision in between forbids."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import ConflictError, DecisionError
from icd9_review.review.fold import DECISIONS, fold
from icd9_review.review.rules import check
from icd9_review.values import (
    Action,
    Decision,
    Event,
    EventKind,
    Kind,
    RejectReason,
    Role,
    User,
    Verdict,
)
from tests.review.test_fold import KEYS, NAMES, START

FIRST, SECOND = User(1, "First coder", Role.CODER), User(2, "Second coder", Role.CODER)
KINDS = {action: kind for kind, action in DECISIONS.items()}


@dataclass
class Bench:
    """An encounter's stream kept by hand: what a store does around the rules."""

    events: list[Event] = field(default_factory=list)

    @property
    def last(self) -> int:
        return len(self.events)

    def decide(self, decision: Decision, actor: User) -> Event:
        check(decision, self.events, set(KEYS), actor, NAMES, self.last)
        payload: dict[str, object] = {
            "code": decision.code,
            "kind": decision.kind.value,
            "reason": decision.reason,
            "client": decision.client,
        }
        event = Event(
            "encounter",
            self.last + 1,
            KINDS[decision.action],
            1,
            payload,
            actor.id,
            START,
            decision.key,
            "",
            "",
        )
        self.events.append(event)
        return event


def make(
    action: Action = Action.ACCEPT,
    *,
    client: str = "tab-1",
    seen: int = 0,
    code: str = "428.0",
    kind: Kind = Kind.DIAGNOSIS,
    reason: RejectReason | None = None,
) -> Decision:
    if action is Action.REJECT and reason is None:
        reason = RejectReason.NEGATED
    return Decision("key", action, code, client, seen, kind, reason)


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (make(code="401.9"), "not among those the model knows"),
        (make(code="42.80"), "not among those the model knows"),
        (Decision("k", Action.REJECT, "428.0", "tab-1", 0), "Choose a reason"),
        (make(Action.ACCEPT, reason=RejectReason.OTHER), "belongs to a rejection only"),
        (make(Action.UNDO, reason=RejectReason.OTHER), "belongs to a rejection only"),
        (make(Action.UNDO), "no decision on 428.0 to undo"),
        (make(seen=1), "reload the encounter"),
        (make(seen=-1), "reload the encounter"),
    ],
)
def test_a_decision_the_state_does_not_allow_is_refused(decision: Decision, message: str) -> None:
    with pytest.raises(DecisionError, match=message):
        Bench().decide(decision, FIRST)


def test_a_code_that_is_not_known_is_not_repeated_to_people() -> None:
    with pytest.raises(DecisionError) as caught:
        Bench().decide(make(code="<script>"), FIRST)
    assert "<script>" not in str(caught.value)


@pytest.mark.parametrize("actor", [FIRST, SECOND])
def test_saying_again_what_stands_is_refused(actor: User) -> None:
    bench = Bench()
    bench.decide(make(), FIRST)
    with pytest.raises(DecisionError, match=r"already accepted \(First coder, 03:04 UTC\)"):
        bench.decide(make(seen=1), actor)


def test_rejecting_for_another_reason_is_a_new_decision() -> None:
    bench = Bench()
    bench.decide(make(Action.REJECT), FIRST)
    bench.decide(make(Action.REJECT, reason=RejectReason.HISTORY), FIRST)
    (state,) = fold(bench.events).codes
    assert state.reason is RejectReason.HISTORY


@pytest.mark.parametrize(
    ("action", "word"),
    [(Action.ACCEPT, "accepted"), (Action.REJECT, "rejected")],
)
def test_another_persons_decision_that_was_not_seen_is_a_conflict(
    action: Action, word: str
) -> None:
    bench = Bench()
    bench.decide(make(action, client="tab-2"), SECOND)
    with pytest.raises(ConflictError) as caught:
        bench.decide(make(Action.UNDO), FIRST)
    assert (
        str(caught.value) == f"Second coder {word} 428.0 at 03:04 UTC; look at it again and decide."
    )


def test_another_persons_undo_that_was_not_seen_is_a_conflict() -> None:
    bench = Bench()
    bench.decide(make(client="tab-2"), SECOND)
    bench.decide(make(Action.UNDO, client="tab-2", seen=1), SECOND)
    with pytest.raises(ConflictError, match=r"Second coder took back a decision on 428\.0"):
        bench.decide(make(Action.REJECT, seen=1), FIRST)


def test_ones_own_other_tab_is_a_conflict_too() -> None:
    bench = Bench()
    bench.decide(make(client="tab-2"), FIRST)
    with pytest.raises(ConflictError, match="You, in another tab, accepted"):
        bench.decide(make(Action.REJECT), FIRST)


def test_what_was_seen_may_be_decided_differently() -> None:
    bench = Bench()
    bench.decide(make(client="tab-2"), SECOND)
    bench.decide(make(Action.REJECT, seen=1), FIRST)
    (state,) = fold(bench.events).codes
    assert (state.verdict, state.actor) == (Verdict.REJECTED, FIRST.id)


def test_another_persons_decision_cannot_be_taken_back() -> None:
    bench = Bench()
    bench.decide(make(Action.REJECT), FIRST)
    bench.decide(make(client="tab-2", seen=1), SECOND)
    with pytest.raises(DecisionError) as caught:
        bench.decide(make(Action.UNDO, seen=2), FIRST)
    assert str(caught.value) == "Second coder decided on 428.0; only they can take it back."
    bench.decide(make(Action.UNDO, client="tab-2", seen=2), SECOND)
    (state,) = fold(bench.events).codes
    assert (state.verdict, state.actor) == (Verdict.REJECTED, FIRST.id)


def test_decisions_on_other_codes_do_not_matter() -> None:
    bench = Bench()
    bench.decide(make(code="427.31", client="tab-2"), SECOND)
    bench.decide(make(kind=Kind.PROCEDURE, code="42.80", client="tab-2"), SECOND)
    bench.decide(make(), FIRST)
    assert len(fold(bench.events).codes) == 3


def test_views_in_between_do_not_matter() -> None:
    bench = Bench()
    view = Event("encounter", 1, EventKind.SHOWN, 1, {}, 2, START, "view", "", "")
    bench.events.append(view)
    bench.decide(make(seen=0), FIRST)


actions = st.tuples(
    st.sampled_from([(FIRST, "tab-1"), (SECOND, "tab-2"), (FIRST, "tab-3")]),
    st.sampled_from(Action),
    st.sampled_from(KEYS),
    st.booleans(),
)


@given(st.lists(actions, max_size=40))
def test_nobody_ever_overrules_what_they_have_not_seen(
    taken: list[tuple[tuple[User, str], Action, tuple[Kind, str], bool]],
) -> None:
    """Tabs decide and look again in any order: what passes never loses another's decision."""
    bench, seen = Bench(), {"tab-1": 0, "tab-2": 0, "tab-3": 0}
    for (actor, client), action, (kind, code), looks in taken:
        if looks:
            seen[client] = bench.last
        before, standing = list(bench.events), fold(bench.events).codes
        unseen = [
            event
            for event in before[seen[client] :]
            if (event.payload["kind"], event.payload["code"]) == (kind, code)
            and event.payload["client"] != client
        ]
        decision = make(action, client=client, seen=seen[client], code=code, kind=kind)
        try:
            bench.decide(decision, actor)
        except ConflictError:
            assert unseen
        except DecisionError:
            assert not unseen
        else:
            assert not unseen
            if action is Action.UNDO:
                (undone,) = (each for each in standing if (each.kind, each.code) == (kind, code))
                assert undone.actor == actor.id
        assert bench.events[: len(before)] == before
