"""The fold: a stack per code, the top decision stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.review.fold import fold
from icd9_review.values import Event, EventKind, Kind, RejectReason, Verdict

START = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
NAMES = {1: "First coder", 2: "Second coder"}
KEYS = ((Kind.DIAGNOSIS, "428.0"), (Kind.DIAGNOSIS, "427.31"), (Kind.PROCEDURE, "42.80"))
Step = tuple[EventKind, tuple[Kind, str], RejectReason | None, int]


def make_events(steps: Sequence[Step]) -> list[Event]:
    return [
        Event(
            stream="encounter",
            sequence=number,
            kind=kind,
            schema=1,
            payload={"code": code, "kind": volume.value, "reason": reason}
            if kind in (EventKind.ACCEPTED, EventKind.REJECTED, EventKind.UNDONE)
            else {},
            actor=actor,
            at=START + timedelta(minutes=number),
            key=f"key-{number}",
            previous="",
            hash="",
        )
        for number, (kind, (volume, code), reason, actor) in enumerate(steps, start=1)
    ]


kinds = st.sampled_from(
    [EventKind.ACCEPTED, EventKind.REJECTED, EventKind.UNDONE, EventKind.SHOWN, EventKind.SCORED]
)
step = st.tuples(kinds, st.sampled_from(KEYS), st.none(), st.sampled_from([1, 2])) | st.tuples(
    st.just(EventKind.REJECTED),
    st.sampled_from(KEYS),
    st.sampled_from(RejectReason),
    st.sampled_from([1, 2]),
)
steps = st.lists(step, max_size=30)


def _cancel(events: Sequence[Event]) -> list[Event]:
    """Naively: strike out the last standing decision before each undo, then look what is left."""
    left: list[Event] = []
    for event in events:
        key = (event.payload.get("kind"), event.payload.get("code"))
        if event.kind in (EventKind.ACCEPTED, EventKind.REJECTED):
            left.append(event)
        elif event.kind is EventKind.UNDONE:
            same = [e for e in left if (e.payload["kind"], e.payload["code"]) == key]
            left = [e for e in left if e not in same[-1:]]
    return left


@given(steps)
def test_the_fold_is_what_is_left_when_undone_decisions_are_struck_out(taken: list[Step]) -> None:
    events = make_events(taken)
    state = fold(events)
    expected = {(e.payload["kind"], e.payload["code"]): e for e in _cancel(events)}
    assert {(code.kind.value, code.code): code.sequence for code in state.codes} == {
        key: event.sequence for key, event in expected.items()
    }
    for code in state.codes:
        event = events[code.sequence - 1]
        assert (code.verdict is Verdict.ACCEPTED) == (event.kind is EventKind.ACCEPTED)
        assert (code.actor, code.at, code.reason) == (
            event.actor,
            event.at,
            event.payload["reason"],
        )
    assert state.sequence == len(events)


@given(steps)
def test_codes_come_in_the_order_of_their_decisions(taken: list[Step]) -> None:
    sequences = [code.sequence for code in fold(make_events(taken)).codes]
    assert sequences == sorted(sequences)


def test_undo_brings_back_the_decision_before() -> None:
    key = KEYS[0]
    events = make_events(
        [
            (EventKind.ACCEPTED, key, None, 1),
            (EventKind.REJECTED, key, RejectReason.NEGATED, 1),
            (EventKind.UNDONE, key, None, 1),
        ]
    )
    (state,) = fold(events).codes
    assert (state.verdict, state.sequence) == (Verdict.ACCEPTED, 1)


def test_nothing_happened_is_nothing_decided() -> None:
    assert fold([]).codes == ()
    assert fold([]).sequence == 0
