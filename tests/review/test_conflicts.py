"""Conflicts: what another person or tab did unseen is told, and never overwritten."""

from __future__ import annotations

from datetime import date

import pytest

from icd9_review.errors import ConflictError
from icd9_review.values import Action, Decision, EventKind, Kind, Poa, Verdict
from tests.review.bench import FIRST, SECOND, Bench, make

DAY = date(2012, 3, 4)
PROCEDURE = Kind.PROCEDURE


def bench_with(*decisions: Decision) -> Bench:
    """A bench where the first coder accepted 428.0, the principal, 427.31 and 38.93, then the
    second decided."""
    bench = Bench()
    bench.decide(make())
    bench.decide(make(Action.RESEQUENCE, position=0))
    bench.decide(make(code="427.31"))
    bench.decide(make(code="38.93", kind=PROCEDURE))
    for decision in decisions:
        bench.decide(decision, SECOND)
    return bench


def theirs(action: Action, code: str = "428.0", **parts: object) -> Decision:
    return make(action, code, client="tab-2", seen=4, **parts)  # type: ignore[arg-type]


def ours(action: Action, code: str = "428.0", **parts: object) -> Decision:
    return make(action, code, seen=4, **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("their", "our", "told"),
    [
        (theirs(Action.REJECT), ours(Action.UNDO), "rejected 428.0"),
        (theirs(Action.REPLACE, by="428.21"), ours(Action.REJECT), "replaced 428.0 by 428.21"),
        (theirs(Action.REPLACE, by="428.21"), ours(Action.ADD, "428.21"), "replaced 428.0 by"),
        (theirs(Action.REPLACE, by="428.21"), ours(Action.REPLACE, by="428.31"), "replaced"),
        (theirs(Action.ADD, "428.21"), ours(Action.REPLACE, by="428.21"), "added 428.21"),
        (theirs(Action.SET_POA, poa=Poa.NO), ours(Action.REJECT), "set present on admission of"),
        (theirs(Action.SET_POA, poa=Poa.NO), ours(Action.SET_POA, poa=Poa.YES), "set present on"),
        (theirs(Action.REJECT), ours(Action.SET_POA, poa=Poa.YES), "rejected 428.0"),
        (theirs(Action.REJECT), ours(Action.RESEQUENCE, position=1), "rejected 428.0"),
        (
            theirs(Action.SET_PERFORMED, "38.93", kind=PROCEDURE, performed=DAY),
            ours(Action.SET_PERFORMED, "38.93", kind=PROCEDURE),
            "set the date of 38.93",
        ),
        (theirs(Action.SET_EVIDENCE), ours(Action.SET_EVIDENCE), "set the evidence of 428.0"),
        (
            theirs(Action.RESEQUENCE, position=1),
            ours(Action.RESEQUENCE, "427.31", position=1),
            "moved 428.0",
        ),
        (
            theirs(Action.SET_ADMITTING, "786.50"),
            ours(Action.SET_ADMITTING, ""),
            "set the admitting diagnosis",
        ),
        (theirs(Action.HOLD), ours(Action.RELEASE), "put the encounter on hold"),
        (theirs(Action.HOLD), ours(Action.HOLD), "put the encounter on hold"),
        (theirs(Action.REJECT, "427.31"), ours(Action.FINALISE), "rejected 427.31"),
        (theirs(Action.SET_ADMITTING, "786.50"), ours(Action.FINALISE), "set the admitting"),
        (theirs(Action.SET_POA, poa=Poa.NO), ours(Action.FINALISE), "set present on admission"),
        (theirs(Action.FINALISE), ours(Action.REOPEN), "finalised the encounter"),
    ],
)
def test_what_another_did_unseen_to_the_same_is_a_conflict(
    their: Decision, our: Decision, told: str
) -> None:
    bench = bench_with(their)
    before = list(bench.events)
    with pytest.raises(ConflictError) as caught:
        bench.decide(our)
    message = str(caught.value)
    assert message.startswith(f"Second coder {told}")
    assert message.endswith(" at 03:08 UTC; look at it again and decide.")
    assert bench.events == before


@pytest.mark.parametrize(
    ("their", "our"),
    [
        (theirs(Action.REJECT, "427.31"), ours(Action.REJECT)),
        (theirs(Action.REJECT, "427.31"), ours(Action.SET_POA, poa=Poa.YES)),
        (theirs(Action.SET_POA, "427.31", poa=Poa.NO), ours(Action.SET_POA, poa=Poa.YES)),
        (theirs(Action.SET_POA, poa=Poa.NO), ours(Action.RESEQUENCE, position=1)),
        (theirs(Action.RESEQUENCE, "427.31", position=0), ours(Action.REJECT)),
        (theirs(Action.SET_ADMITTING, "428.0"), ours(Action.REJECT)),
        (theirs(Action.REJECT), ours(Action.SET_ADMITTING, "428.0")),
        (theirs(Action.HOLD), ours(Action.REJECT)),
        (theirs(Action.REJECT), ours(Action.HOLD)),
        (
            theirs(Action.ADD, "99.04", kind=PROCEDURE),
            ours(Action.RESEQUENCE, "38.93", kind=PROCEDURE, position=1),
        ),
    ],
)
def test_what_another_did_to_something_else_does_not_matter(their: Decision, our: Decision) -> None:
    bench_with(their).decide(our)


def test_another_persons_undo_of_a_replacement_is_a_conflict_on_both_codes() -> None:
    for code in ("428.0", "428.21"):
        bench = bench_with(theirs(Action.REPLACE, by="428.21"))
        bench.decide(make(Action.UNDO, client="tab-2", seen=4), SECOND)
        action = Action.REJECT if code == "428.0" else Action.ADD
        with pytest.raises(ConflictError, match=r"Second coder took back a decision on 428\.0"):
            bench.decide(make(action, code, seen=4))


def test_ones_own_undo_of_a_replacement_must_have_seen_both_codes() -> None:
    bench = Bench()
    bench.decide(make(Action.REPLACE, by="428.21"))
    bench.decide(make(Action.SET_POA, "428.21", poa=Poa.NO, client="tab-2", seen=1), SECOND)
    with pytest.raises(ConflictError, match=r"present on admission of 428\.21"):
        bench.decide(make(Action.UNDO, "428.0", seen=1))


def test_ones_own_other_tab_is_a_conflict_too() -> None:
    bench = Bench()
    bench.decide(make(client="tab-2"))
    with pytest.raises(ConflictError, match="You, in another tab, accepted"):
        bench.decide(make(Action.REJECT))


def test_ones_own_queue_is_no_conflict() -> None:
    bench = Bench()
    for decision in (
        make(),
        make(Action.SET_POA, poa=Poa.YES),
        make(Action.REPLACE, by="428.21"),
        make(Action.UNDO),
        make(Action.RESEQUENCE, position=0),
        make(Action.FINALISE),
    ):
        bench.decide(decision)


def test_what_was_seen_may_be_decided_differently() -> None:
    bench = Bench()
    bench.decide(make(client="tab-2"), SECOND)
    bench.decide(make(Action.REJECT, seen=1))
    (state,) = bench.state.codes
    assert (state.verdict, state.actor) == (Verdict.REJECTED, FIRST.id)


def test_finalising_must_have_seen_a_note_that_was_added() -> None:
    bench = bench_with()
    bench.add(EventKind.NOTE_ADDED, {"note": "n", "length": 9}, SECOND)
    with pytest.raises(ConflictError, match="Second coder added a note at 03:08 UTC"):
        bench.decide(ours(Action.FINALISE))
    bench.decide(make(Action.FINALISE, seen=5))


def test_views_in_between_do_not_matter() -> None:
    bench = bench_with()
    bench.add(EventKind.SHOWN, {"codes": []}, SECOND)
    bench.decide(ours(Action.FINALISE))
