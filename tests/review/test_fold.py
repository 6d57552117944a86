"""The fold: a stack per code, the top decision stands; of settings the last one counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.review.fold import fold, replacement, stack, trace, verdict
from icd9_review.values import (
    Action,
    Event,
    EventKind,
    HoldReason,
    Kind,
    Origin,
    Poa,
    RejectReason,
    Verdict,
)
from tests.review.bench import FIRST, SECOND, SPAN, START, Bench, make

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
            if kind not in (EventKind.SHOWN, EventKind.SCORED)
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
    [
        EventKind.ACCEPTED,
        EventKind.REJECTED,
        EventKind.UNDONE,
        EventKind.SHOWN,
        EventKind.SCORED,
        EventKind.COMMENTED,
    ]
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


def test_events_of_the_first_version_fold_as_they_did() -> None:
    """Payloads as version 1 of the program wrote them, with no field that came later."""
    bench = Bench()
    basis = {"client": "t", "seen": 0, "probability": 0.9, "note": "n", "window": [0, 0, 9]}
    code = {"code": "428.0", "kind": "diagnosis", "reason": None}
    bench.add(EventKind.ACCEPTED, {**basis, **code, "action": "accept"})
    bench.add(EventKind.REJECTED, {**basis, **code, "action": "reject", "reason": "negated"})
    bench.add(EventKind.UNDONE, {**basis, **code, "action": "undo", "undoes": "key-2"})
    (state,) = bench.state.codes
    assert (state.verdict, state.sequence, state.origin) == (
        Verdict.ACCEPTED,
        1,
        Origin.SUGGESTED,
    )
    assert bench.state.accepted == (state,)


def test_a_replacement_stands_on_both_codes() -> None:
    bench = Bench()
    event = bench.decide(make(Action.REPLACE, "428.0", by="428.21", evidence=(SPAN,)))
    gone, new = bench.state.codes
    assert (gone.code, gone.verdict, gone.by, gone.origin) == (
        "428.0",
        Verdict.REPLACED,
        "428.21",
        None,
    )
    assert (new.code, new.verdict, new.by, new.origin) == (
        "428.21",
        Verdict.ACCEPTED,
        None,
        Origin.REPLACED,
    )
    assert (gone.evidence, new.evidence) == ((), (SPAN,))
    keys = [(Kind.DIAGNOSIS, "428.0"), (Kind.DIAGNOSIS, "428.21")]
    assert stack(bench.events) == {key: [event] for key in keys}
    assert replacement(event) == keys[1]
    assert [verdict(event, key) for key in keys] == [Verdict.REPLACED, Verdict.ACCEPTED]


def test_an_undo_of_either_code_takes_a_replacement_off_both() -> None:
    for pressed in ("428.0", "428.21"):
        bench = Bench()
        bench.decide(make())
        bench.decide(make(Action.REPLACE, by="428.21"))
        bench.decide(make(Action.UNDO, pressed))
        assert bench.accepted == ["428.0"]
        assert [code.code for code in bench.state.codes] == ["428.0"]
        *_, (_, changed) = trace(bench.events)
        assert {code for _, code in changed} == {"428.0", "428.21"}


def test_a_replacement_may_itself_be_replaced() -> None:
    bench = Bench()
    bench.decide(make(Action.REPLACE, by="428.20"))
    bench.decide(make(Action.REPLACE, "428.20", by="428.21"))
    assert bench.accepted == ["428.21"]
    bench.decide(make(Action.UNDO, "428.21"))
    assert bench.accepted == ["428.20"]
    bench.decide(make(Action.UNDO, "428.20"))
    assert bench.state.codes == ()


def test_accepted_codes_come_at_the_end_of_their_kind() -> None:
    bench = Bench()
    bench.decide(make(code="38.93", kind=Kind.PROCEDURE))
    bench.decide(make())
    bench.decide(make(code="427.31"))
    bench.decide(make(Action.ADD, "99.04", kind=Kind.PROCEDURE))
    assert bench.accepted == ["428.0", "427.31", "38.93", "99.04"]


def test_a_replacement_takes_the_place_of_what_it_replaced_and_an_undo_gives_it_back() -> None:
    bench = Bench()
    bench.decide(make())
    bench.decide(make(code="427.31"))
    bench.decide(make(Action.REPLACE, by="428.21"))
    assert bench.accepted == ["428.21", "427.31"]
    bench.decide(make(Action.RESEQUENCE, "428.21", position=1))
    bench.decide(make(Action.UNDO, "428.21"))
    assert bench.accepted == ["427.31", "428.0"]


def test_a_replacement_of_a_code_that_was_not_accepted_comes_at_the_end() -> None:
    bench = Bench()
    bench.decide(make(code="427.31"))
    bench.decide(make(Action.REPLACE, by="428.21"))
    assert bench.accepted == ["427.31", "428.21"]
    bench.decide(make(Action.UNDO))
    assert bench.accepted == ["427.31"]


def test_a_rejected_code_leaves_the_order_and_comes_last_when_accepted_anew() -> None:
    bench = Bench()
    bench.decide(make())
    bench.decide(make(code="427.31"))
    bench.decide(make(Action.REJECT))
    assert bench.accepted == ["427.31"]
    bench.decide(make())
    assert bench.accepted == ["427.31", "428.0"]


def test_an_undone_rejection_puts_a_code_back_where_it_was() -> None:
    bench = Bench()
    bench.decide(make())
    bench.decide(make(code="427.31"))
    bench.decide(make(Action.SET_POA, poa=Poa.YES))
    before = bench.state
    bench.decide(make(Action.REJECT))
    bench.decide(make(Action.UNDO))
    assert bench.state.accepted == before.accepted
    assert bench.state.accepted[0].poa is Poa.YES


def test_resequencing_moves_a_code_within_its_kind() -> None:
    bench = Bench()
    for code in ("428.0", "427.31", "276.5"):
        bench.decide(make(code=code))
    bench.decide(make(code="38.93", kind=Kind.PROCEDURE))
    bench.decide(make(Action.RESEQUENCE, "276.5", position=0))
    bench.decide(make(Action.RESEQUENCE, "428.0", position=2))
    assert bench.accepted == ["276.5", "427.31", "428.0", "38.93"]


def test_settings_belong_to_an_acceptance_and_the_last_one_counts() -> None:
    bench = Bench()
    day = date(2012, 3, 4)
    bench.decide(make())
    bench.decide(make(Action.SET_POA, poa=Poa.YES))
    bench.decide(make(Action.SET_POA, poa=Poa.NO))
    bench.decide(make(code="38.93", kind=Kind.PROCEDURE))
    bench.decide(make(Action.SET_PERFORMED, "38.93", kind=Kind.PROCEDURE, performed=day))
    assert [(code.poa, code.performed) for code in bench.state.accepted] == [
        (Poa.NO, None),
        (None, day),
    ]
    bench.decide(make(Action.SET_POA))
    bench.decide(make(Action.SET_PERFORMED, "38.93", kind=Kind.PROCEDURE))
    assert {(code.poa, code.performed) for code in bench.state.accepted} == {(None, None)}


def test_evidence_that_is_set_takes_the_place_of_what_a_code_was_added_with() -> None:
    bench = Bench()
    bench.decide(make(Action.ADD, "401.9", evidence=(SPAN,)))
    bench.decide(make(Action.SET_EVIDENCE, "401.9"))
    assert not bench.state.accepted[0].evidence
    bench.decide(make(Action.SET_EVIDENCE, "401.9", evidence=(SPAN,)))
    assert bench.state.accepted[0].evidence == (SPAN,)
    bench.decide(make(Action.UNDO, "401.9"))
    bench.decide(make(Action.ADD, "401.9"))
    assert not bench.state.accepted[0].evidence


def test_what_the_program_found_is_evidence_until_somebody_sets_another_or_none() -> None:
    bench = Bench()
    bench.decide(make(Action.ADD, "401.9"))
    (added,) = bench.events
    spans = [[SPAN.note_id, SPAN.start, SPAN.end]]
    found = replace(added, payload={**added.payload, "found": spans})
    (code,) = fold([found]).accepted
    assert (code.evidence, code.found) == ((SPAN,), True)
    bench.decide(make(Action.SET_EVIDENCE, "401.9"))
    (code,) = fold([found, bench.events[-1]]).accepted
    assert (code.evidence, code.found) == ((), False)
    (chosen,) = fold([replace(found, payload={**found.payload, "evidence": spans})]).accepted
    assert (chosen.evidence, chosen.found) == ((SPAN,), False)


def test_a_code_accepted_anew_and_a_replacement_start_without_settings() -> None:
    bench = Bench()
    bench.decide(make())
    bench.decide(make(Action.SET_POA, poa=Poa.YES))
    bench.decide(make(Action.UNDO))
    bench.decide(make())
    assert bench.state.accepted[0].poa is None
    bench.decide(make(Action.SET_POA, poa=Poa.YES))
    bench.decide(make(Action.REPLACE, by="428.21"))
    assert bench.state.accepted[0].poa is None
    bench.decide(make(Action.UNDO))
    assert bench.state.accepted[0].poa is Poa.YES


def test_the_admitting_diagnosis_needs_not_be_accepted_and_can_be_unset() -> None:
    bench = Bench()
    bench.decide(make(Action.SET_ADMITTING, "786.50"))
    assert bench.state.admitting == "786.50"
    assert bench.state.codes == ()
    bench.decide(make(Action.SET_ADMITTING, ""))
    assert bench.state.admitting is None


def test_hold_and_sign_off_stand_until_released_and_reopened() -> None:
    bench = Bench()
    bench.decide(make())
    bench.decide(make(Action.HOLD, reason=HoldReason.OTHER, words="waits"), SECOND)
    hold = bench.state.hold
    assert hold is not None
    assert (hold.reason, hold.digest, hold.actor, hold.at) == (
        HoldReason.OTHER,
        "d" * 64,
        SECOND.id,
        START + timedelta(minutes=1),
    )
    bench.decide(make(Action.RELEASE, seen=2))
    assert bench.state.hold is None
    bench.decide(make(Action.RESEQUENCE, position=0))
    bench.decide(make(Action.FINALISE, seen=2))
    signed = bench.state.signed
    assert signed is not None
    assert (signed.actor, len(signed.codes_sha256)) == (FIRST.id, 64)
    bench.decide(make(Action.REOPEN, seen=2))
    assert bench.state.signed is None
    assert bench.accepted == ["428.0"]
