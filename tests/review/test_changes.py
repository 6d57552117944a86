"""What an event changed: before and after, of verdicts, settings and the encounter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.review.changes import changes
from icd9_review.review.fold import DECISIONS, fold, steps
from icd9_review.values import Action, Event, EventKind, Kind, Poa
from tests.review.bench import FIRST, NAMES, START, Bench, make

REASON = {Action.REJECT: "negated"}
Sides = tuple[str | None, str | None]


def told(events: Sequence[Event]) -> list[Sides]:
    return [(each.before, each.after) for each in changes(events, NAMES)]


def event(what: EventKind, payload: dict[str, object], actor: int = 1) -> Event:
    return Event("e", 1, what, 1, payload, actor, START, "k", "", "")


def test_a_verdict_gives_the_verdicts_on_its_code() -> None:
    bench = Bench()
    for action in (Action.ACCEPT, Action.REJECT, Action.UNDO, Action.UNDO):
        bench.decide(make(action), FIRST)
    assert told(bench.events) == [
        ("open", "accepted"),
        ("accepted", "rejected"),
        ("rejected", "accepted"),
        ("accepted", "open"),
    ]


def test_a_replacement_gives_its_codes_and_an_undo_of_it_the_verdicts() -> None:
    bench = Bench()
    bench.decide(make(Action.REPLACE, "428.0", by="428.21"), FIRST)
    bench.decide(make(Action.UNDO, "428.0"), FIRST)
    assert told(bench.events) == [("428.0", "428.21"), ("replaced", "open")]


def test_a_setting_gives_what_was_set() -> None:
    bench = Bench()
    procedure = replace(make(Action.SET_PERFORMED, "38.93"), kind=Kind.PROCEDURE)
    for decision in (
        make(Action.ACCEPT, "428.0"),
        make(Action.ACCEPT, "427.31"),
        make(Action.RESEQUENCE, "427.31", position=0),
        make(Action.SET_POA, poa=Poa.YES),
        make(Action.SET_POA, poa=Poa.NO),
        make(Action.SET_POA, poa=None),
        make(Action.ACCEPT, "38.93", kind=Kind.PROCEDURE),
        replace(procedure, performed=date(2012, 3, 4)),
        make(Action.SET_ADMITTING, "786.50"),
        make(Action.SET_ADMITTING, ""),
    ):
        bench.decide(decision, FIRST)
    assert told(bench.events) == [
        ("open", "accepted"),
        ("open", "accepted"),
        ("2", "1"),
        (None, "Y"),
        ("Y", "N"),
        ("N", None),
        ("open", "accepted"),
        (None, "2012-03-04"),
        (None, "786.50"),
        ("786.50", None),
    ]


def test_what_is_done_to_the_encounter_gives_its_status() -> None:
    bench = Bench()
    bench.decide(make(Action.ACCEPT), FIRST)
    bench.decide(make(Action.RESEQUENCE, position=0), FIRST)
    for action in (Action.HOLD, Action.RELEASE, Action.FINALISE, Action.REOPEN):
        bench.decide(replace(make(action), seen=bench.last), FIRST)
    assert told(bench.events)[2:] == [
        (None, "held"),
        ("held", None),
        (None, "finalised"),
        ("finalised", None),
    ]


@pytest.mark.parametrize(
    ("given_event", "sides"),
    [
        (event(EventKind.ASSIGNED, {"from": None, "to": 2}), (None, "Second coder (2)")),
        (event(EventKind.ASSIGNED, {"from": 2, "to": None}), ("Second coder (2)", None)),
        (event(EventKind.CLAIMED, {"from": 1}, 2), ("First coder (1)", "Second coder (2)")),
        (event(EventKind.MOVED, {"from": None, "to": 3}), (None, "team 3")),
        (event(EventKind.NOTE_ADDED, {"note": "n2", "supersedes": "n1"}), ("n1", "n2")),
        (event(EventKind.NOTE_ADDED, {"note": "n1"}), (None, "n1")),
    ],
)
def test_persons_and_notes_stand_on_their_sides(given_event: Event, sides: Sides) -> None:
    assert told([given_event]) == [sides]


CHANGING = (EventKind.ASSIGNED, EventKind.CLAIMED, EventKind.MOVED, EventKind.NOTE_ADDED)
UNCHANGING = sorted(set(EventKind) - {*DECISIONS, *CHANGING})


@pytest.mark.parametrize("kind", UNCHANGING)
def test_other_events_change_nothing(kind: EventKind) -> None:
    code = {"kind": "diagnosis", "code": "428.0"}
    assert told([event(kind, {**code, "key": code})]) == [(None, None)]


@given(st.lists(st.sampled_from([Action.ACCEPT, Action.REJECT, Action.UNDO]), max_size=12))
def test_each_step_begins_where_the_one_before_ended(actions: list[Action]) -> None:
    events = [
        replace(
            event(kind, {"kind": "diagnosis", "code": "428.0", "reason": REASON.get(action)}),
            sequence=number,
        )
        for number, action in enumerate(actions, start=1)
        for kind, each in DECISIONS.items()
        if each is action
    ]
    walked = list(steps(events))
    assert [each for _, each, _ in walked] == events
    for number, (before, _, after) in enumerate(walked):
        assert before == fold(events[:number])
        assert after == fold(events[: number + 1])
